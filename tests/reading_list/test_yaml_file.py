from pathlib import Path
from textwrap import dedent, indent

import pytest

from readbot.exceptions import ListError
from readbot.reading_list import ReadingList
from readbot.reading_list.yaml_file import MAX_BYTES, load_list, parse_list, save_list

GOOD = """\
title: A list
sections:
  - title: One
    links:
      - title: First
        url: https://example.org/1
"""


def complaints_about(text: str) -> list[str]:
    with pytest.raises(ListError) as caught:
        parse_list(text, file="list.yaml")
    return [complaint.format("list.yaml") for complaint in caught.value.complaints]


def complaint_about_link(fields: str) -> str:
    """The one complaint about a link that has these further fields, from line 7 on."""
    (complaint,) = complaints_about(GOOD + indent(dedent(fields), " " * 8))
    return complaint


def test_a_good_list_loads_with_all_its_fields() -> None:
    fields = """\
        note: A note
        kind: paper
        year: 2023
        authors: Someone
        topics: [attention, "2023"]
        aliases: [GPT-3]
        also: [{title: Slides, url: https://example.org/s}]
        added: 2024-02-29
    """
    (entry,) = parse_list(GOOD + indent(dedent(fields), " " * 8), file="list.yaml").entries
    link = entry.link
    assert (link.note, link.kind, link.year, link.authors) == ("A note", "paper", 2023, ("Someone",))
    assert (link.topics, link.aliases, link.also[0].title) == (("attention", "2023"), ("GPT-3",), "Slides")
    assert str(link.added) == "2024-02-29"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            "note: no",
            ':7: sections[0].links[0].note ("First"): should be text, but YAML reads no as true or false',
        ),
        ("note: 12:30:00", "reads 12:30:00 as a number; put it in quotes: '12:30:00'"),
        ("note: 2023-01-01", "as a date"),
        ("note:", "is empty"),
        ("note: [a]", "should be text, not a list"),
        ("note: {a: b}", "should be text, not a block of fields"),
        ("topics: [good, yes]", "topics[1]"),
        ("topics: [GPT, gpt]", '"gpt" is in this list twice'),
        ("topics: {a: b}", "should be a list"),
        ("year: '2023'", "a year in four digits"),
        ("year: 12:30:00", "a year in four digits"),
        ("year: 99999", "a year in four digits"),
        ("added: 2023-02-30", "a day of the calendar"),
        ("added: 2023-02-03T10:00:00", "a day of the calendar"),
        ("kind: papr", '"papr" is not known; did you mean paper?'),
        ("tpoics: [a]", 'the field "tpoics" is not known; did you mean topics?'),
        ("zzz: a", 'the field "zzz" is not known; use title, url'),
        ("title: Again", "is given twice, first on line 5"),
        ("also: [{title: S}]", 'also[0].url ("First"): is missing'),
        ("also: [{title: S, url: https://www.example.org/1/}]", 'is on the list already: line 6, "First"'),
        ("note: &mark text", "&mark marks a part for repeating"),
        ("note: *mark", "*mark repeats another part"),
        ("note: !!python/name:os.system text", "the tag !!python/name:os.system is not read"),
        ('note: "bidi \\u202e override"', "invisible character U+202E"),
        ('note: "zero \\u200b width"', "invisible character U+200B"),
        ('note: "bell \\a"', "invisible character U+0007"),
        ('note: "two\\nlines"', "has a line end in it"),
        (f"note: {'x' * 1001}", "is 1001 characters long; shorten it to 1000"),
    ],
)
def test_a_wrong_field_is_complained_of_with_its_place(fields: str, words: str) -> None:
    assert words in " ".join(complaints_about(GOOD + indent(fields, " " * 8)))


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "https://me:pw@example.org/", "https://", "https://a b.org/", "/a"]
)
def test_an_address_that_cannot_be_linked_is_complained_of(url: str) -> None:
    (complaint,) = complaints_about(GOOD.replace("https://example.org/1", f"'{url}'"))
    assert complaint.startswith('list.yaml:6: sections[0].links[0].url ("First"): ')


def test_a_joiner_inside_an_emoji_or_a_persian_word_is_no_invisible_character() -> None:
    woman_at_work = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"
    assert parse_list(GOOD.replace("First", woman_at_work), file="f").entries[0].link.title == woman_at_work


