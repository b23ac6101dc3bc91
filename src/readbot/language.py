"""The language of an answer: English in the source, others from the catalogues in ``locales``.

Whatever speaks to people may use it: it knows nothing of replies, see :mod:`readbot.conversation.language`.

One catalogue serves both platforms. A sentence that a catalogue lacks is said in English.
"""

import gettext
import io
import re
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files

SOURCE = "en"
#: With a catalogue each.
TRANSLATED = ("de", "es", "fr", "ja")

FIELD = re.compile(r"\{([a-z_]+)\}")
#: Browsers send a handful.
_MAX_WISHES = 20

_language: ContextVar[str] = ContextVar("language", default=SOURCE)


@lru_cache(maxsize=1024)
def find_language(locale: str) -> str:
    """Return the language that answers somebody with *locale*, a BCP 47 tag: "de-AT" is answered in "de"."""
    language = re.split(r"[-_]", locale, maxsplit=1)[0].lower()
    return language if language in TRANSLATED else SOURCE


def negotiate_language(wishes: str) -> str:
    """Return the language for a browser that asks for *wishes*, as in "de-AT,de;q=0.8,en;q=0.5".

    Source: https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
    """
    from babel.core import negotiate_locale  # noqa: PLC0415 - see ``_catalogue``

    weighed = [_weigh(wish) for wish in wishes.split(",")[:_MAX_WISHES]]
    # Sorting is stable: among equals the first is wished for most.
    wanted = [tag for tag, weight in sorted(weighed, key=lambda each: -each[1]) if weight > 0]
    return negotiate_locale(wanted, (SOURCE, *TRANSLATED), sep="-") or SOURCE


def _weigh(wish: str) -> tuple[str, float]:
    """Return a tag with its weight, which is 1 where none is given and 0 where it is none."""
    tag, _, parameter = wish.partition(";")
    try:
        weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        weight = 0.0
    return tag.strip(), weight


class _Speaking:
    """What ``speaking`` enters; by hand, as a generator takes three times as long, and every command enters two."""

    __slots__ = ("_language", "_token")

    def __init__(self, language: str) -> None:
        self._language = language

    def __enter__(self) -> None:
        self._token = _language.set(self._language)

    def __exit__(self, *_error: object) -> None:
        _language.reset(self._token)


def speaking(locale: str) -> AbstractContextManager[None]:
    """Say everything within the block in the language of *locale*; to be entered once."""
    return _Speaking(find_language(locale))


def current_language() -> str:
    return _language.get()


def tr(message: str, **values: object) -> str:
    """Return *message* in the current language, with ``{name}`` replaced by the value of that name."""
    language = _language.get()
    if language != SOURCE:
        message = _catalogue(language).gettext(message)
    return _fill(message, values) if values else message


def tn(singular: str, plural: str, number: int, **values: object) -> str:
    """Return what is said of *number* things, which is ``{number}`` in the message."""
    language = _language.get()
    if language == SOURCE:
        message = singular if number == 1 else plural
    else:
        message = _catalogue(language).ngettext(singular, plural, number)
    return _fill(message, {"number": number, **values})


def translatable(message: str) -> str:
    """Return *message* as it is, so that it stands in the catalogues; ``tr`` says it when it is said."""
    return message


def describe_month(when: datetime) -> str:
    """Return the month of *when* with its year in the current language: "May 2025"."""
    language = _language.get()
    if language == SOURCE:
        return f"{when:%B %Y}"
    from babel.dates import format_skeleton  # noqa: PLC0415 - see ``_catalogue``

    return format_skeleton("yMMMM", when, locale=language)


def _fill(message: str, values: dict[str, object]) -> str:
    # Not str.format: what fills a place may hold braces, and a translation must reach no attributes.
    return FIELD.sub(lambda found: str(values.get(found[1], found[0])), message)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    # Read by whom it concerns: it takes as long to import as the rest of a command line's start.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    source = files("readbot").joinpath("locales", f"{language}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
