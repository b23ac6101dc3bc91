"""Who asks about a digest is answered in their language; what a channel reads is English."""

import pytest

from readbot.conversation.reply import Paragraph, Reply, Style
from readbot.conversation.request import Reader, Request
from readbot.digests.desk import DigestDesk
from readbot.language import speaking
from readbot.store import Store
from readbot.testing import FakeClock
from tests.digest_data import channel
from tests.digests.rig import Rig

GERMAN = Reader(id="U1", name="Ada", locale="de", timezone="Europe/Berlin")


async def say(rig: Rig, words: str) -> Reply:
    """Answer as the front desk does: in the language of who asks."""
    desk = DigestDesk(rig.service, {"slack": rig.messenger})
    where = channel()
    request = Request(
        text=f"digest {words}",
        platform="slack",
        workspace_id=where.workspace_id,
        channel_id=where.channel_id,
        reader=GERMAN,
    )
    with speaking(GERMAN.locale):
        answer = await desk.answer(words, request)
    assert isinstance(answer, Reply)
    return answer


@pytest.mark.parametrize(
    ("words", "announced"),
    [
        ("on", "Ada turned the digest on. Next: Mon 30 Nov, 09:00 Europe/Berlin, in 6 days."),
        ("skip", "Ada skipped the next digest. Next: Mon 7 Dec, 09:00 Europe/Berlin, in 13 days."),
        ("pause", "Ada paused the digest."),
    ],
)
async def test_a_change_is_announced_in_english_and_answered_in_german(
    store: Store, clock: FakeClock, words: str, announced: str
) -> None:
    rig = Rig(store, clock)
    first = await say(rig, "on")
    reply = first if words == "on" else await say(rig, words)

    posted = [each.reply.fallback for each in rig.messenger.in_channel(channel())]
    assert posted[-1] == announced
    assert "Europe/Berlin, in 6 days" not in reply.fallback
    assert "Digest" in reply.fallback
    assert "Links: " in reply.fallback


@pytest.mark.parametrize(
    ("words", "said", "way_on"),
    [
        ("on mondey", "„mondey“ ist kein Wochentag. Meintest du Monday?", ""),
        ("on {key}", "Ich verstehe „{key}“ hier nicht.", "digest on monday 09:00 Europe/Berlin"),
        ("on 25:00", "„25:00“ ist keine Uhrzeit.", ""),
        ("skip", "Dieser Kanal hat keinen Digest.", "digest on"),
    ],
)
async def test_what_cannot_be_done_is_explained_in_the_language_with_the_command_to_type(
    store: Store, clock: FakeClock, words: str, said: str, way_on: str
) -> None:
    reply = await say(Rig(store, clock), words)

    assert reply.fallback.startswith(said)
    commands = [
        span.text
        for part in reply.parts
        if isinstance(part, Paragraph)
        for span in part.text
        if span.style is Style.COMMAND
    ]
    assert commands == ([way_on] if way_on else [])
