"""What readbot says about digests, besides the digest itself and how it stands."""

import re
from dataclasses import replace

from readbot.conversation.language import say
from readbot.conversation.phrases import cut
from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    ActionStyle,
    Choice,
    Choices,
    Heading,
    Outcome,
    Paragraph,
    Part,
    Reply,
    Rows,
    Span,
    Text,
    bold,
    command,
    person,
    text,
)
from readbot.conversation.request import Reader
from readbot.digests.setup import SET_UP
from readbot.digests.status import DigestStatus
from readbot.digests.status_wording import EXAMPLE, next_row
from readbot.digests.zones import COMMON_ZONES
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import tr, translatable

NOT_ALLOWED = translatable(
    "Only people who manage this workspace or server may change the digest here. "
    "Everybody may see it: digest status"
)

_VERBS = (
    (EXAMPLE, translatable("turn it on, or change it")),
    (
        "digest on silent changes:on",
        translatable(
            "post without a notification, and say what changed in the list; loud and changes:off undo it"
        ),
    ),
    (SET_UP, translatable("the same in a form")),
    ("digest status", translatable("how it stands")),
    ("digest preview", translatable("what comes next, for you alone")),
    ("digest now", translatable("post one at once")),
    ("digest skip", translatable("leave the next one out")),
    ("digest pause", translatable("keep the settings, post nothing")),
    ("digest resume", translatable("go on")),
    ("digest off", translatable("turn it off")),
)


def announcement(reader: Reader, deed: str, now: DigestStatus) -> Reply:
    """Tell a channel who changed its digest, and when the next one comes; as silently as the digest itself."""
    who, did = person(reader.id, reader.name), Span(tr(deed))
    if now.next_words:
        words = say("{person} {deed}. Next: {when}.", person=who, deed=did, when=Span(now.next_words))
    else:
        words = say("{person} {deed}.", person=who, deed=did)
    is_silent = now.subscription is not None and now.subscription.is_silent
    return Reply(parts=(Paragraph(text=words),), public=True, silent=is_silent, is_aside=True)


def first_message() -> Reply:
    """Begin in a direct message, where the answer has told everything else."""
    return Reply(parts=(Paragraph(text=say("Links will come here.")),), public=True)


def on_its_way(now: DigestStatus) -> Reply:
    """Say that a post will come in a moment."""
    rows = [say("It is on its way and will be here in a moment.")]
    if now.next_words:
        rows.append(next_row(now))
    return Reply(parts=(Rows(rows=tuple(rows)),))


def preview(digest: Reply, now: DigestStatus) -> Reply:
    """Show the next digest to the asker alone; it may stand where the settings stood."""
    intro = Paragraph(text=text(*say("Only you see this."), " ", *next_row(now)), subdued=True)
    back = Action(label=tr("Settings"), command="digest status")
    return replace(digest, parts=(intro, *digest.parts), actions=(back,), public=False)


def ask_zone(words: str) -> Reply:
    """Ask for the time zone, by choices that turn the digest on."""
    wanted = f"digest on {words}".rstrip()
    choices = tuple(
        Choice(label=zone, command=f"{wanted} {zone}")
        for zone in COMMON_ZONES
        if len(wanted) + 1 + len(zone) <= MAX_COMMAND_LENGTH
    )
    parts: list[Part] = [
        Paragraph(
            text=say(
                "In which time zone? Pick one, or name a city: {example}",
                example=command(f"{EXAMPLE} Europe/Berlin"),
            )
        )
    ]
    if choices:
        parts.append(Choices(label=tr("Time zone"), choices=choices))
    return Reply(parts=tuple(parts))


def cannot_post(obstacle: str) -> Reply:
    return Reply(
        parts=(Paragraph(text=text(bold(tr("I cannot post here.")), " ", obstacle)),), outcome=Outcome.REFUSED
    )


def unreachable(reason: str) -> str:
    return tr(
        "The platform said “{reason}”. Invite me to this channel, or see that I may write here, and try again.",
        reason=reason,
    )


def problem(error: DigestError) -> Reply:
    return Reply(parts=(Paragraph(text=_with_command(tr(str(error)))),), outcome=Outcome.REFUSED)


def ask_back(error: AmbiguousError, words: str) -> Reply:
    """Ask which was meant, by choices that say the same with the right word in its place.

    Args:
        error: The question.
        words: What was typed behind ``digest on``.
    """
    choices = tuple(
        Choice(label=choice, command=corrected)
        for choice in error.choices
        if (corrected := _correct(f"digest on {words}", error.typed, choice))
        and len(corrected) <= MAX_COMMAND_LENGTH
    )
    asked = problem(error)
    return (
        replace(asked, parts=(*asked.parts, Choices(label=tr("Pick one"), choices=choices)))
        if choices
        else asked
    )


def _correct(wanted: str, typed: str, right: str) -> str:
    """Return *wanted* with *right* in the place of *typed*; empty where that place is not clear."""
    phrase = r"\s+".join(re.escape(word) for word in typed.split())
    # Whole words, with their quotation marks.
    places = list(re.finditer(rf'["“]{phrase}["”]|(?<![\w/]){phrase}(?![\w/])', wanted, re.IGNORECASE))
    if not phrase or len(places) != 1:
        return ""
    start, end = places[0].span()
    return wanted[:start] + (f'"{right}"' if " " in right else right) + wanted[end:]


def perhaps_on(words: str) -> Reply:
    wanted = f"digest on {words}"
    actions = (Action(label=tr("Turn it on"), command=wanted, style=ActionStyle.PRIMARY),)
    return Reply(
        parts=(Paragraph(text=say("To have a digest like that: {command}", command=command(wanted))),),
        actions=actions if len(wanted) <= MAX_COMMAND_LENGTH else (),
    )


def usage() -> Reply:
    """Say what one can do about a digest."""
    intro = say("A digest brings a link from the list here, regularly.")
    status = Action(label=tr("How it stands"), command="digest status")
    return Reply(parts=(Heading(words=tr("Digest")), Paragraph(text=intro), _verb_rows()), actions=(status,))


def _verb_rows() -> Rows:
    return Rows(rows=tuple(text(command(verb), f" · {tr(meaning)}") for verb, meaning in _VERBS))


def unknown_verb(words: str) -> Reply:
    shown = cut(words, 40)
    return Reply(
        parts=(
            Paragraph(text=say("There is no {command}. There are:", command=bold(f"digest {shown}"))),
            _verb_rows(),
        ),
        actions=(Action(label=tr("Search for it"), command=f"search {f'digest {words}'[:70].rstrip()}"),),
        outcome=Outcome.REFUSED,
    )


_COMMAND_AT_END = re.compile(r"(?<=: )(digest (?:on|status|resume)\b.*|sections)$")


def _with_command(sentence: str) -> Text:
    """Return *sentence* with the command that it ends in, as one: each platform types it its own way."""
    found = _COMMAND_AT_END.search(sentence)
    return text(sentence[: found.start()], command(found[0])) if found else text(sentence)
