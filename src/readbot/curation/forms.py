"""The forms of curation, and what is read out of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from readbot.conversation.form import Field, FieldKind, Form, Lookup
from readbot.conversation.language import listed
from readbot.conversation.library import Library
from readbot.conversation.reply import Span, Text, plain
from readbot.curation.addresses_in_text import find_address_problem, read_address
from readbot.curation.model import Gap, Suggestion
from readbot.exceptions import QueryError
from readbot.language import tr
from readbot.reading_list.model import place_id
from readbot.reading_list.texts import MAX_NOTE, MAX_TITLE, MAX_URL, MAX_WORD, clean_text, shorten
from readbot.search.sections import IS_MEANT
from readbot.search.text import split_words

#: Longest reason for a "no", in characters.
MAX_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody would like to see on the list, as far as they said it."""

    url: str = ""
    title: str = ""
    note: str = ""
    #: Titles from the outermost section to the wanted one.
    section: tuple[str, ...] = ()


def make_suggest_form(draft: Draft, *, intro: tuple[Text, ...] = ()) -> Form:
    """Return the form for a suggestion, filled with what is known."""
    return Form(
        title=tr("Suggest a link"),
        submit=tr("Suggest"),
        command="suggest",
        intro=intro,
        fields=(
            Field(name="url", label=tr("Address"), value=draft.url, hint="https://...", max_length=MAX_URL),
            Field(
                name="title",
                label=tr("Title"),
                value=draft.title,
                hint=tr("What the page calls itself"),
                is_required=False,
                max_length=MAX_TITLE,
            ),
            Field(
                name="note",
                label=tr("Why is it good?"),
                kind=FieldKind.TEXT,
                value=draft.note,
                hint=tr("Did you use it yourself? Say so"),
                is_required=False,
                max_length=MAX_NOTE,
            ),
            _section_field(draft.section, label=tr("Where does it belong?"), is_required=False),
        ),
    )


def read_suggestion(values: Mapping[str, str], library: Library) -> tuple[Draft, dict[str, str]]:
    """Return what a filled form suggests, and what is wrong with it by field."""
    errors: dict[str, str] = {}
    url = read_address(values.get("url", ""))
    if problem := find_address_problem(url):
        errors["url"] = problem
    draft = Draft(
        url=url,
        title=clean_title(values.get("title", "")),
        note=shorten(clean_text(values.get("note", "")), MAX_NOTE),
        section=_read_section(values.get("section", ""), library, errors),
    )
    return draft, errors


def make_approval_form(suggestion: Suggestion, *, intro: tuple[Text, ...]) -> Form:
    """Return the form in which a curator says how a suggestion goes onto the list."""
    return Form(
        title=tr("Onto the list"),
        submit=tr("Approve"),
        command=f"suggestions approve {suggestion.id}",
        intro=intro,
        fields=(
            _section_field(suggestion.section, label=tr("Into which section?"), is_required=True),
            Field(name="title", label=tr("Title"), value=suggestion.title, max_length=MAX_TITLE),
            Field(
                name="note",
                label=tr("Note"),
                kind=FieldKind.TEXT,
                value=suggestion.note,
                hint=tr("What readers see below the title"),
                is_required=False,
                max_length=MAX_NOTE,
            ),
        ),
    )


def read_approval(values: Mapping[str, str], url: str, library: Library) -> tuple[Draft, dict[str, str]]:
    """Return what goes onto the list, and what is wrong with it by field."""
    errors: dict[str, str] = {}
    title = clean_title(values.get("title", ""))
    if not title:
        errors["title"] = tr("Under which title? It is what readers see and search.")
    section = _read_section(values.get("section", ""), library, errors)
    if not section and "section" not in errors:
        errors["section"] = tr("Into which section? Type some of its name.")
    note = shorten(clean_text(values.get("note", "")), MAX_NOTE)
    return Draft(url=url, title=title, note=note, section=section), errors


