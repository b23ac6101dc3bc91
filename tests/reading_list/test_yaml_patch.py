from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.exceptions import ListError
from readbot.reading_list import Link, ReadingList, Section
from readbot.reading_list.yaml_file import default_list_path, dump_list, parse_list
from readbot.reading_list.yaml_patch import add_link, replace_url, replace_urls

from .lists import few_lists, links, reading_lists, texts

LIST = """\
# Kept by the reading circle.
title: A list # a good one

sections:
  - title: 'One' # the first
    image: "https://example.org/1.png"
    links:
      - title: A
        url: http://example.org/a # slow
        # ask Ann before this one goes
      - {title: B, url: 'http://example.org/b', also: [{title: C, url: "http://example.org/c"}]}

  # The second is young.
  - title: Two
    sections:
    - title: Inner
      links:
      -   title: D
          note: |
            Worth it.

          url: http://example.org/d

# Thanks
acknowledgements:
  - title: E
    url: http://example.org/e
"""
NEW = Link(title="New: one", url="https://example.org/new", year=2024)


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    return [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("http://example.org/a", "https://a.org/", "        url: https://a.org/ # slow"),
        ("https://example.org/1.png", "https://a.org/1.png", '    image: "https://a.org/1.png"'),
        ("http://example.org/d", "https://a.org/#x", "          url: https://a.org/#x"),
        ("http://example.org/e", "https://a.org/?a=1&b=2", "    url: https://a.org/?a=1&b=2"),
        (
            "http://example.org/b",
            "https://a.org/it's",
            "      - {title: B, url: 'https://a.org/it''s', also: [{title: C, url: \"http://example.org/c\"}]}",
        ),
        (
            "http://example.org/c",
            "https://a.org/c",
            "      - {title: B, url: 'http://example.org/b', also: [{title: C, url: \"https://a.org/c\"}]}",
        ),
    ],
)
def test_another_address_changes_its_own_line_alone(old: str, new: str, line: str) -> None:
    assert [after for _, after in changed_lines(LIST, replace_url(LIST, old, new))] == [line]


def test_several_addresses_change_at_once() -> None:
    changes = {
        "http://example.org/a": "http://example.org/long/one",
        "http://example.org/c": "https://x.org/",
    }
    parsed = parse_list(replace_urls(LIST, changes), file="list.yaml")
    first, second, *_ = (entry.link for entry in parsed.entries)
    assert (first.url, second.also[0].url) == tuple(changes.values())


def test_an_address_that_is_not_on_the_list_is_refused_by_name() -> None:
    with pytest.raises(ListError, match=r"does not hold https://nowhere\.org/"):
        replace_url(LIST, "https://nowhere.org/", "https://a.org/")


def test_an_address_that_the_list_has_already_is_refused() -> None:
    with pytest.raises(ListError, match="is on the list already"):
        replace_url(LIST, "http://example.org/a", "https://example.org/b")


def test_an_address_in_carriage_return_lines_leaves_them_so() -> None:
    windows = LIST.replace("\n", "\r\n")
    patched = replace_url(windows, "http://example.org/a", "https://a.org/")
    assert patched == windows.replace("http://example.org/a", "https://a.org/")


@pytest.mark.parametrize(
    ("path", "lines", "below"),
    [
        (
            ("Two", "Inner"),
            ['      - title: "New: one"', "        url: https://example.org/new", "        year: 2024"],
            "          url: http://example.org/d",
        ),
        (
            ("Two",),
            [
                "    links:",
                '      - title: "New: one"',
                "        url: https://example.org/new",
                "        year: 2024",
            ],
            "  - title: Two",
        ),
        (
            ("One", "Deeper"),
            [
                "",
                "    sections:",
                "      - title: Deeper",
                "        links:",
                '          - title: "New: one"',
                "            url: https://example.org/new",
                "            year: 2024",
            ],
            'also: [{title: C, url: "http://example.org/c"}]}',
        ),
        (
            ("Three",),
            [
                "",
                "  - title: Three",
                "    links:",
                '      - title: "New: one"',
                "        url: https://example.org/new",
                "        year: 2024",
            ],
            "          url: http://example.org/d",
        ),
    ],
)
def test_a_new_link_adds_its_lines_at_the_end_of_its_section(
    path: tuple[str, ...], lines: list[str], below: str
) -> None:
    head, _, tail = LIST.partition(below + "\n")
    assert add_link(LIST, path, NEW) == f"{head}{below}\n" + "".join(f"{line}\n" for line in lines) + tail


def test_a_comment_below_a_link_stays_with_it() -> None:
    text = LIST.replace("      - {title: B", "      # - {title: B")
    patched = add_link(text, ["One"], NEW)
    assert patched.index("ask Ann") < patched.index("New: one") < patched.index("The second is young")


def test_a_file_without_a_last_line_end_takes_a_link() -> None:
    text = (
        "title: L\nsections:\n  - title: S\n    links:\n      - title: A\n        url: https://example.org/a"
    )
    assert add_link(text, ["S"], NEW).startswith(text + '\n      - title: "New: one"\n')


@pytest.mark.parametrize(
    "links_",
    ["[]", "[{title: X, url: 'https://x.org/'}]", "[{title: X, url: 'https://x.org/'},]"],
)
def test_a_list_in_brackets_takes_a_link_within_them(links_: str) -> None:
    inner = "[{title: I, links: [{title: Y, url: 'https://y.org/'}]}]"
    text = f"title: L\nsections:\n  - {{title: S, links: {links_}, sections: {inner}}}\n"
    section = parse_list(add_link(text, ["S"], NEW), file="list.yaml").sections[0]
    assert section.links[-1] == NEW
    assert len(section.links) == text.count("title: X") + 1


def test_a_link_that_is_there_already_is_refused() -> None:
    with pytest.raises(ListError, match="is on the list already"):
        add_link(LIST, ["One"], Link(title="A again", url="https://www.example.org/a/"))


def test_the_list_that_ships_can_be_patched_and_keeps_its_other_lines() -> None:
    text = default_list_path().read_text(encoding="utf-8")
    added = add_link(text, ["Foundational Concepts", "Building Blocks"], NEW).splitlines()
    assert [line for line in added if line in set(text.splitlines())] != added
    assert len(added) == len(text.splitlines()) + 3


@few_lists
@given(reading_lists(link=links(), title=texts(200)), st.data())
def test_a_patched_list_is_the_old_one_and_the_link(reading_list: ReadingList, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(reading_list.places))
    patched = parse_list(add_link(dump_list(reading_list), place.path, NEW), file="list.yaml")
    assert patched == replace(reading_list, sections=_with(reading_list.sections, place.path))


def _with(sections: tuple[Section, ...], path: tuple[str, ...]) -> tuple[Section, ...]:
    return tuple(_with_link(each, path) if each.title == path[0] else each for each in sections)


def _with_link(section: Section, path: tuple[str, ...]) -> Section:
    if len(path) == 1:
        return replace(section, links=(*section.links, NEW))
    return replace(section, sections=_with(section.sections, path[1:]))
