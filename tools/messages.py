"""Bring the catalogues of translations up to what the source says.

    python tools/messages.py            update src/readbot/locales/*.po
    python tools/messages.py --missing  list what has no translation yet
    python tools/messages.py --check    fail where a catalogue lacks a message, or has one that is gone

A sentence that is new stands in each catalogue with an empty translation; one that is gone leaves it.
"""

import argparse
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "src" / "readbot" / "locales"
SOURCES = (ROOT / "src" / "readbot", ROOT / "bots")
KEYWORDS = {"tr": None, "say": None, "tn": (1, 2), "translatable": None, "locale_str": None}


def extract() -> Catalog:
    """Return every message that the source has, in order of files."""
    catalogue = Catalog(charset="utf-8")
    for folder in SOURCES:
        found = extract_from_dir(
            folder, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for path, _line, message, comments, _context in sorted(found, key=lambda each: (each[0], each[1])):
            # Lines would change with every edit; a file says enough.
            place = (folder / path).relative_to(ROOT).as_posix()
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments)
    return catalogue


def read(language: str) -> Catalog:
    """Return a language's catalogue as it is written; an empty one where there is none."""
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, source: Catalog) -> Catalog:
    """Bring a language's catalogue up to *source* and return it."""
    known = read(language)
    fresh = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for message in source:
        if not message.id:
            continue
        before = known.get(message.id)
        fresh.add(
            message.id,
            before.string if before else "",
            locations=dict.fromkeys(message.locations),
            auto_comments=message.auto_comments,
        )
    buffer = io.BytesIO()
    write_po(buffer, fresh, width=100, omit_header=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    header += f'"Plural-Forms: {fresh.plural_forms}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (LOCALES / f"{language}.po").write_text(
        header + buffer.getvalue().decode().lstrip("\n"), encoding="utf-8"
    )
    return fresh


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--missing", action="store_true", help="list what has no translation, change nothing")
    parser.add_argument(
        "--check", action="store_true", help="fail where a catalogue is behind, change nothing"
    )
    asked = parser.parse_args()
    source = extract()
    if asked.check:
        sys.exit(1 if _check(source) else 0)
    for language in sorted(path.stem for path in LOCALES.glob("*.po")):
        catalogue = read(language) if asked.missing else write(language, source)
        missing = [message.id for message in catalogue if message.id and not any(_strings(message.string))]
        print(f"{language}: {len(missing)} without a translation")
        if asked.missing:
            print(*(f"  {message!r}" for message in missing), sep="\n")


def _check(source: Catalog) -> int:
    """Print where catalogues and source differ; return how many messages do."""
    said = {message.id for message in source if message.id}
    count = 0
    for language in sorted(path.stem for path in LOCALES.glob("*.po")):
        known = {message.id for message in read(language) if message.id}
        for words, messages in (("lacks", said - known), ("has, but nobody says", known - said)):
            print(*(f"{language} {words} {message!r}" for message in messages), sep="\n")
            count += len(messages)
    return count


def _strings(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [string] if isinstance(string, str) else list(string or ())


if __name__ == "__main__":
    main()
