"""What holds for every Markdown file and every list, not only for those someone thought of."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from readbot.exceptions import ListError
from readbot.reading_list import AlsoLink, Link, ReadingList, Section
from readbot.reading_list.markdown import Import, export_markdown, import_markdown
from readbot.reading_list.yaml_file import dump_list, parse_list

from .lists import descriptions, few_lists, links, optional, reading_lists, texts, urls, words

_PIECES = st.sampled_from(
    [
        "# ",
        "## ",
        "### ",
        "- ",
        "  - ",
        "    * ",
        "1. ",
        "> ",
        "| ",
        "|---|\n",
        "\n",
        "\n\n",
        " - ",
        ": ",
        " and ",
        "**",
        "[",
        "]",
        "(",
        ")",
        "](",
        "[Paper](",
        "[a title](",
        "![",
        "![x](https://img.example/y.png)",
        "`",
        "```\n",
        "\\",
        "https://a.example/1",
        "http://b.example/",
        "}https://c.example",
        "https://a.example/1)",
        "www.d.example",
        "<",
        ">",
        "<a href='https://e.example'>",
        "</a>",
        "<details>\n",
        "<summary>",
        "</summary>",
        "</details>\n",
        "<br>",
        "<h2>",
        "<img src='https://f.example/g.png'>",
        "[1]: https://h.example\n",
        "[1]",
        "<https://i.example>",
        "---\n",
        "===\n",
        "License",
        "Thanks to ",
        "Contents",
        "\u200b",
        "\u202e",
        "\x00",
        "\t",
        "\r\n",
        "é",
        "⭐",
        "x",
    ]
)


def _import_or_none(text: str) -> Import | None:
    with suppress(ListError):
        return import_markdown(text, file="list.md")
    return None


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_links_kept_and_left_out_are_the_links_in_any_file(text: str) -> None:
    imported = _import_or_none(text)
    assert imported is None or imported.report.is_complete, imported


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_whatever_was_imported_loads_without_complaint(text: str) -> None:
    imported = _import_or_none(text)
    if imported is not None:
        assert parse_list(dump_list(imported.reading_list), file="list.yaml") == imported.reading_list


@few_lists
@given(reading_lists(link=links(), title=texts(200), description=descriptions(), deepest=3))
def test_importing_an_export_gives_the_same_list_whatever_is_on_it(reading_list: ReadingList) -> None:
    imported = import_markdown(export_markdown(reading_list), file="list.md")
    assert imported.reading_list == reading_list
    assert imported.report.is_complete


def _tame_links() -> st.SearchStrategy[Link]:
    also = st.lists(st.builds(AlsoLink, title=words(), url=urls()), max_size=3).map(tuple)
    return st.builds(Link, title=words(), url=urls(), note=optional(words()), also=also)


@few_lists
@given(reading_lists(link=_tame_links(), title=words(), deepest=3))
def test_an_export_that_lost_its_first_line_still_gives_what_is_seen_of_it(reading_list: ReadingList) -> None:
    _, _, text = export_markdown(reading_list).partition("\n")
    assert _seen(import_markdown(text, file="list.md").reading_list) == _seen(reading_list)


def _seen(reading_list: ReadingList) -> tuple[object, ...]:
    """What a rendered page shows."""
    sections = [_seen_of_section(section) for section in reading_list.sections]
    return reading_list.title, reading_list.description, sections


def _seen_of_section(section: Section) -> tuple[object, ...]:
    shown = [(link.title, link.url, link.note, link.also) for link in section.links]
    return section.title, section.image, shown, [_seen_of_section(inner) for inner in section.sections]