def test_two_addresses_of_one_thing_are_complained_of_with_both_places() -> None:
    second = "      - {title: Second, url: 'http://www.example.org/1/?utm_source=x'}\n"
    (complaint,) = complaints_about(GOOD + second)
    assert complaint.startswith('list.yaml:7: sections[0].links[1].url ("Second")')
    assert 'line 6, "First"' in complaint


def test_sections_side_by_side_may_not_share_a_title() -> None:
    again = "  - title: one\n    links: [{title: Second, url: https://example.org/2}]\n"
    (complaint,) = complaints_about(GOOD + again)
    assert "list.yaml:7: sections[1].title" in complaint
    assert "(line 3)" in complaint


@pytest.mark.parametrize(
    "section", ["  - title: Two\n", "  - {title: Two, links: []}\n", "  - {title: Two, sections: []}\n"]
)
def test_an_empty_section_is_complained_of(section: str) -> None:
    assert complaints_about(GOOD + section) == [
        'list.yaml:7: sections[1] ("Two"): has neither links nor sections; add some or take the section out'
    ]


def test_all_complaints_come_at_once_in_the_order_of_lines() -> None:
    text = (
        "title: no\nsections:\n  - title: One\n    links:\n      - title: First\n      - url: mailto:a@b.c\n"
    )
    assert [complaint.split(":")[1] for complaint in complaints_about(text)] == ["1", "5", "6", "6"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty; begin with title:"),
        ("# only a comment\n", "is empty; begin with title:"),
        ("- a\n", "should be a block of fields"),
        ("text\n", "should be a block of fields"),
        ("title: A list\n", "sections: is missing or empty"),
        ("title: A list\nsections: []\n", "sections: is missing or empty"),
        ("a: [", "is no YAML"),
        ("a: b: c", "is no YAML"),
        ("a\x01", "U+0001"),
        ("a: 1\n---\nb: 2\n", "is no YAML"),
        ("? [a]\n: b\n", "is not known"),
        ("[" * 200_000, "nested deeper than 20 levels"),
        ("a: " + "[" * 30 + "]" * 30, "nested deeper than 20 levels"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_advice(text: str, words: str) -> None:
    assert words in "\n".join(complaints_about(text))


@pytest.mark.parametrize(("depth", "refused"), [(20, False), (21, True)])
def test_twenty_levels_are_the_limit(depth: int, refused: bool) -> None:
    complaints = complaints_about(
        "x: " + "[" * (depth - 1) + "]" * (depth - 1)
    )  # the block itself is a level
    assert any("nested deeper" in complaint for complaint in complaints) is refused


def test_aliases_cannot_blow_a_list_up() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert any("repeats another part" in complaint for complaint in complaints_about(bomb))


def test_a_list_nested_as_deep_as_allowed_loads() -> None:
    text = "title: x\nsections:\n"
    for level in range(7):
        text += (
            "    " * level
            + "  - title: x\n"
            + "    " * level
            + "    "
            + ("links:\n" if level == 6 else "sections:\n")
        )
    text += (
        "    " * 7
        + "  - {title: a, url: https://example.org/1, also: [{title: b, url: https://example.org/2}]}\n"
    )
    assert len(parse_list(text, file="list.yaml").places) == 7


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"title: caf\xe9\n", "list.yaml:1: is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "is larger than 1 MB"),
        (b"\x00\x00", "U+0000"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "list.yaml").write_bytes(content)
    with pytest.raises(ListError, match=words.replace("+", "\\+")):
        load_list(tmp_path / "list.yaml")


@pytest.mark.parametrize("name", [".", "missing.yaml", "nul\0byte"])
def test_what_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ListError, match="cannot be read"):
        load_list(f"{tmp_path}/{name}")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_list(tmp_path / "list.yaml").title == "A list"


def test_a_saved_list_loads_again_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    reading_list = parse_list(GOOD, file="list.yaml")
    save_list(reading_list, tmp_path / "list.yaml")
    assert load_list(tmp_path / "list.yaml") == reading_list
    assert [path.name for path in tmp_path.iterdir()] == ["list.yaml"]


def test_saving_through_a_link_keeps_the_link_and_the_permissions(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("old")
    (tmp_path / "real.yaml").chmod(0o640)
    (tmp_path / "list.yaml").symlink_to("real.yaml")
    save_list(parse_list(GOOD, file="f"), tmp_path / "list.yaml")
    assert (tmp_path / "list.yaml").is_symlink()
    assert (tmp_path / "real.yaml").stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_saved_says_so_and_keeps_the_old_file(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="cannot be written"):
        save_list(ReadingList(title="x"), tmp_path / "missing" / "list.yaml")
