"""From text to words: folding, and where one word ends and the next begins.

The list and the queries go through the same functions, so whatever they do to a text, both sides agree.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

import snowballstemmer

#: Longer queries are cut: nobody searches for more, and the cost of a query stays bounded.
MAX_QUERY_LENGTH = 200

#: Marks that sit on a letter and can be left out: Latin, Greek and Cyrillic accents, Hebrew points, Arabic
#: vowel signs. Indic and Thai vowel signs are not among them: there they are letters of the word.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
#: "Karpathy's" is about Karpathy; "don't" is one word.
_POSSESSIVE = re.compile(r"['’]s\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")

#: A character of the scripts that put no spaces between words: each stands for itself.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
#: A letter or digit of any other script, with the vowel signs that are letters of the word.
_LETTER = rf"(?:(?![{_UNSPACED}])[^\W_]|[\u0900-\u0dff\u0e00-\u0eff])"
_WORD = re.compile(
    rf"(?<!\w)\.net\b|{_LETTER}+(?:\+\+|\#)?|[{_UNSPACED}]"
)  #: The same for the text that most of a list is made of, several times as fast.
_ASCII_WORD = re.compile(r"(?<!\w)\.net\b|[a-z0-9]+(?:\+\+|\#)?")

#: Where a new word begins inside a name: "Borg|Backup", "LLM|Maximalism".
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME = re.compile(r"[A-Za-z]{5,}")
#: "fine-tuning", "node.js", "tcp/ip", "bits_and_bytes": words that may be written as one.
_COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑./_+][^\W_]+)+")
#: Where one may be: found much sooner.
_JOINT = re.compile(r"[-‐‑./_+][^\W_]")


def fold(text: str) -> str:
    """Return *text* with the differences taken out that a searching person does not care about.

    Case, accents, compatibility forms (full width, ligatures), possessives, and characters that do not show
    (zero width, bidirectional controls) go. Folding twice gives the same as folding once.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
        text = unicodedata.normalize("NFC", _MARKS.sub("", text))
        if not text.isprintable():
            text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = text.casefold()
    if "'" in text or "’" in text:
        text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    return text


def split_words(text: str) -> list[str]:
    """Return the folded words of *text* in order.

    >>> split_words("GPT-4, C++ and node.js on .NET: Karpathy's 8-bit talk")
    ['gpt', '4', 'c++', 'and', 'node', 'js', 'on', '.net', 'karpathy', '8', 'bit', 'talk']
    """
    return _find_words(fold(text))


def split_compounds(text: str) -> tuple[list[str], list[str]]:
    """Return the folded words of *text*, and its compounds written as one word.

    >>> split_compounds("fine-tuning GPT-4")
    (['fine', 'tuning', 'gpt', '4'], ['finetuning', 'gpt4'])
    """
    folded = fold(text)
    if not _JOINT.search(folded):
        return _find_words(folded), []
    compounds = ["".join(_find_words(compound)) for compound in _COMPOUND.findall(folded)]
    return _find_words(folded), compounds


def _find_words(folded: str) -> list[str]:
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def split_inner_words(text: str) -> list[str]:
    """Return the folded words of three letters or more inside names such as "BorgBackup".

    >>> split_inner_words("BorgBackup and ChatGPT")
    ['borg', 'backup', 'chat', 'gpt']
    """
    if text.islower() or not _HUMP.search(text):
        return []
    parts: list[str] = []
    for name in _NAME.findall(text):
        found = _HUMP.sub(" ", name).split()
        if len(found) > 1:
            parts += [fold(part) for part in found if len(part) > 2]
    return parts


def clean_query(text: str) -> str:
    """Return a query as typed, without what does not show, on one line, at most 200 characters."""
    text = text[: 4 * MAX_QUERY_LENGTH]
    if text.isascii() and text.isprintable():
        return _cut(" ".join(text.split()))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    # A flood of accents on one letter would eat the 200 characters and show as a column of ink.
    text = re.sub(rf"({_MARKS.pattern}){{2}}{_MARKS.pattern}+", r"\1", text)
    return _cut(" ".join(text.split()))


def _cut(words: str) -> str:
    """Return the first 200 characters; half a word at their end, which asks for something else, goes as well."""
    if len(words) <= MAX_QUERY_LENGTH:
        return words
    whole, _, rest = words[: MAX_QUERY_LENGTH + 1].rpartition(" ")
    # Most of it is one long word: then half of that is better than nothing.
    return whole if len(whole) > len(rest) else words[:MAX_QUERY_LENGTH]


_OWN = """
activation activity animal authorisation authorization calibre container conversion distribution electronics
embedded emergency engineer engineering experience factorisation factorization generalisation generalization
importance important interpretability interpretable localisation localization normalisation normalization objective
organisation organization personalisation personalization processor regularisation regularization romanisation
romanization serialisation serialization transformer university
"""

#: Words that a stemmer takes for forms of a word of another sense: "localization" of "local", "engineering" of
#: "engine". Each is its own stem, with its plural.
_OWN_STEMS = frozenset(_OWN.split())

#: A stemmer keeps the word it works on in itself, so each thread has its own. snowballstemmer takes PyStemmer's,
#: which is in C and thirty times as fast; its own does the same.
_own = threading.local()


def _stemmer() -> Any:
    if not hasattr(_own, "stemmer"):
        _own.stemmer = snowballstemmer.stemmer("english")
    return _own.stemmer


def stem_word(word: str) -> str:
    """Return the English stem of a folded word: "evaluating" and "evaluation" have one."""
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    if (own := word.removesuffix("s")) in _OWN_STEMS or (own := word) in _OWN_STEMS:
        return own
    stemmed = str(_stemmer().stemWord(word))
    if stemmed == word and len(word) < 6 and word[-1] == "s" and word[-2] != "s":
        # "GPUs", "PDFs": the stemmer knows words, and leaves acronyms alone.
        return word[:-1]
    return stemmed


#: The same with a memory, for what is asked again and again.
stem = lru_cache(maxsize=65_536)(stem_word)


def key_of(words: tuple[str, ...] | list[str]) -> str:
    """Return what "fine tuning", "fine-tuning", "finetuning" and "Fine Tunings" have in common."""
    return stem("".join(words))
