"""English words by how little they tell about a subject. All folded.

A reading list knows few words. Without these, "which is the fastest one to install" would ask for four rare things that the list
does not have, and "rice" would be a misspelt "dice".
"""

_STOP = """
a able about actually all also am an and any anybody anyone anything are aren as at be because been being
bit but by can cannot cant could couldnt did didnt do does doesnt doing done dont each either else etc ever
every everybody everyone exactly for from get gets getting give gives go goes going gonna got had happen
happening happens has hasnt have havent having he hello help her here hers hey hi him his how hows i id if
ill im in into is isnt it its ive just kind kindly kinds know let lets like lot many may maybe me mean means
might mine more most much must my myself need needs no nor not of off on one ones or other our ours out over
own please pls possible possibly rather really recommend recommendation recommendations say says shall she
should show so some somebody someone something somewhere sort sorts still stuff such suggest suggestion
suggestions supposed tell than thank thanks that thats the their them then there theres these they thing
things this those though through to too u up upon us very via wanna want wants was wasnt way ways we were
what whatever whats when where whether which while who whom whos whose why will with within without wont
would you your youre yours yourself
"""

_WEAK = """
advice alternative alternatives article articles background basic basics begin beginner beginners best
better big book books choose choosing compare compared comparing comparison complete course courses deal
detail detailed details difference different easily easy example examples explain explained explaining
explanation explanations find first framework frameworks free fun fundamental fundamentals general gentle
good great guide guides happen idea ideas important improve improving interesting intro introduction
introductory know learn libraries library link links list look looking main make makes making new nice
novice overview package packages pick picking popular post posts practical practice practices primer problem
problems quick quickly read reading readings reason reasons reference resource resources right run running
simple simply software solution solutions start started starting step steps talk talks tells telling tips tool tools top
topic topics try trying tutorial tutorials understand understanding use used useful user users using video
videos walkthrough well work working works write writing
"""

