"""What readbot says: every reply, in one place and one voice."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from readbot.conversation.commands import (
    Command,
    ListSections,
    Search,
    Share,
    ShareTo,
    ShowHelp,
    ShowLink,
    ShowLinks,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    Unshare,
    format_command,
    parse_command,
)
from readbot.conversation.paging import Page
from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    ActionStyle,
    Choice,
    Choices,
    Heading,
    LinkCard,
    Outcome,
    Paragraph,
    Part,
    Picture,
    Reply,
    Rows,
    SearchBox,
    Span,
    Text,
    bold,
    command,
    text,
)
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.model import Place, place_id
from readbot.search.results import Match, SearchResult

#: A query has to fit a button together with "share@channel search " before it and " page:9999" behind.
MAX_QUERY_LENGTH = MAX_COMMAND_LENGTH - len("share@channel search ") - len(" page:9999")

#: A picture of a section opens its page; on a list of one link it would drown the link.
_PICTURE_FROM = 2

#: Sections that are listed one by one; a longer list shows the outermost, the rest is picked.
_MAX_ROWS = 40


def menu(reading_list: ReadingList, suggestion: Entry) -> Reply:
    examples = example_queries(reading_list)
    return Reply(
        parts=(
            Heading(words=reading_list.title),
            SearchBox(label="Search the list"),
            Paragraph(
                text=text("Ask for anything on the list: ", *_listed(_ask(words) for words in examples), ".")
            ),
            Paragraph(
                text=text(
                    "Typos and other words for the same thing are fine. ", command("help"), " tells the rest."
                ),
                subdued=True,
            ),
            Paragraph(text=text(bold("One to start with"))),
            LinkCard(entry=suggestion),
            section_choices(reading_list),
        ),
        actions=(
            _action("Surprise me", ShowRandom(), ActionStyle.PRIMARY),
            _action("New", ShowNew()),
            _action("Help", ShowHelp()),
        ),
    )


def help_page(reading_list: ReadingList) -> Reply:
    section = example = example_queries(reading_list)[0]
    lines: tuple[tuple[str | Span, ...], ...] = (
        (_ask(example), " finds links. Typos, acronyms and other words for the same thing are fine."),
        (command("sections"), " shows all sections, ", command(f"section {section}"), " the links of one."),
        (command("random"), " picks a link for you, ", command(f"random {section}"), " one from a section."),
        (command("new"), " shows what came last."),
        (
            command("digest on"),
            " brings one good link a week into a channel, ",
            command("digest"),
            " tells how it stands.",
        ),
        (command("suggest"), " brings a link to the list's curators, who tell you what becomes of it."),
        (
            command("privacy"),
            " shows what is kept about you. For curators: ",
            command("suggestions"),
            " and ",
            command("gaps"),
            ", what people missed.",
        ),
        (
            "Narrow a search with ",
            *_listed(Span(words) for words in (*_example_filters(reading_list), f'section:"{section}"')),
            ", leave a word out with ",
            Span("-word"),
            ", and keep words together with ",
            Span('"quotes"'),
            ".",
        ),
        ("To search a word that is a command, say ", command("search random"), "."),
    )
    return Reply(
        parts=(
            Heading(words="How to ask"),
            Rows(rows=tuple(text(*line) for line in lines)),
            Paragraph(text=text("Only you see the answers, until you press Share."), subdued=True),
        ),
        actions=(_action("Menu", ShowMenu()), _action("Sections", ListSections())),
    )


def section_list(reading_list: ReadingList) -> Reply:
    places = [place for place in reading_list.places if place.link_count]
    if len(places) > _MAX_ROWS:
        places = [place for place in places if len(place.path) == 1]
    return Reply(
        parts=(
            Heading(words=f"Sections of {reading_list.title}"),
            Rows(rows=tuple(_section_row(place) for place in places)),
            section_choices(reading_list),
        ),
        actions=(_action("Menu", ShowMenu()),),
    )


def _section_row(place: Place) -> Text:
    return text("↳ " * (len(place.path) - 1), bold(place.title), f" · {_links(place.link_count)}")


def section(place: Place, page: Page[Entry], children: Sequence[Place]) -> Reply:
    name = f"~{place.id}"
    parts: list[Part] = [Heading(words=f"{' › '.join(place.path)} · {_links(page.total)}")]
    if place.section.image and page.number == 1 and page.total >= _PICTURE_FROM:
        parts.append(Picture(url=place.section.image, alt=f"Picture of the section {place.title}"))
    parts += _page_parts(page, [LinkCard(entry=entry) for entry in page.items])
    if children:
        parts.append(Choices(label="Go deeper", choices=tuple(_section_choice(child) for child in children)))
    return Reply(
        parts=tuple(parts),
        actions=(
            *_turning(page, lambda number: ShowSection(name, number)),
            _action("Share", Share(ShowSection(name, page.number))),
            _action("Surprise me", ShowRandom(name)),
            _action("Sections", ListSections()),
        ),
        can_be_shared=True,
    )


def random_link(entry: Entry, *, place: Place | None) -> Reply:
    where = f"~{place.id}" if place else ""
    return Reply(
        parts=(Heading(words=f"From {place.title}" if place else "Picked for you"), LinkCard(entry=entry)),
        actions=(
            _action("Another", ShowRandom(where), ActionStyle.PRIMARY),
            _action("Share", Share(ShowLink(entry.link.id))),
            _more_like(entry),
        ),
        can_be_shared=True,
    )


def one_link(entry: Entry) -> Reply:
    return Reply(
        parts=(LinkCard(entry=entry),),
        actions=(_action("Share", Share(ShowLink(entry.link.id))), _more_like(entry)),
        can_be_shared=True,
    )


def some_links(entries: Sequence[Entry]) -> Reply:
    return Reply(parts=tuple(LinkCard(entry=entry) for entry in entries), can_be_shared=True)


def reading(query: str, found: Sequence[Match]) -> Reply:
    """Show what to read about a message; one click posts it where the message stands."""
    shown = ShowLinks(tuple(match.entry.link.id for match in found))
    cards = (LinkCard(entry=match.entry, why=None if match.why_is_plain else match.why) for match in found)
    return Reply(
        parts=(
            Heading(words="Reading for this message"),
            *cards,
            Paragraph(text=text("I went by: ", Span(query), "."), subdued=True),
        ),
        actions=(
            _action("Post as reply", Share(shown, ShareTo.THREAD), ActionStyle.PRIMARY),
            _action("Post in channel", Share(shown, ShareTo.CHANNEL)),
            _action("More", Search(query)),
        ),
    )


def nothing_to_read(reading_list: ReadingList) -> Reply:
    return Reply(
        parts=(
            Paragraph(text=text("The list has nothing on what this message is about.")),
            section_choices(reading_list),
        ),
        outcome=Outcome.REFUSED,
    )


def newest(page: Page[Entry], *, is_dated: bool) -> Reply:
    heading = "New on the list" if is_dated else "Latest by year"
    parts: list[Part] = [Heading(words=heading)]
    if not is_dated:
        parts.append(
            Paragraph(
                text=text("The list does not say when its links came, so the youngest are first."),
                subdued=True,
            )
        )
    parts += _page_parts(page, [LinkCard(entry=entry, why=_added(entry)) for entry in page.items])
    return Reply(
        parts=tuple(parts),
        actions=(*_turning(page, ShowNew), _action("Share", Share(ShowNew(page.number)))),
        can_be_shared=True,
    )


def undated() -> Reply:
    """Say that nobody knows what is new, and offer other ways into the list."""
    words = "The list says neither when its links came nor how old they are."
    return Reply(
        parts=(Paragraph(text=text(words)),),
        actions=(
            _action("Surprise me", ShowRandom(), ActionStyle.PRIMARY),
            _action("Sections", ListSections()),
        ),
    )


def matches(
    query: str,
    page: Page[Match],
    *,
    shortened: bool,
    more_exist: bool,
    corrections: Sequence[tuple[str, str]] = (),
    meant: Command | None = None,
) -> Reply:
    """Show links.

    Args:
        query: What was searched.
        page: What to show of it.
        shortened: Whether more was typed than was searched.
        more_exist: Whether there are more than can be paged through.
        corrections: What was taken for misspelt, and what was searched instead.
        meant: The command that the very same words make.
    """
    count = f"More than {page.total}" if more_exist else str(page.total)
    noun = "link" if page.total == 1 else "links"
    parts: list[Part] = [Paragraph(text=text(bold(f"{count} {noun} for “{query}”")))]
    if shortened:
        parts.append(
            Paragraph(text=text("That was a long one; these are the words I went by."), subdued=True)
        )
    if corrections:
        read = (Span(f"“{typed}” as “{used}”") for typed, used in corrections)
        parts.append(Paragraph(text=text("I read ", *_listed(read, "and"), "."), subdued=True))
    if meant is not None:
        parts.append(_hint(meant))
    cards = [
        LinkCard(entry=match.entry, why=None if match.why_is_plain else match.why) for match in page.items
    ]
    parts += _page_parts(page, cards)
    return Reply(
        parts=tuple(parts),
        actions=(
            *_turning(page, lambda number: Search(query, number)),
            _action("Share", Share(Search(query, page.number))),
        ),
        can_be_shared=True,
    )


def no_match(result: SearchResult, reading_list: ReadingList, *, meant: Command | None = None) -> Reply:
    """Say that nothing answers, and show ways on; *meant* is a command that may have been meant."""
    parts: list[Part] = [Paragraph(text=text("Nothing on the list answers ", bold(f"“{result.query}”"), "."))]
    if meant is not None:
        parts.append(_hint(meant))
    if result.did_you_mean:
        parts.append(
            Paragraph(
                text=text(
                    "Did you mean ", *_listed((bold(words) for words in result.did_you_mean), "or"), "?"
                )
            )
        )
    if result.nearest:
        parts.append(
            Choices(
                label="Nearest sections", choices=tuple(_section_choice(place) for place in result.nearest)
            )
        )
    else:
        parts.append(section_choices(reading_list))
    return Reply(
        parts=tuple(parts),
        actions=(
            *(_action(words, Search(words)) for words in result.did_you_mean),
            _action("Menu", ShowMenu()),
        ),
        outcome=Outcome.NO_MATCH,
    )


def unknown_section(name: str, near: Sequence[Place], reading_list: ReadingList) -> Reply:
    if name.startswith("~"):
        return gone("That section is no longer on the list.", reading_list)
    shown = _cut(name)
    if near:
        choices = Choices(label="Did you mean", choices=tuple(_section_choice(place) for place in near))
    else:
        choices = section_choices(reading_list)
    return Reply(
        parts=(Paragraph(text=text("The list has no section ", bold(f"“{shown}”"), ".")), choices),
        actions=(_action(f"Search “{_cut(name, 30)}”", Search(_cut(name, MAX_QUERY_LENGTH))),),
        outcome=Outcome.REFUSED,
    )


def problem(sentence: str, reading_list: ReadingList) -> Reply:
    """Say what is the matter with what was typed, and offer a way on."""
    return Reply(
        parts=(Paragraph(text=text(sentence)), section_choices(reading_list)),
        actions=(_action("Help", ShowHelp()),),
        outcome=Outcome.REFUSED,
    )


def not_here() -> Reply:
    """Say that a command needs what is not here: a channel, a workspace, a database."""
    words = "That works in Slack and Discord, where there are channels and people; here there are none."
    return Reply(
        parts=(Paragraph(text=text(words)),), actions=(_action("Menu", ShowMenu()),), outcome=Outcome.REFUSED
    )


def gone(sentence: str, reading_list: ReadingList) -> Reply:
    """Explain an old button whose link or section has left the list."""
    return Reply(
        parts=(Paragraph(text=text(sentence, " It may have moved.")), section_choices(reading_list)),
        actions=(_action("Menu", ShowMenu()),),
        outcome=Outcome.REFUSED,
    )


def shared_actions(reply: Reply, person_id: str) -> tuple[Action, ...]:
    """Return what people can do with a shared *reply*: go on by themselves, and who shared it, take it back."""
    others = tuple(action for action in reply.actions if not isinstance(parse_command(action.command), Share))
    return (*others[:4], _action("Delete", Unshare(person_id)))


def slow_down(wait_s: float) -> Reply:
    """Ask a person who asks very often to wait."""
    seconds = math.ceil(wait_s)
    when = "in a second" if seconds == 1 else f"in {seconds} seconds"
    return Reply(
        parts=(Paragraph(text=text(f"That was a lot at once. I am all yours again {when}.")),),
        outcome=Outcome.REFUSED,
    )


def ask_where(wanted: Command) -> Reply:
    """Ask where to share: there is a channel, and a thread or message within it."""
    return Reply(
        parts=(Paragraph(text=text("Where to?")),),
        actions=(
            _action("This thread", Share(wanted, ShareTo.THREAD), ActionStyle.PRIMARY),
            _action("This channel", Share(wanted, ShareTo.CHANNEL)),
        ),
    )


def unshared(*, is_allowed: bool) -> Reply:
    """Take a shared answer away, or say who can."""
    if is_allowed:
        return Reply(parts=(Paragraph(text=text("It is gone.")),), removes=True)
    return Reply(
        parts=(Paragraph(text=text("Only whoever shared this can delete it.")),), outcome=Outcome.REFUSED
    )


def example_queries(reading_list: ReadingList, count: int = 3) -> list[str]:
    """Return searches that have answers on this very list: its well-filled, short-named sections."""
    names = sorted(
        (place for place in reading_list.places if place.section.links and len(place.title) <= 24),
        key=lambda place: (len(place.title.split()) > 2, -len(place.section.links)),
    )
    found = [place.title.lower().rstrip("?!. ") for place in names[:count]]
    return found or [reading_list.entries[0].link.title.lower()]


def _example_filters(reading_list: ReadingList) -> list[str]:
    """Return filters that let something through on this very list: its commonest kind and year."""
    links = [entry.link for entry in reading_list.entries]
    kinds = Counter(link.kind for link in links if link.kind)
    years = Counter(link.year for link in links if link.year)
    return [
        f"{name}:{counts.most_common(1)[0][0]}"
        for name, counts in (("kind", kinds), ("year", years))
        if counts
    ]


def section_choices(reading_list: ReadingList) -> Choices:
    places = (place for place in reading_list.places if place.link_count)
    return Choices(label="Pick a section", choices=tuple(_section_choice(place) for place in places))


def _section_choice(place: Place) -> Choice:
    return Choice(
        label=" › ".join(place.path),
        detail=_links(place.link_count),
        command=format_command(ShowSection(f"~{place.id}")),
    )


def _page_parts(page: Page[Entry] | Page[Match], cards: Sequence[LinkCard]) -> list[Part]:
    parts: list[Part] = list(cards)
    small = page.progress
    if page.is_beyond:
        pages = "1 page" if page.count == 1 else f"{page.count} pages"
        small = f"There are {pages}; this is page {page.number}. {small}".rstrip()
    if small:
        parts.append(Paragraph(text=text(small), subdued=True))
    return parts


def _turning(page: Page[Entry] | Page[Match], to_command: Callable[[int], Command]) -> list[Action]:
    actions = []
    if page.number > 1:
        actions.append(_action("Back", to_command(page.number - 1)))
    if page.number < page.count:
        actions.append(_action("More", to_command(page.number + 1), ActionStyle.PRIMARY))
    return actions


def _more_like(entry: Entry) -> Action:
    return _action(f"More of {_cut(entry.path[-1], 40)}", ShowSection(f"~{place_id(entry.path)}"))


def _action(label: str, wanted: Command, style: ActionStyle = ActionStyle.DEFAULT) -> Action:
    return Action(label=label, command=format_command(wanted), style=style)


def _hint(meant: Command) -> Paragraph:
    return Paragraph(text=text("For the command, type ", command(format_command(meant)), "."), subdued=True)


def _ask(query: str) -> Span:
    return command(format_command(Search(query)))


def _added(entry: Entry) -> str | None:
    return f"added {entry.link.added:%d %b %Y}" if entry.link.added else None


def _links(count: int) -> str:
    return "1 link" if count == 1 else f"{count} links"


def _listed(spans: Iterable[Span], conjunction: str = "or") -> list[Span]:
    """Return the spans as a phrase: a, b or c."""
    items = list(spans)
    phrase: list[Span] = []
    for position, span in enumerate(items):
        if position:
            phrase.append(Span(f" {conjunction} " if position == len(items) - 1 else ", "))
        phrase.append(span)
    return phrase


def _cut(words: str, length: int = 60) -> str:
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
