"""What readbot says from its list, in one voice; ``guide_wording`` and ``sharing_wording`` have the rest."""

import math
from collections.abc import Callable, Sequence

from readbot.conversation.commands import (
    Command,
    ListSections,
    Search,
    Share,
    ShowHelp,
    ShowLink,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    Suggest,
    format_command,
)
from readbot.conversation.language import listed, say
from readbot.conversation.paging import Page
from readbot.conversation.phrases import (
    count_links,
    cut,
    make_action,
    section_choice,
    section_choices,
)
from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    ActionStyle,
    Choices,
    Heading,
    LinkCard,
    Outcome,
    Paragraph,
    Part,
    Picture,
    Reply,
    Rows,
    Span,
    Text,
    bold,
    code,
    command,
    text,
)
from readbot.language import tn, tr
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.model import Place, place_id
from readbot.search.results import Match, SearchResult

#: A query has to fit a button together with "share@channel search " before it and " page:9999" behind.
MAX_QUERY_LENGTH = MAX_COMMAND_LENGTH - len("share@channel search ") - len(" page:9999")

#: A picture of a section opens its page; on a list of one link it would drown the link.
_PICTURE_FROM = 2

#: Sections that are listed one by one; a longer list shows the outermost, the rest is picked.
_MAX_ROWS = 40


def section_list(reading_list: ReadingList) -> Reply:
    places = [place for place in reading_list.places if place.link_count]
    if len(places) > _MAX_ROWS:
        places = [place for place in places if len(place.path) == 1]
    return Reply(
        parts=(
            Heading(words=tr("Sections of {list}", list=reading_list.title)),
            Rows(rows=tuple(_section_row(place) for place in places)),
            section_choices(reading_list),
        ),
        actions=(make_action(tr("Menu"), ShowMenu()),),
    )


def _section_row(place: Place) -> Text:
    return text("↳ " * (len(place.path) - 1), bold(place.title), f" · {count_links(place.link_count)}")


def section(place: Place, page: Page[Entry], children: Sequence[Place]) -> Reply:
    name = f"~{place.id}"
    parts: list[Part] = [Heading(words=f"{' › '.join(place.path)} · {count_links(page.total)}")]
    if place.section.image and page.number == 1 and page.total >= _PICTURE_FROM:
        parts.append(
            Picture(url=place.section.image, alt=tr("Picture of the section {section}", section=place.title))
        )
    parts += _page_parts(page, [LinkCard(entry=entry) for entry in page.items])
    if children:
        parts.append(
            Choices(label=tr("Go deeper"), choices=tuple(section_choice(child) for child in children))
        )
    return Reply(
        parts=tuple(parts),
        actions=(
            *_turning(page, lambda number: ShowSection(name, number)),
            make_action(tr("Share"), Share(ShowSection(name, page.number))),
            make_action(tr("Surprise me"), ShowRandom(name)),
            make_action(tr("Sections"), ListSections()),
        ),
        can_be_shared=True,
    )


def random_link(entry: Entry, *, place: Place | None) -> Reply:
    where = f"~{place.id}" if place else ""
    return Reply(
        parts=(
            Heading(words=tr("From {section}", section=place.title) if place else tr("Picked for you")),
            LinkCard(entry=entry),
        ),
        actions=(
            make_action(tr("Another"), ShowRandom(where), ActionStyle.PRIMARY),
            make_action(tr("Share"), Share(ShowLink(entry.link.id))),
            _more_like(entry),
        ),
        can_be_shared=True,
    )


def one_link(entry: Entry) -> Reply:
    return Reply(
        parts=(LinkCard(entry=entry),),
        actions=(make_action(tr("Share"), Share(ShowLink(entry.link.id))), _more_like(entry)),
        can_be_shared=True,
    )


def some_links(entries: Sequence[Entry]) -> Reply:
    return Reply(parts=tuple(LinkCard(entry=entry) for entry in entries), can_be_shared=True)


def newest(page: Page[Entry], *, is_dated: bool) -> Reply:
    heading = tr("New on the list") if is_dated else tr("Latest by year")
    parts: list[Part] = [Heading(words=heading)]
    if not is_dated:
        parts.append(
            Paragraph(
                text=say("The list does not say when its links came, so the youngest are first."),
                subdued=True,
            )
        )
    parts += _page_parts(page, [LinkCard(entry=entry, why=_added(entry)) for entry in page.items])
    return Reply(
        parts=tuple(parts),
        actions=(*_turning(page, ShowNew), make_action(tr("Share"), Share(ShowNew(page.number)))),
        can_be_shared=True,
    )


def undated() -> Reply:
    """Say that nobody knows what is new, and offer other ways into the list."""
    words = say("The list says neither when its links came nor how old they are.")
    return Reply(
        parts=(Paragraph(text=words),),
        actions=(
            make_action(tr("Surprise me"), ShowRandom(), ActionStyle.PRIMARY),
            make_action(tr("Sections"), ListSections()),
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
    if more_exist:
        found = tr("More than {number} links for “{query}”", number=page.total, query=query)
    else:
        found = tn("{number} link for “{query}”", "{number} links for “{query}”", page.total, query=query)
    parts: list[Part] = [Paragraph(text=text(bold(found)))]
    if shortened:
        parts.append(Paragraph(text=say("That was a long one; these are the words I went by."), subdued=True))
    if corrections:
        read = (Span(tr("“{typed}” as “{used}”", typed=typed, used=used)) for typed, used in corrections)
        parts.append(
            Paragraph(text=say("I read {words}.", words=listed(read, all_of_them=True)), subdued=True)
        )
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
            make_action(tr("Share"), Share(Search(query, page.number))),
        ),
        can_be_shared=True,
    )