_GENERIC = """
above academic accept account accounts accurate accurately achieve across act action actual adapt add added
adding admin administration advance advanced advantage affect affordable after against age ago agree ahead
ai aim alike alive allow almost alone along already although always amazing among amount analyse analysis
analyze analyzing ancient angle announce annoying another answer answers anyway apart app appear application
applications apply applying approach approaches appropriate apps area areas argue argument around arrange
art aspect aspects assess assist assume attempt auto automate automated automatic automatically available
average avoid avoiding aware away awesome backend bad balance bandwidth bare base based basically became
become becoming before began behave behaviour behind belief believe below beneath benefit benefits beside
besides between beyond bigger biggest bottom bound box boxes break breaking brief bright bring bringing
broad broken bug bugs build building builds built bulky busy button buy calculate calculating call called
calling capable capacity capture careful carefully carry case cases cause causes central century certain
chance change changed changes changing characteristic cheap cheaper cheapest cheaply check checking choice
choices claim claims class classic classical clean clear clearly clever client clients close closely code
coder coders coding collaborate collaboration collaborative collect collection column columns combine
combining come comes coming command commands comment commercial compact companies company compile complain
completely complex complexity complicated comprehensive computation compute computer computers computing
concept concepts concern conclusion condition conditions configuration configure confusing connect
connecting consider consideration consist constant construct consumer contain content continue control
conversion convert converter converting copy core correct correctly cost costs count counting couple cover
covers crash crazy create created creating creation creative creator crucial cure current currently custom
customer customers customisation customise customization customize customizing cut cutting daily danger
dangerous date day days dead dealing decent decide deciding decision decisions decrease define defined
definition degree demand demo demonstrate depend depends describe described description deserve design
designed designing desire desktop despite detect detecting detection detector determine develop developed
developer developers developing development device devices die differ differences differently difficult
difficulty digital direct direction directly directory discover discovery discuss discussion display
distinct distribution divide doc docs document documentation documents download downloads downtime dozen
draw drawback drawbacks drop dull during dying early earn ease easier easiest edge editor effect effective
effectively effects efficient efficiently effort electronic elegant element elements eliminate emerge
emerging employ employee empty enable enabling encounter end ending engage enhance enjoy enormous enough
ensure enter enterprise entire entirely entry equal equally error errors especially essential essentials
establish evaluate event events evidence evolution evolve exact examine excellent except exchange exciting
execute execution exist existing exists expand expect expectation expensive experience experiences
experiment expert experts explore exploring export express extend extended extension extent extra extract
extracting extraction extreme extremely face facing fact factor factors facts fail failed failing fails
failure failures fair fairly faithful fake fall falling false familiar famous fancy far fast faster fastest
fault favorite favourite feature features feed feel few field fields figure figuring file files fill final
finally finder fine finish finished fit fits fix fixed fixing flexible focus folder follow following forget foundation
forgetting form formal format formats formatting former forms forth forward found founder frequent
frequently fresh friendly front frontend full fully function functional functions further future gain gained
gap gather generally generate generated generating generation generator genuine giant given giving glance
global goal goals gone graphical grasp greater greatest group grow growing grown growth guess guidance
guideline guidelines half hand handle handles handling hands handy happy harder hardest hardly hardware harm
harmful harness head heard heavy height helped helpful helping hidden hide high higher highest highly hint
hints history hobby hold holding home honest hope horrible hours however huge human humans hurt hype ideal
identical identify ignore illustrate image imagine immediate impact implement implementation implementations
implementing implication imply import importance importing impossible impressive improved improvement
improvements include included includes including incorrect increase increased increasing incredible indeed
independent individual individuals industry inexpensive influence information inner input inputs insight
insights inspect inspire install installation installer installing instance instead integrate integration
intend intended intense interact interaction interactive interest interested internal internals internet
interpret introduce introduced introducing invent invented invention invest investigate involve involved
issue issues item items job jobs join joining journey judge jump justify keep keeping keeps kept key keyword
keywords lab lack language languages laptop large larger largest last lasting late lately later latest
launch lay layer layout lead leader leading leads leap learned learner learners learns least leave leaving
led left legacy length less lesson lessons level levels life light lightweight likely limit limitation
limitations limited limits line lines little live lives living load local locate logic long longer longest
looks lookup loop loops lose losing loss lost lots loud lovely low lower lowest luck machine machines made
mainly maintain maintaining maintenance major majority maker man manage managed management manager managers
managing manipulation manner manual manually mark mass massive master mastering match matching matter
matters mature maximum meaning meaningful meanings meant measure measured measurement measurements measures
measuring mechanism mechanisms meet member mention mentioned mere merely merge mess message messages messy
method methods middle mind minimal minimum minor minute minutes miss missing misspelled mistake mistakes mix
mixed mobile modern modify module modules moment money month months mostly motivate motivation mount move
moves moving multiple mystery name named names natural naturally nature near nearby nearly neat necessary
necessity needed neither network networks never next nobody node nodes noise none normal normally notable
note notes nothing notice novel nowadays number numbers numerous obey object objects observe obtain obvious
occur odd offer offering offers official offline often okay older oldest once online only onto open opening
operate operation operations opinion opinions opportunity oppose opposite optimal option options order
ordinary organize origin original originally others otherwise outcome outer output outputs outside overall
overcome overlap owner pack page pages paid pain pair paper papers parallel parse parser parsing part
particular particularly parts pass passing past path pattern patterns pay paying pc people per perfect
perform performance performing perhaps period permanent permit person personal persons perspective phase
philosophy phone phones picture pictures piece pieces pitfall pitfalls place places plain plan planning
plans platform platforms play playing plenty plugin plugins plus point pointers points poor portable portion
pose position positive possibility potential power powerful practitioner practitioners pragmatic precise
precisely predict prefer preference prepare preparing preprocess preprocessing presence present presentation
pressure pretty prevent preventing previous previously price prices primary prime principle principles print
prior private pro probably procedure process processes processing processor produce produced produces
producing product products professional program programme programmer programmers programming programs
progress project projects promise promising proof proper properly properties property propose proposed pros
protect protection prove proven provide provided provider provides providing public publish pull pure
purpose purposes push put putting qualities quality quantity queries query question questions quickest quiet
quit quite raise ran random range rank rapid rapidly rare rate rates ratio raw reach reaching react reaction
reader ready real realistic reality realize recent recently recognize record records reduce reduced reduces
reducing reduction refer referring reflect regard regarding region regular regularly relate related relation
relations relationship relationships relative relatively release relevant reliable reliably rely remain
remember remembering remind remote remove removing repeat replace replaced replacement replacing reply repo
report reports represent representation representing request requests require required requirement
requirements requires research researcher researchers reserve resolve respect respond response responses
responsible rest restrict result results return reuse reveal review reviews rewrite rich rid rise rising
risk risks risky robust role roles root rough roughly round row rows rule rules safe safely same sample
samples save saving scalable scale scenario scene scheme school science scientific scientist scientists
scope scratch screen script scripting scripts search searching second seconds secret see seek seem seems
seen select selecting selection self sell sense separate sequence series serious seriously serve served
server servers serves service services serving session set sets setting settings setup several severe shape
share shared sharing sharp shift ship shipping short shorter shortest showing shown shows shrink shrinking
side sides sign signal significant significantly similar similarity similarly simpler simplest simplify
simulate simulation simultaneous since single sit site situation situations size sizes skill skills skip
slight slightly slim slow slower slowly small smaller smallest smart smooth social society sole solid solve
solved solves solving sometimes soon sophisticated sound source sources space speak special specific
specifically specify speed speeding speedup spend split spread square stable stack staff stage stages stand
standard standards state stated statement statements stay steady stick stop stopped stopping storage store
story straight strange strategies strategy stream strength strengths strict strictly string strings strong
strongest structure structured structures struggle student students studies study studying sturdy style
subject submit subset substantial succeed success successful successfully sudden suffer sufficient suit
suitable suited sum summary super supply support supported supporting supports sure surely surface surprise
surprising surprisingly survive switch switching synthetic system systems table tackle tackling tail take
taken takes taking talked talking target task tasks taste teach teacher teaches teaching team teams
technical technological technologies technology telling template templates term terminal terminology terms
terrible test tested testing tests text theme theoretical theories theory therefore thick thin think thinker
thinking thinks third thorough thought thoughts thousand thousands throw thumb thus tie tight till time
times tiny tip title today together told tomorrow tone took total totally touch tough toward towards track
trade tradeoff tradeoffs tradition traditional transfer transform transformation transforming translate
travel treat treatment trend trends trick tricks tricky trigger trivial trouble troubles true truly trust
truth turn turned turning turns twice type types typical typically ugly ui ultimate unable under underlying
understood undo unexpected unfortunately unique unit units universal unknown unless unlike unlikely until
unusual update updated updates updating upgrade upload upper usage useless uses usual usually utilities
utility valid valuable value values variable variant variants variation varies variety various vary vast
vendor version versions versus viewer vision visit visitor visitors visual vital volume vs wait waiting walk
wall wanting war weak weakness weaknesses wealth web website websites week weeks weigh weight weird went
wherever whole wide widely widespread willing win window winner winning wise wish wonder wonderful word
wording words worked worker workers workflow worry worse worst wrap writer written wrong wrote year years
yesterday yet yield young younger zero
"""

