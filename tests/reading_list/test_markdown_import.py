from textwrap import dedent

import pytest

from readbot.exceptions import ListError
from readbot.reading_list import Link, ReadingList, Section
from readbot.reading_list.markdown import Import, export_markdown, import_markdown

A = "https://a.example/"
B = "https://b.example/"


def read(text: str) -> Import:
    imported = import_markdown(dedent(text), file="list.md")
    assert imported.report.is_complete
    return imported


def read_links(text: str) -> list[Link]:
    return [entry.link for entry in read(text).reading_list.entries]


def read_outline(text: str) -> list[object]:
    return [outline_of(section) for section in read(text).reading_list.sections]


def outline_of(section: Section) -> tuple[object, ...]:
    inner = [outline_of(child) for child in section.sections]
    return (section.title, [link.title for link in section.links], *inner)


@pytest.mark.parametrize(
    ("bullet", "title", "note", "also"),
    [
        (f"[Title]({A})", "Title", None, []),
        (f"[Title]({A}) - A note.", "Title", "A note.", []),
        (f"[Title]({A}) – a note", "Title", "a note", []),
        (f"[Title]({A}): a note", "Title", "a note", []),
        (f"[Title]({A}) by Someone", "Title", "by Someone", []),
        (f"[Title]({A})- a note", "Title", "a note", []),
        (f"**[Title]({A})** - a *note* with `code`", "Title", "a note with code", []),
        (f"Before [Title]({A})", "Before Title", None, []),
        (f"2019 - [Title]({A})", "2019 - Title", None, []),
        (f"[x] [Title]({A})", "Title", None, []),
        (f"“[Title]({A})” by Someone", "“Title”", "by Someone", []),
        (f'Someone, "[Title]({A})", 2017', 'Someone, "Title"', "2017", []),
        (f"[GPT]({A})s explained", "GPTs", "explained", []),
        (f"[Paper]({A}) [Code]({B})", "Paper", None, ["Code"]),
        (f"[Title]({A}) [[code]({B})]", "Title", None, ["code"]),
        (f"[Title]({A}) and [Slides]({B})", "Title", None, ["Slides"]),
        (f"[Title]({A}), [Other]({B}) - a note", "Title", "a note", ["Other"]),
        (f"[Title]({A}) - a note. ([Demo]({B})) `MIT`", "Title", "a note. MIT", ["Demo"]),
        (f"[Title]({A}) - builds on [Other]({B}) a lot", "Title", "builds on Other a lot", ["Other"]),
        (f"[Title]({A}) - a note [pdf]({B})", "Title", "a note", ["pdf"]),
        (f"A title: [paper]({A}), [code]({B})", "A title", None, ["code"]),
        (f"A title [[pdf]({A})]", "A title", None, []),
        (f"A title: {A}", "A title", None, []),
        (f"<{A}> - What it is", "What it is", None, []),
        (f"<{A}>", "a.example", None, []),
        (f'<a href="{A}">Title</a> - a note', "Title", "a note", []),
        (f"[Title]({A}) see [above](#above)", "Title", "see above", []),
        (f"[Title]({A}) [![build](https://img.shields.io/b.svg)]({B})", "Title", None, []),
        (f"[Title]({A}) [⭐ 1.2k]({B}stargazers)", "Title", None, []),
        (f"[![A talk](https://img.example/t.png)]({A})", "A talk", None, []),
    ],
)
def test_a_bullet_is_an_entry(bullet: str, title: str, note: str | None, also: list[str]) -> None:
    (link,) = read_links(f"# List\n\n- {bullet}\n")
    assert (link.title, link.note, [further.title for further in link.also]) == (title, note, also)
    assert link.url.startswith(A)


def test_a_long_sentence_before_a_link_is_a_note() -> None:
    (link,) = read_links(f"- This is a whole sentence. For the rest of it see [Title]({A}) now.\n")
    assert link.title == "Title"
    assert link.note == "This is a whole sentence. For the rest of it see Title now."