def no_match(result: SearchResult, reading_list: ReadingList, *, meant: Command | None = None) -> Reply:
    """Say that nothing answers, and show ways on; *meant* is a command that may have been meant."""
    parts: list[Part] = [
        Paragraph(text=say("Nothing on the list answers {query}.", query=bold(f"“{result.query}”")))
    ]
    if meant is not None:
        parts.append(_hint(meant))
    if result.did_you_mean:
        parts.append(
            Paragraph(
                text=say("Did you mean {words}?", words=listed(bold(words) for words in result.did_you_mean))
            )
        )
    if result.nearest:
        parts.append(
            Choices(
                label=tr("Nearest sections"),
                choices=tuple(section_choice(place) for place in result.nearest),
            )
        )
    else:
        parts.append(section_choices(reading_list))
    return Reply(
        parts=tuple(parts),
        actions=(
            *(make_action(words, Search(words)) for words in result.did_you_mean),
            make_action(tr("Menu"), ShowMenu()),
        ),
        outcome=Outcome.NO_MATCH,
    )


def suggest_action() -> Action:
    """Offer who missed something to bring it."""
    return make_action(tr("Suggest a link"), Suggest())


def unknown_section(name: str, near: Sequence[Place], reading_list: ReadingList) -> Reply:
    if name.startswith("~"):
        return gone(tr("That section is no longer on the list."), reading_list)
    shown = cut(name)
    if near:
        choices = Choices(label=tr("Did you mean"), choices=tuple(section_choice(place) for place in near))
    else:
        choices = section_choices(reading_list)
    return Reply(
        parts=(Paragraph(text=say("The list has no section {name}.", name=bold(f"“{shown}”"))), choices),
        actions=(
            make_action(tr("Search “{words}”", words=cut(name, 30)), Search(cut(name, MAX_QUERY_LENGTH))),
        ),
        outcome=Outcome.REFUSED,
    )


def problem(sentence: str, reading_list: ReadingList) -> Reply:
    """Say what is the matter with what was typed, and offer a way on."""
    return Reply(
        parts=(Paragraph(text=text(sentence)), section_choices(reading_list)),
        actions=(make_action(tr("Help"), ShowHelp()),),
        outcome=Outcome.REFUSED,
    )


def not_here() -> Reply:
    """Say that a command needs what is not here: a channel, a workspace, a database."""
    words = say("That works in Slack and Discord, where there are channels and people; here there are none.")
    hint = say("To try it without an account: {command}", command=code("readbot playground"))
    return Reply(
        parts=(Paragraph(text=words), Paragraph(text=hint, subdued=True)),
        actions=(make_action(tr("Menu"), ShowMenu()),),
        outcome=Outcome.REFUSED,
    )


def gone(sentence: str, reading_list: ReadingList) -> Reply:
    """Explain an old button whose link or section has left the list."""
    return Reply(
        parts=(Paragraph(text=text(sentence, " ", tr("It may have moved."))), section_choices(reading_list)),
        actions=(make_action(tr("Menu"), ShowMenu()),),
        outcome=Outcome.REFUSED,
    )


def slow_down(wait_s: float) -> Reply:
    """Ask a person who asks very often to wait."""
    seconds = math.ceil(wait_s)
    words = tn(
        "That was a lot at once. I am all yours again in a second.",
        "That was a lot at once. I am all yours again in {number} seconds.",
        seconds,
    )
    return Reply(
        parts=(Paragraph(text=text(words)),),
        outcome=Outcome.REFUSED,
    )


def _page_parts(page: Page[Entry] | Page[Match], cards: Sequence[LinkCard]) -> list[Part]:
    parts: list[Part] = list(cards)
    small = page.progress
    if page.is_beyond:
        beyond = tn(
            "There is {number} page; this is page {page}.",
            "There are {number} pages; this is page {page}.",
            page.count,
            page=page.number,
        )
        small = f"{beyond} {small}".rstrip()
    if small:
        parts.append(Paragraph(text=text(small), subdued=True))
    return parts


def _turning(page: Page[Entry] | Page[Match], to_command: Callable[[int], Command]) -> list[Action]:
    actions = []
    if page.number > 1:
        actions.append(make_action(tr("Back"), to_command(page.number - 1)))
    if page.number < page.count:
        actions.append(make_action(tr("More"), to_command(page.number + 1), ActionStyle.PRIMARY))
    return actions


def _more_like(entry: Entry) -> Action:
    return make_action(
        tr("More of {section}", section=cut(entry.path[-1], 40)), ShowSection(f"~{place_id(entry.path)}")
    )


def _hint(meant: Command) -> Paragraph:
    return Paragraph(
        text=say("For the command, type {command}.", command=command(format_command(meant))), subdued=True
    )


def _added(entry: Entry) -> str | None:
    return tr("added {day}", day=f"{entry.link.added:%Y-%m-%d}") if entry.link.added else None
