"""What readbot says of itself: where to begin, and how to ask."""

from readbot.conversation.commands import (
    ListSections,
    ShowHelp,
    ShowMenu,
    ShowNew,
    ShowRandom,
)
from readbot.conversation.language import listed, say
from readbot.conversation.phrases import (
    ask_for,
    example_filters,
    example_queries,
    make_action,
    section_choices,
)
from readbot.conversation.reply import (
    ActionStyle,
    Heading,
    LinkCard,
    Paragraph,
    Reply,
    Rows,
    SearchBox,
    Span,
    bold,
    command,
    text,
)
from readbot.language import tr
from readbot.reading_list import Entry, ReadingList


def menu(reading_list: ReadingList, suggestion: Entry) -> Reply:
    examples = example_queries(reading_list)
    return Reply(
        parts=(
            Heading(words=reading_list.title),
            SearchBox(label=tr("Search the list")),
            Paragraph(
                text=say("Ask for anything on the list: {examples}.", examples=listed(map(ask_for, examples)))
            ),
            Paragraph(
                text=say(
                    "Typos and other words for the same thing are fine. {help} tells the rest.",
                    help=command("help"),
                ),
                subdued=True,
            ),
            Paragraph(text=text(bold(tr("One to start with")))),
            LinkCard(entry=suggestion),
            section_choices(reading_list),
        ),
        actions=(
            make_action(tr("Surprise me"), ShowRandom(), ActionStyle.PRIMARY),
            make_action(tr("New"), ShowNew()),
            make_action(tr("Help"), ShowHelp()),
        ),
    )


def help_page(reading_list: ReadingList) -> Reply:
    section = example = example_queries(reading_list)[0]
    filters = (*example_filters(reading_list), f'section:"{section}"')
    lines = (
        say(
            "{example} finds links. Typos, acronyms and other words for the same thing are fine.",
            example=ask_for(example),
        ),
        say(
            "{sections} shows all sections, {section} the links of one.",
            sections=command("sections"),
            section=command(f"section {section}"),
        ),
        say(
            "{random} picks a link for you, {from_section} one from a section.",
            random=command("random"),
            from_section=command(f"random {section}"),
        ),
        say("{new} shows what came last.", new=command("new")),
        say(
            "{on} brings one good link a week into a channel, {digest} tells how it stands.",
            on=command("digest on"),
            digest=command("digest"),
        ),
        say(
            "{suggest} brings a link to the list's curators, who tell you what becomes of it.",
            suggest=command("suggest"),
        ),
        say(
            "{privacy} shows what is kept about you. For curators: {suggestions} and {gaps}, what people missed.",
            privacy=command("privacy"),
            suggestions=command("suggestions"),
            gaps=command("gaps"),
        ),
        say(
            "Narrow a search with {filters}, leave a word out with {without}, "
            "and keep words together with {quotes}.",
            filters=listed(map(Span, filters)),
            without=Span("-word"),
            quotes=Span('"quotes"'),
        ),
        say("To search a word that is a command, say {search}.", search=command("search random")),
    )
    return Reply(
        parts=(
            Heading(words=tr("How to ask")),
            Rows(rows=lines),
            Paragraph(text=say("Only you see the answers, until you press Share."), subdued=True),
        ),
        actions=(make_action(tr("Menu"), ShowMenu()), make_action(tr("Sections"), ListSections())),
    )