_EVERYDAY = """
airport album alcohol allergy animal animals ankle anniversary anxiety apartment apple apples april arm army
artist asthma athlete athletes august aunt autumn avocado babies baby back bacon bag baggage bake baked
baker bakery baking ball balls banana bananas band bank bar barbecue barber bars baseball basket basketball
bath bathroom bats battery beach beads beans bear beard bears beauty bed bedroom bedtime beef beer bees bell
belly belt bench berlin berry bicycle bike bikes bill bills bird birds birth birthday biscuit bitter black
blanket blender blind blood blue boat boats body boil boiled bone bones bonus boots border boss boston
bottle bowl bowling boxing boy boys bracelet brain brakes bread breakfast breast breath breed breeds brick
bride bridge brother brown brush bubble bucket budget bull burger burn burning bus bush butter butterfly
cabin cable cafe cake cakes calcium calendar calf calm calorie calories camel camera camp camping cancer
candle candles candy canoe cap car carbs card cards career carpet carrot carrots cars cartoon cash castle
cat cats cattle celery cell cellar cents cereal chair chairs champion charity cheese chef cherry chess chest
chicken child children chimney chin china chip chips chocolate choir christmas church cider cinema circus
city clay cleaning climb climbing clinic clock cloth clothes clothing cloud clouds clown club coach coal
coast coat cocktail coffee coin coins cold college colony color colour comb comedy concert condo cook cooked
cookie cookies cooking corn cotton couch cough country court cousin cow cows crab cream credit cricket crime
crop crops cross crowd crown cruise cry cucumber cup cupcake curry curtain cute cycle cycling dad dairy
dance dancer dancing dark daughter dawn deer deliver delivery dental dentist desert desk dessert diabetes
diamond diaper diary diet diets dinner dirt disease dish dishes divorce dizzy doctor dog dogs doll dolphin
donkey donor donut door doors dough dragon drain drama dream dreams dress dressing drill drink drinks drive
driver driving drone drum drums drunk dry duck ducks dust dutch eagle ear earring ears earth earthquake east
easter eat eaten eating egg eggs elbow election elephant elevator empire empires engine engineer english
envelope equator essay estate europe evening exercise exercises eye eyes fabric facial faith family fans
farm farmer farming fashion fat father faucet fear feet fence fever film films fingers fire fireplace fish
fishing fitness flag flat flight flights floor florist flour flower flowers flu flute fly food foods foot
football forest fork fox france freedom freezer french fridge friend friends frog frost frozen fruit fruits
fuel funeral fungus funny fur furniture galaxy gallery game games garage garden gardening garlic gas gate
german germany ghost gift gifts ginger giraffe girl girls glass glasses glove gloves gluten goat gold golf
goose gown grain grandma grandpa granite grape grapes grass gravy green greens grill grip grocery guest
guinea guitar gum gym habit habits hair haircut ham hamburger hammer hamster hardwood harp harvest hat hate
hats hawaii hay headache health healthy heart heat heating heel helmet herb herbs herd hero hike hiking hill
hip hockey holiday holidays holy homework honey honeymoon horn horror horse horses hospital host hostel hot
hotel hotels house houses housing humor hunt hunting hurricane husband ice iguana illness indoor infant
infection ingredient insect insects insurance invoice iron island italian italy itch jacket jail jam japan
japanese jar jaw jazz jeans jelly jewelry joke jokes juice juicy july june jungle junior jury kayak ketchup
kettle keys kid kidney kids king kitchen kite kitten knee knife knight knit knitting knot label ladder lady
lake lamb lamp land landlord laser laugh laundry lava law lawn lawyer lawyers leaf lease leather leaves leek
leg legal legs lemon lens letter letters lettuce lid lily lime lion lions lip lips liquid liquor litter
liver lizard loan loans lobster lock london lottery love luggage lunch lung lungs luxury madrid magazine
magic mail mall mango maple marathon marble march market marriage married mars mask mat mattress mayor meal
meals meat medal medical medicine medieval melon memorial menu metal mice microwave migraine mile miles milk
milky mint mirror mole monday monkey monsoon moon morning mortgage mosque mother motor motorcycle mountain
mountains mouse mouth movie movies mud muffin mug muscle muscles museum mushroom mushrooms music musical
musician mustard nail nails nap navy neck necklace neighbor nephew nerve nest news newspaper niece night
nightmare nissan noodle noodles north nose nuclear nurse nut nutrition nuts oak oats ocean october olive
olympic olympics onion onions opera orange oranges orbit orchestra orchid organic ornament oven owl oyster
paddle paint painter painting palace palm pancake pancakes pants parent parents paris park parking parrot
party passport pasta paste pastry patio peach peacock peanut pear pearl peas pedal pen pencil penguin
pension pepper perfume pet pets photo photos physics piano pickle picnic pie pig pigs pill pillow pills
pilot pine pink pint pipe pirate pizza plane planet planets plant plants plastic plate plates plum plumber
plumbing poem poems poet poetry poker police politics pond pony pool popcorn pope pork porridge port
portrait pot potato potatoes pottery powder prayer pregnancy pregnant president priest prince princess
prison prize pub pudding puddle pump pumpkin puppet puppies puppy purple purse puzzle queen quilt quinoa
rabbit rabbits race racing radio radish rain rainbow rainy ranch rash rat rats razor recipe recipes recycle
recycling referee refund religion rent rental repair reptile rescue restaurant restaurants resume retire
retirement revolution rhyme ribbon rice ride riding rifle ring rings river rivers road roast robe rock
rocket rocks roll roman romance romantic rome roof room rooms rope rose roses route rover royal rug rugby
runner sad saddle safari sail sailing sailor salad salary sale salmon salon salsa salt salty sand sandal
sandals sandwich satellite sauce sauna sausage scarf scary scissors scooter score scores scotland screw sea
seafood seal season seat seats seed seeds senior sew sewing sex shampoo shark sharks sheep sheet shelf shell
ships shirt shirts shoe shoes shop shopping shops shore shorts shoulder shovel shower shrimp sick silk
silver sing singer singing sink siren sister skate skating sketch ski skiing skin skirt sky sled sleep
sleeping sleeve slipper smell smile smoke smoking snack snacks snail snake snakes snow soap soccer sock
socks sofa soft soil solar soldier son song songs sonnet soup sour south soy spa spain spanish sparrow spice
spices spicy spider spiders spinach spine spoon sport sports spring spy squash squirrel stadium stain stair
stairs stamp star stars statue steak steam steel stew sting stitch stock stocks stomach stone stones storm
stove stranger straw strawberry street stress stripe stroke suburb suede sugar suitcase summer sun sunday
sunset surf surfing surgery sushi swan sweat sweater sweet swim swimmer swimming sword symptom symptoms
syrup tablet taco tailor tale tan tango tank tape tart tattoo tax taxes taxi tea tears teen teenager teeth
temple tenant tennis tent texas thanksgiving theater theatre thief throat thunder ticket tickets tide tiger
tights tile tiles tire tired tires toad toast toddler toe toes toilet tokyo tomato tomatoes tongue tooth
torch tornado tortoise tour tourist towel tower town toy toys tractor traffic trail train trains treasure
treaty tree trees trial trip trips truck trucks trumpet tuba tulip tuna turkey turtle twin twins umbrella
uncle uniform university urban vacation vaccine valley van vanilla vase vegan vegetable vegetables
vegetarian vehicle veil vein venice vet veteran victorian village vinegar vineyard violin virus visa vitamin
vitamins vodka voice volcano volleyball vote voter voting waffle wage waist waiter wallet walnut walrus
wardrobe warm wars wash washer washing wasp watch water wax weather weaver wedding weed weekend whale whales
wheat wheel wheels whiskey white widow wife wig wild wind windows wine wing winter wolf woman women wood
wooden wool workout worm wound wrestling wrinkle wrist ww2 yacht yard yarn yellow yoga yogurt zebra zipper
zombie zoo zucchini
"""

#: Grammar, and the words around a question. They are looked for only when a query holds nothing else.
STOP_WORDS = frozenset(_STOP.split())

#: Words that belong to a question rather than to its subject. They count, but their absence from the list
#: is hardly a sign that it has no answer.
WEAK_WORDS = frozenset(_WEAK.split())

#: Words of any subject. Their absence from the list says less than that of a subject's own words.
GENERIC_WORDS = frozenset(_GENERIC.split())

#: Words of daily life. None of them is a misspelt word of another subject.
EVERYDAY_WORDS = frozenset(_EVERYDAY.split())

#: Endings that make "lightest" of "light" and "happily" of "happy", with what stands there without them.
_ENDINGS = (("est", ""), ("est", "e"), ("iest", "y"), ("ly", ""), ("ily", "y"))


def is_generic(word: str) -> bool:
    """Tell whether *word*, folded, is of any subject: "fast", and so "fastest" and "lightest".

    >>> is_generic("lightest"), is_generic("forest")
    (True, False)
    """
    if word in GENERIC_WORDS:
        return True
    bases = (word[: -len(ending)] + base for ending, base in _ENDINGS if word.endswith(ending))
    return any(base in GENERIC_WORDS or base in WEAK_WORDS for base in bases)
