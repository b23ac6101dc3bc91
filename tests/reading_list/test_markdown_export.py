"""A list through Markdown and back, and the comments that carry what Markdown has no place for."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from readbot.reading_list import Acknowledgement, AlsoLink, Kind, Link, ReadingList, Section
from readbot.reading_list.markdown import Import, export_markdown, import_markdown
from readbot.reading_list.yaml_file import default_list_path, load_list

A = "https://a.example/"
B = "https://b.example/"


def there_and_back(reading_list: ReadingList) -> ReadingList:
    return import_markdown(export_markdown(reading_list), file="list.md").reading_list


def of(*sections: Section, description: str = "") -> ReadingList:
    return ReadingList(title="L", description=description, sections=sections)


def read_one(bullet: str, *, head: str = "# L\n\n## S") -> Link:
    [entry] = import_markdown(f"{head}\n\n{bullet}\n", file="list.md").reading_list.entries
    return entry.link


def test_the_list_that_ships_comes_back_as_it_is() -> None:
    reading_list = load_list(default_list_path())
    assert there_and_back(reading_list) == reading_list


def test_an_imported_readme_comes_back_as_it_is() -> None:
    seed = Path(__file__).with_name("seed.md").read_text(encoding="utf-8")
    reading_list = import_markdown(seed, file="seed.md").reading_list
    assert there_and_back(reading_list) == reading_list


def test_what_is_seen_is_plain_markdown_and_the_rest_stands_in_comments() -> None:
    link = Link(
        title="Title",
        url=A,
        note="A note.",
        kind=Kind.PAPER,
        year=2017,
        authors=("Ann",),
        topics=("a, b", "c--d"),
        aliases=("<x>",),
        also=(AlsoLink(title="Code", url=B),),
        added=date(2024, 2, 29),
    )
    reading_list = ReadingList(
        title="L",
        description="What it is.",
        sections=(Section(title="S", image="https://img.example/a.png", links=(link,)),),
        acknowledgements=(Acknowledgement(title="Bob", url="https://bob.example"),),
    )
    exported = export_markdown(reading_list)
    assert exported == dedent("""\
        <!-- readbot: export -->

        # L

        What it is.

        ## S

        ![](https://img.example/a.png)

        - [Title](https://a.example/), [Code](https://b.example/) - A note. <!-- readbot: {kind: paper, year: 2017, authors: [Ann], topics: ["a, b", "c\\u002D\\u002Dd"], aliases: ["<x\\u003E"], added: 2024-02-29} -->

        ## Acknowledgements <!-- readbot: acknowledgements -->

        - [Bob](https://bob.example)
        """)
    assert import_markdown(exported, file="list.md").reading_list == reading_list


def test_a_link_whose_address_tells_its_kind_and_year_needs_no_comment() -> None:
    link = Link(title="T", url="https://arxiv.org/abs/1706.03762", kind=Kind.PAPER, year=2017)
    assert export_markdown(of(Section(title="S", links=(link,)))).count("<!--") == 1


def test_a_link_whose_address_tells_a_wrong_kind_and_year_stays_without_them() -> None:
    link = Link(title="T", url="https://arxiv.org/abs/1706.03762")
    reading_list = of(Section(title="S", links=(link,)))
    assert "{kind: null, year: null}" in export_markdown(reading_list)
    assert there_and_back(reading_list) == reading_list


@pytest.mark.parametrize(
    "title",
    [
        "License",
        "Contents",
        "Acknowledgements",
        "Ends with:",
        "C #",
        "#",
        "# 1",
        "1. First",
        "- dash",
        "a  b",
        "https://a.example/x`y",
        "x](https://b.example/)",
        "<!-- readbot: {kind: paper} -->",
        "&amp; **bold** _it_ ~~no~~ | !",
        "[ ] todo",
        "\u00a0",
    ],
)
def test_any_words_can_be_a_title_a_note_and_a_section(title: str) -> None:
    title = title.strip() or "x\u00a0y"
    link = Link(title=title, url=A, note=title, also=(AlsoLink(title=title, url=B),))
    deep = Section(title=title, links=(link,))
    for _ in range(7):
        deep = Section(title=title, sections=(deep,))
    reading_list = of(deep, description=title)
    assert there_and_back(reading_list) == reading_list


@pytest.mark.parametrize(
    "url",
    [
        "https://https://x.example/a",
        "https://a.example/]",
        "https://a.example/a(1)(2",
        "https://a.example/?a=1&copy=2&#38;",
        "https://a.example/*_*_",
        "HTTPS://A.example",
    ],
)
def test_an_odd_address_is_not_mended(url: str) -> None:
    reading_list = of(Section(title="S", links=(Link(title="T", url=url),)))
    assert there_and_back(reading_list) == reading_list


@pytest.mark.parametrize(
    "description",
    [
        "a\nb",
        "a\n\nb",
        "a\n\n\n\nb",
        "a\n    b",
        "a | b\n:--",
        "a\n===",
        "a\n- b\n1. c\n# d",
        "> a\n```\nb",
        "- \n\na",
    ],
)
def test_a_description_keeps_its_lines(description: str) -> None:
    reading_list = of(Section(title="S", links=(Link(title="T", url=A),)), description=description)
    assert there_and_back(reading_list) == reading_list


def test_somebody_can_be_thanked_at_the_address_of_an_entry() -> None:
    section = Section(title="S", links=(Link(title="T", url=A),))
    thanks = (Acknowledgement(title="Bob", url=A),)
    reading_list = ReadingList(title="L", sections=(section,), acknowledgements=thanks)
    assert there_and_back(reading_list) == reading_list


def test_what_a_curator_adds_to_an_export_by_hand_is_read_as_well() -> None:
    exported = export_markdown(of(Section(title="S", links=(Link(title="T", url=A),))))
    by_hand = (
        exported
        + f"- [New]({B}) by Ann, see [Other](https://c.example)\n\n## More\n\n- [X](https://x.example): y\n"
    )
    imported = import_markdown(by_hand, file="list.md")
    new, x = [entry.link for entry in imported.reading_list.entries][1:]
    assert (new.title, new.note, [also.title for also in new.also]) == ("New", "by Ann, see Other", ["Other"])
    assert (x.title, x.note) == ("X", "y")
    assert imported.report.is_complete


# Comments by hand, in any README


def test_a_comment_in_any_readme_tells_what_markdown_cannot() -> None:
    link = read_one(
        f"* **[GPT]({A})** – a note <!-- readbot: {{aliases: [GPT-3], year: 2020, kind: post}} -->"
    )
    assert (link.title, link.note, link.aliases, link.year, link.kind) == (
        "GPT",
        "a note",
        ("GPT-3",),
        2020,
        Kind.POST,
    )


def complaints_about(comment: str) -> tuple[Import, list[str]]:
    imported = import_markdown(f"# L\n\n## S\n\n- [T]({A}) <!-- readbot: {comment} -->\n", file="list.md")
    return imported, [f"line {mended.line}: {mended.message}" for mended in imported.report.mended]


@pytest.mark.parametrize(
    ("comment", "advice"),
    [
        ("{kind: papr, year: 2020}", "did you mean paper?"),
        ("{colour: red, year: 2020}", 'the field "colour" is not known'),
        ("{year: 2020, added: soon}", "a day of the calendar"),
    ],
)
def test_a_slip_in_a_comment_is_told_with_its_line_and_the_rest_counts(comment: str, advice: str) -> None:
    imported, [complaint] = complaints_about(comment)
    assert complaint.startswith("line 5: left out what cannot be read of the comment: ")
    assert advice in complaint
    assert imported.reading_list.entries[0].link.year == 2020


@pytest.mark.parametrize("comment", ["{kind: paper", "kind", "[a]", "{a: &x b, c: *x}", ""])
def test_a_comment_that_says_nothing_readable_does_no_harm(comment: str) -> None:
    imported, _ = complaints_about(comment)
    assert imported.reading_list.entries[0].link.title == "T"
