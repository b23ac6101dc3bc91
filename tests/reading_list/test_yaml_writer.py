from datetime import date

from hypothesis import given

from readbot.reading_list import Acknowledgement, AlsoLink, Kind, Link, ReadingList, Section
from readbot.reading_list.yaml_file import dump_list, parse_list

from .lists import few_lists, links, reading_lists, texts

EXAMPLE = ReadingList(
    title="A list: of things",
    description="What it is.\n\nWhat it is not.",
    sections=(
        Section(
            title="One",
            image="https://example.org/one.png",
            links=(
                Link(
                    title='"Quoted" and plain',
                    url="https://example.org/1",
                    note="It's good",
                    kind=Kind.PAPER,
                    year=2023,
                    authors=("A. Author",),
                    topics=("attention", "no", "self-attention, cross-attention"),
                    aliases=("GPT-3",),
                    also=(AlsoLink(title="Slides", url="https://example.org/s"),),
                    added=date(2024, 2, 29),
                ),
                Link(title="Bare", url="https://example.org/2#part"),
            ),
            sections=(Section(title="Inner", links=(Link(title="Last", url="https://example.org/3"),)),),
        ),
        Section(title="Two", links=(Link(title="1984", url="https://example.org/4"),)),
    ),
    acknowledgements=(Acknowledgement(title="Someone", url="https://example.org/me"),),
)


@few_lists
@given(reading_lists(link=links(), title=texts(200)))
def test_loading_what_was_written_gives_the_same_list(reading_list: ReadingList) -> None:
    assert parse_list(dump_list(reading_list), file="list.yaml") == reading_list


def test_a_written_list_is_laid_out_for_editing() -> None:
    assert (
        dump_list(EXAMPLE)
        == """\
title: "A list: of things"
description: |-
  What it is.

  What it is not.

sections:
  - title: One
    image: https://example.org/one.png
    links:
      - title: '"Quoted" and plain'
        url: https://example.org/1
        note: It's good
        kind: paper
        year: 2023
        authors: [A. Author]
        topics: [attention, "no", "self-attention, cross-attention"]
        aliases: [GPT-3]
        also:
          - title: Slides
            url: https://example.org/s
        added: 2024-02-29
      - title: Bare
        url: https://example.org/2#part

    sections:
      - title: Inner
        links:
          - title: Last
            url: https://example.org/3

  - title: Two
    links:
      - title: "1984"
        url: https://example.org/4

acknowledgements:
  - title: Someone
    url: https://example.org/me
"""
    )


def test_a_list_of_words_too_long_for_a_line_has_a_line_for_each() -> None:
    words = tuple(f"a topic with a long name, number {number}" for number in range(4))
    link = Link(title="T", url="https://example.org/", topics=words)
    written = dump_list(ReadingList(title="L", sections=(Section(title="S", links=(link,)),)))
    assert "        topics:\n          - a topic with a long name, number 0\n" in written


def test_a_text_stays_on_one_line_however_long() -> None:
    link = Link(title="word " * 50 + "end", url="https://example.org/")
    written = dump_list(ReadingList(title="L", sections=(Section(title="S", links=(link,)),)))
    assert f"      - title: {link.title}\n" in written