def test_links_counted_up_after_a_colon_are_entries_each() -> None:
    links = read_links(f"- Other lists: [One]({A}), [Two]({B})\n")
    assert [(link.title, link.note) for link in links] == [("One", "Other lists"), ("Two", "Other lists")]


@pytest.mark.parametrize(
    ("bullet", "url", "done"),
    [
        ("[T](}https://a.example/)", A, 'took the stray "}" out of the address'),
        ("[T](https://a.example/x})", f"{A}x", 'took the stray "}" out of the address'),
        ("[T](https://a.example/", A, "closed the parenthesis"),
        ("[T](https://a.example/ - a note", A, "closed the parenthesis"),
        ("[T] (https://a.example/)", A, "took out the space between"),
        ("[T](https://a.example/b c)", f"{A}b%20c", "wrote the spaces"),
        ("[T](<https://a.example/b c>)", f"{A}b%20c", "wrote the characters"),
        ("[T](https:/a.example/)", A, "right in the address"),
        ("[T](https//a.example/)", A, "right in the address"),
        ("[T](htttps://a.example/)", A, "right in the address"),
        ("[T](http://https://a.example/)", A, 'took the doubled "http://"'),
        ("[T](www.a.example/)", "https://www.a.example/", "put https:// before"),
        ("[T](//a.example/)", A, "put https:// before"),
    ],
)
def test_a_broken_address_is_mended_and_reported(bullet: str, url: str, done: str) -> None:
    imported = read(f"# List\n\n- {bullet}\n- [U]({B})\n")
    assert [entry.link.url for entry in imported.reading_list.entries] == [url, B]
    (mend,) = imported.report.mended
    assert mend.line == 3
    assert done in mend.message


def test_code_is_left_alone() -> None:
    text = f"# List\n\n- [T]({A})\n\n```\n- [x](https://b.example/\n```\n\n    [y](https://c.example/\n"
    assert read(text).report.found == 1


@pytest.mark.parametrize(
    ("text", "outline"),
    [
        (f"# L\n## S\n- [a]({A})\n### T\n- [b]({B})\n", [("S", ["a"], ("T", ["b"]))]),
        (f"L\n=\nS\n-\n- [a]({A})\n", [("S", ["a"])]),
        (f"# S\n- [a]({A})\n# T\n- [b]({B})\n", [("S", ["a"]), ("T", ["b"])]),
        (
            f"# L\n## S\n- [a]({A})\n# T\n- [b]({B})\n## U\n- [c](https://c.example)\n",
            [("S", ["a"]), ("T", ["b"]), ("U", ["c"])],
        ),
        (f"# L\n## S\n- [a]({A})\n# T\n## U\n- [b]({B})\n", [("S", ["a"]), ("T", [], ("U", ["b"]))]),
        (f"# L\n#### S\n- [a]({A})\n#### T\n- [b]({B})\n", [("S", ["a"]), ("T", ["b"])]),
        (f"# L\n- [a]({A})\n## S\n- [b]({B})\n", [("L", ["a"]), ("S", ["b"])]),
        (f"- [a]({A})\n", [("List", ["a"])]),
        (f"<h1>L</h1>\n\n<h2 align=center>S</h2>\n\n- [a]({A})\n", [("S", ["a"])]),
        (f"# L\n## S\n- Group\n  - [a]({A})\n  - [b]({B})\n", [("S", [], ("Group", ["a", "b"]))]),
        (f"# L\n## S\n- [a]({A})\n  - [b]({B})\n", [("S", ["a", "b"])]),
        (f"# L\n## S\n- A thing\n  - [paper]({A})\n  - [code]({B})\n", [("S", ["A thing"])]),
        (f"# L\n## S\n### [a]({A})\nIts words.\n### [b]({B})\n", [("S", ["a", "b"])]),
        (f"# L\n## S\n- [a]({A})\n## S\n- [b]({B})\n", [("S", ["a", "b"])]),
        (
            f"# L\n## S\n<details><summary>T</summary>\n\n- [a]({A})\n\n</details>\n\n- [b]({B})\n",
            [("S", ["b"], ("T", ["a"]))],
        ),
        (f"# L\n## S\n<details><summary>Click</summary>\n\n- [a]({A})\n\n</details>\n", [("S", ["a"])]),
        (f"# L\n## S\n<ul><li><a href={A}>a</a></li><li><a href={B}>b</a></li></ul>\n", [("S", ["a", "b"])]),
        (f"# L\n## S\n[a]({A}) - note\n[b]({B})\n", [("S", ["a", "b"])]),
        (f"---\ntitle: x\n---\n# L\n## S\n- [a]({A})\n", [("S", ["a"])]),
        (f"# L\n## S\n- [a][1]\n\n[1]: {A}\n", [("S", ["a"])]),
    ],
)
def test_headings_lists_and_folds_make_sections(text: str, outline: list[object]) -> None:
    assert read_outline(text) == outline


