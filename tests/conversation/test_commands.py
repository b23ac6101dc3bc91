import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.conversation.commands import (
    Command,
    Digest,
    ListSections,
    Search,
    Share,
    ShowHelp,
    ShowLink,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    format_command,
    parse_command,
    shorten_command,
)

TABLE: list[tuple[str, Command]] = [
    # Nothing, or a greeting, opens the menu.
    ("", ShowMenu()),
    ("   \n ", ShowMenu()),
    ("menu", ShowMenu()),
    ("Hi", ShowMenu()),
    # Commands, whatever their case and spaces.
    ("help", ShowHelp()),
    ("HELP", ShowHelp()),
    ("?", ShowHelp()),
    ("sections", ListSections()),
    ("list", ListSections()),
    ("section", ListSections()),
    ("section attention", ShowSection("attention")),
    ("sections  Prompt   Engineering", ShowSection("Prompt Engineering")),
    ("section attention page:2", ShowSection("attention", 2)),
    ("section ~abc234", ShowSection("~abc234")),
    ("random", ShowRandom()),
    ("random fine-tuning", ShowRandom("fine-tuning")),
    ("new", ShowNew()),
    ("new page:3", ShowNew(3)),
    ("link ~abc234", ShowLink("abc234")),
    ("digest", Digest()),
    ("digest on  monday 9am", Digest("on monday 9am")),
    # Anything else is searched.
    ("fine-tuning", Search("fine-tuning")),
    ("fine-tuning page:2", Search("fine-tuning", 2)),
    ("Fine-Tuning PAGE:2", Search("Fine-Tuning", 2)),
    ("page:2 fine-tuning", Search("page:2 fine-tuning")),
    ('kind:paper "exact phrase" -word', Search('kind:paper "exact phrase" -word')),
    # What follows makes no command of these.
    ("help me choose a gpu", Search("help me choose a gpu")),
    ("new york", Search("new york")),
    ("link rot", Search("link rot")),
    ("hi there", Search("hi there")),
    ("share", Search("share")),
    ("search", Search("search")),
    ("list comprehension", Search("list comprehension")),
    # A word that is a command can still be searched.
    ("search random", Search("random")),
    ("search help page:2", Search("help", 2)),
    ("search search", Search("search")),
    ('"random"', Search('"random"')),
    # Sharing takes any command, and twice is once.
    ("share fine-tuning page:2", Share(Search("fine-tuning", 2))),
    ("share section attention", Share(ShowSection("attention"))),
    ("share share random", Share(ShowRandom())),
]


@pytest.mark.parametrize(("text", "command"), TABLE)
def test_a_text_says_exactly_one_command(text: str, command: Command) -> None:
    assert parse_command(text) == command


words = st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)
pages = st.integers(1, 9999)
# What is left when the page is split off a name; "page:2" alone is no name.
plain_commands = st.one_of(
    st.builds(ShowMenu),
    st.builds(ShowHelp),
    st.builds(ListSections),
    st.builds(ShowSection, words, pages),
    st.builds(ShowRandom, words | st.just("")),
    st.builds(ShowNew, pages),
    st.builds(ShowLink, st.from_regex(r"[a-z2-7]{6}", fullmatch=True)),
    st.builds(Digest, words | st.just("")),
    st.builds(Search, words, pages),
)


@given(command=plain_commands | st.builds(Share, plain_commands))
def test_a_button_s_text_is_read_as_the_command_it_was_made_from(command: Command) -> None:
    assert parse_command(format_command(command)) == command


@given(text=st.text())
def test_every_text_is_read_without_an_error(text: str) -> None:
    parse_command(text)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("search fine-tuning", "fine-tuning"),
        ("search random", "search random"),
        ("search help me", "help me"),
        ("section attention", "section attention"),
    ],
)
def test_a_search_is_shown_without_its_verb_where_that_means_the_same(text: str, short: str) -> None:
    assert shorten_command(text) == short
