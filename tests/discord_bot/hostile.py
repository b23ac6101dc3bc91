"""Texts that would do harm if they were taken for markup."""

from readbot.reading_list import AlsoLink, Kind, Link, ReadingList, Section

TEXTS = (
    "[click me](https://evil.example/phish)",
    "Safe words, then [click me](https://evil.example/phish)",
    "brackets ] that [ do ]( not [ match",
    "ping <@1> and <@!23> and <@&456>",
    "channel <#1> and command </help:1> and time <t:0:R> and <id:customize>",
    "@everyone @here @1",
    "||spoiler|| ~~gone~~ **bold** __under__ *it* _it_",
    "`code` and ```block```",
    "# heading",
    "-# small",
    "> quote",
    ">>> block quote",
    "- bullet",
    "1. number",
    "https://evil.example/auto and http://evil.example",
    ":skull: <:custom:1> <a:custom:1>",
    "back\\slash \\* \\[x](https://evil.example)",
    "line one\nline two\r\n# three",
    "right to left \u202e txet \u2066isolated\u2069 zero\u200bwidth",
    "emoji 👩🏽‍💻 and עברית and العربية",
    "`" * 5,
    "*" * 300,
    "[" * 200 + "]" * 100,
    "😀" * 150,
    "a" * 1000,
    "  ",
    "\u3164",
)

URLS = (
    "https://en.wikipedia.org/wiki/Attention_(machine_learning)",
    "https://example.org/a)b(c",
    "https://example.org/?q=<b>&x=[1]|2|*3*_4_~5~`6`",
    "https://example.org/%E2%9C%93?x=%20y#frag-(1)",
    "https://example.org/" + "long/" * 500,
)


def make_hostile_list() -> ReadingList:
    """Return a list in which every text is hostile, and every address awkward."""
    links = [
        Link(
            title=words if words.strip() else f"blank {number}",
            url=f"{URLS[number % len(URLS)]}{'&' if '?' in URLS[number % len(URLS)] else '?'}n={number}",
            note=words,
            kind=Kind.PAPER,
            year=2023,
            aliases=(f"hostile{number}",),
            topics=("hostile",),
            also=(AlsoLink(title=words, url=URLS[number % len(URLS)]),) * 3,
        )
        for number, words in enumerate(TEXTS)
    ]
    sections = tuple(
        Section(title=f"{words[:200]} {number}", links=(links[number],), image="https://example.org/i.png")
        for number, words in enumerate(TEXTS)
    )
    return ReadingList(title="A [hostile](https://evil.example) list @everyone", sections=sections)