def test_headings_inside_a_fold_lie_below_the_one_that_names_it() -> None:
    text = f"""\
        # L
        ## Languages
        <details>
        <summary>

        ### Arabic

        </summary>

        ### Tools

        - [a]({A})

        </details>
        """
    assert read_outline(text) == [("Languages", [], ("Arabic", [], ("Tools", ["a"])))]


def test_a_table_row_is_an_entry_and_the_header_names_its_parts() -> None:
    text = f"""\
        | Name | Paper | Year | Size |
        |------|-------|------|------|
        | GPT-2 | [pdf]({A}) ([code]({B})) | 2019 | 1.5B |
        | [BERT](https://c.example) | [link](https://d.example) | - | |
        """
    first, second = read_links(text)
    assert (first.title, first.url, first.year, first.note) == ("GPT-2", A, 2019, "Size: 1.5B")
    assert [also.url for also in first.also] == [B]
    assert (second.title, [also.title for also in second.also], second.note) == ("BERT", ["Paper"], None)


def test_a_table_column_without_a_name_leaves_a_link_its_own() -> None:
    (link,) = read_links(f"| Name | |\n|---|---|\n| [T]({A}) | [code]({B}) |\n")
    assert [also.title for also in link.also] == ["code"]


def test_words_that_hang_on_a_bullet_are_its_note() -> None:
    (link,) = read_links(f"- [T]({A}) - a note.\n\n  More words.\n  - And these.\n")
    assert link.note == "a note. More words. And these."


def test_a_duplicate_is_kept_once_and_reported_with_both_lines() -> None:
    report = read(f"- [One]({A})\n- [Two]({B})\n- [Three](http://www.a.example)\n").report
    (left_out,) = report.left_out
    assert (left_out.line, left_out.reason) == (3, 'already on the list: line 1, "One"')


def test_an_entry_of_its_own_counts_for_more_than_a_mention() -> None:
    links = read_links(f"- [One]({A}), see [Two]({B})\n- [Two]({B})\n")
    assert [(link.title, link.also) for link in links] == [("One", ()), ("Two", ())]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"# L\n[![build](https://img.shields.io/b.svg)]({A})\n", "badges, counters and pictures"),
        (f"# L\nWords and [a link]({A}).\n", "in the introduction"),
        (f"# L\n<p><a href='{A}'>Sponsor</a></p>\n", "in the introduction"),
        (f"# L\n## License\n- [MIT]({A})\n", 'in "License", which is about the list itself'),
        (f"# L\n## Contents\n- [x](#x)\n- [y]({A})\n", 'in "Contents", which is about the list itself'),
        (f"# L\n## T\nWords and [a link]({A}).\n", "in running text, not in a list"),
        (f"# L\n## T\n- [Back to top]({A})\n", "navigation"),
        (f"# L\n## T\n- [x](https://c.example)[^1]\n\n[^1]: {A}\n", "footnotes"),
        ("# L\n## T\n- [x](https://me@a.example)\n", "an address that cannot be used"),
        (f"# L\n\n[unused]: {A}\n", "in running text, not in a list"),
    ],
)
def test_what_is_left_out_has_a_reason(text: str, reason: str) -> None:
    report = read(f"{text}\n## S\n- [kept]({B})\n").report
    (left_out,) = report.left_out
    assert left_out.reason.startswith(reason)


