"""Words of a query that say little about what is asked for."""

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
advice article articles background basic basics begin beginner beginners best better big book books choose
choosing compare compared comparing comparison complete course courses deal detail detailed details
difference different easily easy example examples explain explained explaining explanation explanations find
first free fun fundamental fundamentals general gentle good great guide guides happen idea ideas important
improve improving interesting intro introduction introductory know learn link links list look looking main
make makes making new nice novice overview pick picking popular post posts practical practice practices
primer problem problems quick quickly read reading readings reason reasons reference resource resources
right run running simple simply start started starting step steps talk talks tips top topic topics try
trying tutorial tutorials understand understanding use used useful user users using video videos walkthrough
well work working works write writing
"""

#: Grammar, and the words around a question. They are looked for only when a query holds nothing else.
STOP_WORDS = frozenset(_STOP.split())

#: Words that belong to a question rather than to its subject. They count, but their absence from the list
#: is no sign that it has no answer.
WEAK_WORDS = frozenset(_WEAK.split())