def make_rejection_form(suggestion: Suggestion, *, intro: tuple[Text, ...]) -> Form:
    """Return the form in which a curator says why a suggestion is not taken."""
    return Form(
        title=tr("Not onto the list"),
        submit=tr("Reject"),
        command=f"suggestions reject {suggestion.id}",
        intro=intro,
        fields=(
            Field(
                name="reason",
                label=tr("Why not?"),
                kind=FieldKind.TEXT,
                hint=tr("Whoever suggested it reads this"),
                max_length=MAX_REASON,
            ),
        ),
    )


def read_rejection(values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the reason, and what is wrong with it by field."""
    reason = shorten(clean_text(values.get("reason", "")), MAX_REASON)
    errors = {} if reason else {"reason": tr("Say why in a few words: whoever suggested it reads them.")}
    return reason, errors


def make_alias_form(gap: Gap, *, intro: tuple[Text, ...]) -> Form:
    """Return the form in which a curator says what words mean that nothing was found for."""
    return Form(
        title=tr("Other words"),
        submit=tr("Add"),
        command=f"gaps alias {gap.id}",
        intro=intro,
        fields=(
            Field(name="words", label=tr("Who asks for"), value=gap.words, max_length=MAX_WORD),
            Field(
                name="means",
                label=tr("means"),
                kind=FieldKind.LOOKUP,
                lookup=Lookup.QUERY,
                hint=tr("Words that the list has an answer to"),
                max_length=MAX_WORD,
            ),
        ),
    )


def read_alias(values: Mapping[str, str], library: Library) -> tuple[str, str, dict[str, str]]:
    """Return words, what they mean, and what is wrong with them by field."""
    errors: dict[str, str] = {}
    words = clean_text(values.get("words", "")).casefold()
    means = clean_text(values.get("means", ""))
    if not split_words(words):
        errors["words"] = tr("Write the words that people ask with.")
    elif len(words) > MAX_WORD:
        errors["words"] = _too_long()
    if not split_words(means) or not has_answer(library, means):
        errors["means"] = tr("Nothing on the list answers that; pick words that it knows.")
    elif len(means) > MAX_WORD:
        errors["means"] = _too_long()
    elif split_words(means) == split_words(words):
        errors["means"] = tr("Those are the same words; pick others that the list knows.")
    return words, means, errors


def _too_long() -> str:
    return tr("Keep it to {number} characters: the words that tell.", number=MAX_WORD)


def has_answer(library: Library, words: str) -> bool:
    """Tell whether the list answers *words*."""
    try:
        return library.index.search(words, limit=1).matched
    except QueryError:
        return False


def clean_title(words: str) -> str:
    """Return *words* as a title can be: one line without what does not show, as long as titles may be."""
    return shorten(clean_text(words), MAX_TITLE)


def _section_field(section: tuple[str, ...], *, label: str, is_required: bool) -> Field:
    return Field(
        name="section",
        label=label,
        kind=FieldKind.LOOKUP,
        lookup=Lookup.SECTION,
        value=f"~{place_id(section)}" if section else "",
        value_label=" › ".join(section),
        hint=tr("Type some of a section's name"),
        is_required=is_required,
        max_length=MAX_TITLE,
    )


def _read_section(words: str, library: Library, errors: dict[str, str]) -> tuple[str, ...]:
    """Return the path of the section that *words* mean; where they mean none, say so in *errors*."""
    words = clean_text(words)
    if not words:
        return ()
    found = library.index.find_sections(words)
    if found and found[0][1] >= IS_MEANT:
        return found[0][0].path
    if words.startswith("~"):
        errors["section"] = tr("That section is no longer on the list; pick another.")
    elif found:
        near = listed(Span(tr("“{words}”", words=place.title)) for place, _ in found[:3])
        errors["section"] = tr(
            "No section is called “{name}”. Did you mean {sections}?",
            name=shorten(words, 60),
            sections=plain(near),
        )
    else:
        errors["section"] = tr(
            "No section is called “{name}”. Type some of another name.", name=shorten(words, 60)
        )
    return ()