def test_links_inside_the_page_or_the_repository_do_not_count() -> None:
    assert read(f"- [a](#a)\n- [b](docs/b.md)\n- [c](mailto:c@c.example)\n- [d]({A})\n").report.found == 1


def test_a_section_of_thanks_is_kept_as_acknowledgements() -> None:
    imported = read(f"# L\n## S\n- [a]({A})\n## Credits\n- [Someone]({B})\n")
    assert [thanks.title for thanks in imported.reading_list.acknowledgements] == ["Someone"]


def test_invisible_characters_are_taken_out_and_reported() -> None:
    imported = read(f"# List\n\n- [A\u200b title\u202e]({A})\n")
    assert imported.reading_list.entries[0].link.title == "A title"
    assert [(mend.line, mend.message) for mend in imported.report.mended] == [
        (3, "took invisible characters out")
    ]


def test_a_long_title_is_shortened_and_reported() -> None:
    imported = read(f"- [{'word ' * 100}]({A})\n")
    assert len(imported.reading_list.entries[0].link.title) <= 300
    assert "shortened" in imported.report.mended[0].message


def test_sections_nested_too_deep_are_taken_into_their_parent() -> None:
    bullets = "".join(f"{'  ' * level}- level {level}\n" for level in range(12))
    imported = read(f"# L\n## S\n{bullets}{'  ' * 12}- [a]({A})\n")
    (entry,) = imported.reading_list.entries
    assert entry.path == ("S", *(f"level {level}" for level in range(6)))
    assert len(imported.report.mended) == 6


@pytest.mark.parametrize(
    "text", ["", "Words only.\n", "# Title\n\n## Section\n", f"# L\n\nSee [a]({A}).\n\n## S\n\nNo.\n"]
)
def test_a_file_without_links_to_read_is_refused(text: str) -> None:
    with pytest.raises(ListError, match="holds no list of links"):
        import_markdown(text, file="list.md")


def test_the_title_is_the_file_name_where_no_heading_serves() -> None:
    assert (
        import_markdown(f"- [a]({A})\n", file="some/my-reading_list.md").reading_list.title
        == "My reading list"
    )


def test_the_report_says_what_was_found_mended_and_left_out() -> None:
    text = f"# L\n\n[![ci](https://img.shields.io/b.svg)]({B})\n\n## S\n- [a]({A}\n- [b]({A})\n## Empty\n"
    assert import_markdown(text, file="list.md").report.format().splitlines() == [
        "list.md: L",
        "  3 links to the web found (3 in Markdown)",
        "  1 kept: 1 entry in 1 section, 0 further addresses of entries, 0 acknowledgements",
        "  2 left out",
        "Mended",
        "  line 6: closed the parenthesis after the address",
        "Not kept, having no links to read",
        '  line 8: the section "Empty"',
        "Links left out",
        "  badges, counters and pictures (1):",
        "    line 3: https://b.example/",
        "  already on the list (1):",
        '    line 7: https://a.example/ (line 6, "a")',
    ]


def test_an_address_in_a_note_stays_words_through_an_export() -> None:
    link = Link(title="T", url=A, note=f"see {B} there")
    exported = export_markdown(ReadingList(title="L", sections=(Section(title="S", links=(link,)),)))
    assert exported == f"<!-- readbot: export -->\n\n# L\n\n## S\n\n- [T]({A}) - see `{B}` there\n"
    assert import_markdown(exported, file="f").reading_list.entries[0].link.note == link.note
