"""Text as Discord's Markdown, in which nothing that people or curators wrote is markup.

``discord.utils.escape_markdown`` leaves links and mentions that stand later in a line, so this
escapes by itself. A backslash before punctuation is Discord's own way to say that it is meant as
it stands.
"""

import re
from urllib.parse import quote

from readbot.conversation.reply import Span, Style, Text
from readbot_discord.typed import as_typed

#: Spaces, and invisible and direction-changing characters: a title could hide or turn round what follows it.
_BLANKS = re.compile("[\x00-\x20\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff]+")
#: Emphasis, code, spoilers, links, mentions, timestamps, headings, quotes.
_MARKUP = re.compile(r"([\\`*_~|\[\]<>#])")
#: A bullet or a number that would begin a list.
_LIST = re.compile(r"^(\s*)(?:([-+])(?=\s|$)|(\d+)(?=[.)](?:\s|$)))")
#: An address that would become a link by itself, and the name of an emoji.
_COLON = re.compile(r":(?=//|[A-Za-z0-9_+\-]{1,32}:)")
#: What would name a person, a role or everybody. The pings are off as well: this is for the eye.
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)")
_ZERO_WIDTH_SPACE = "\u200b"


def clean(words: str) -> str:
    """Return *words* on one line, without characters that cannot be seen."""
    return _BLANKS.sub(" ", words)


def shorten(words: str, length: int) -> str:
    """Return *words* cleaned, in at most *length* characters, cut at a space where one is near."""
    words = clean(words).strip()
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    at_space = cut.rsplit(" ", 1)[0]
    return (at_space if len(at_space) > length // 2 else cut).rstrip() + "…"


def escape(words: str) -> str:
    """Return Markdown that shows *words* as they are."""
    words = _MENTION.sub("@" + _ZERO_WIDTH_SPACE, clean(words))
    words = _COLON.sub(r"\:", _MARKUP.sub(r"\\\1", words))
    return _LIST.sub(lambda found: found[1] + (rf"\{found[2]}" if found[2] else f"{found[3]}\\"), words)


def code(words: str) -> str:
    """Return Markdown that shows *words* as something to type; inside, nothing can be escaped."""
    words = _MENTION.sub("@" + _ZERO_WIDTH_SPACE, clean(words)).replace("`", "ˋ").strip()
    return f"`{words}`" if words else ""


def link(words: str, url: str) -> str:
    """Return Markdown for a link.

    Square brackets in the words become full-width ones: Discord's clients do not agree on how an
    escaped bracket ends a link.
    """
    shown = clean(words).replace("[", "［").replace("]", "］").strip() or "link"
    return f"[{escape(shown)}]({escape_url(url)})"


def escape_url(url: str) -> str:
    """Percent-encode what would end the address, or begin markup, inside a link."""
    return quote(url, safe="%/:?#@!$&'+,;=-._~")


def name_person(person_id: str, name: str) -> str:
    """Name a person as a mention; it pings nobody, since every message closes its pings."""
    return f"<@{person_id}>" if person_id.isascii() and person_id.isdigit() else escape(name)


def to_markdown(text: Text) -> str:
    """Return *text* with each span in its style."""
    return "".join(_format_span(span) for span in text)


def _format_span(span: Span) -> str:
    match span.style:
        case Style.CODE:
            shown = code(span.text)
        case Style.COMMAND:
            shown = code(as_typed(span.text))
        case Style.PERSON:
            shown = name_person(span.ref, span.text)
        case Style.CHANNEL if span.ref.isdecimal():
            shown = f"<#{int(span.ref)}>"
        case Style.MOMENT if span.ref.isdecimal():
            # Each reader sees it in their own time zone and language; the second one counts: "in 3 days".
            shown = f"<t:{int(span.ref)}:F> (<t:{int(span.ref)}:R>)"
        case _ if span.url is not None:
            shown = link(span.text, span.url)
        case _:
            shown = escape(span.text)
    bare = shown.strip()
    # Not every client takes asterisks with a space inside for bold.
    return shown.replace(bare, f"**{bare}**", 1) if span.style is Style.BOLD and bare else shown
