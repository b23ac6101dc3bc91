"""Modals: how any form looks in one, and what becomes of it when something comes between."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from readbot.conversation.form import MAX_FIELDS, Answer, Field, FieldChoice, FieldKind, Form, Lookup
from readbot.conversation.reply import Paragraph, Reply, Text, text
from readbot.conversation.request import Request
from readbot.playground.loopback_discord import NO_ANSWER, LoopbackDiscord, Sight
from readbot.playground.loopback_discord.modals import check_modal, list_fields
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.ports import Manner
from readbot.search.results import Completion, CompletionKind
from readbot_discord.custom_ids import Aim
from readbot_discord.drafts import LIVES_S, MAX_DRAFTS, Drafts
from readbot_discord.modals import to_modal

from .hostile import TEXTS
from .scenes import FakeConversation, Scene, make_scene, running, too_late, until

NAME = Field(name="name", label="Name")
FORM = Form(title="Who are you?", submit="Tell", command="suggest", fields=(NAME,))


def thank(request: Request) -> Answer:
    """Ask for a name, refuse what is no name, and thank for one."""
    if request.values is None:
        return FORM
    if not request.values["name"].isalpha():
        return FORM.with_errors(request.values, {"name": "Letters only."})
    return Reply(parts=(Paragraph(text=text(f"Thanks, {request.values['name']}!")),))


@dataclass(kw_only=True)
class Asking(FakeConversation):
    """A conversation in which every command takes a form."""

    say: Callable[[Request], Answer] = field(default=thank)  # type: ignore[assignment]
    #: Set when answers may come.
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.goes_on.set()

    def manner(self, text: str) -> Manner:
        return Manner.FORM

    async def answer(self, request: Request) -> Answer:  # type: ignore[override]
        await self.goes_on.wait()
        self.asked.append(request)
        return self.say(request)


async def submit(scene: Scene, opened: Sight, name: str) -> Sight:
    return await scene.discord.people.submit(scene.ada, opened, name=name)


async def test_what_is_filled_in_reaches_the_core_with_the_forms_command(quiet_scene: Scene) -> None:
    conversation = Asking()
    async with running(quiet_scene.discord, conversation):
        answer = await submit(quiet_scene, await quiet_scene.command("readbot suggest"), "Ada")

    assert answer.text == "Thanks, Ada!"
    assert answer.is_private
    assert (conversation.asked[-1].text, conversation.asked[-1].values) == ("suggest", {"name": "Ada"})


async def test_a_form_that_was_open_over_a_restart_is_still_taken(quiet_scene: Scene) -> None:
    async with running(quiet_scene.discord, Asking()):
        opened = await quiet_scene.command("readbot suggest")
    async with running(quiet_scene.discord, Asking()):
        assert "Thanks, Ada" in (await submit(quiet_scene, opened, "Ada")).text


async def test_edit_again_after_a_restart_begins_with_an_empty_form(quiet_scene: Scene) -> None:
    async with running(quiet_scene.discord, Asking()):
        refused = await submit(quiet_scene, await quiet_scene.command("readbot suggest"), "007")
    async with running(quiet_scene.discord, Asking()):
        again = await quiet_scene.click(refused.message, "Edit again")

    assert again.modal is not None
    assert list_fields(again.modal)[0].get("value") is None


async def test_a_form_is_taken_when_the_connection_broke_while_it_was_open(quiet_scene: Scene) -> None:
    async with running(quiet_scene.discord, Asking()):
        opened = await quiet_scene.command("readbot suggest")
        await quiet_scene.discord.gateway.disconnect()

        assert "Thanks, Ada" in (await submit(quiet_scene, opened, "Ada")).text


async def test_a_form_that_does_not_come_in_time_comes_as_a_button(
    quiet_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readbot_discord.answering.FORM_PATIENCE_S", 0.05)
    conversation = Asking()
    conversation.goes_on.clear()
    async with running(quiet_scene.discord, conversation):
        asking = asyncio.create_task(quiet_scene.command("readbot suggest"))
        await quiet_scene.discord.until(
            lambda: any(each.answer_type for each in quiet_scene.discord.world.interactions.values())
        )
        conversation.goes_on.set()
        offered = await asking
        assert offered.text == "This takes a form."
        assert (await quiet_scene.click(offered.message, "Open it")).modal is not None


@pytest.mark.parametrize(("passed_s", "is_shown"), [(14 * 60, True), (16 * 60, False)])
async def test_an_answer_to_a_form_may_take_a_quarter_of_an_hour(
    passed_s: int, is_shown: bool, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1_800_000_000.0

    def dawdle(request: Request) -> Answer:
        nonlocal now
        now += passed_s if request.values else 0
        return thank(request)

    async with LoopbackDiscord(clock=lambda: now) as discord:
        scene = make_scene(discord)
        discord.people.patience_s = LAST_RESORT_S
        async with running(discord, Asking(say=dawdle)):
            opened = await scene.command("readbot suggest")
            if not is_shown:
                discord.people.patience_s = 0.1
            answer = await submit(scene, opened, "Ada")
            await until(lambda: is_shown or bool(too_late(caplog)))

    assert ("Thanks, Ada" in answer.text) is is_shown
    assert [record.levelno for record in too_late(caplog)] == ([] if is_shown else [logging.WARNING])


async def test_a_form_after_three_seconds_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    now = 1_800_000_000.0

    def dawdle(request: Request) -> Answer:
        nonlocal now
        now += 4.0
        return thank(request)

    async with LoopbackDiscord(clock=lambda: now) as discord:
        scene = make_scene(discord)
        discord.people.patience_s = 0.1
        async with running(discord, Asking(say=dawdle)):
            sight = await scene.command("readbot suggest")
            await until(lambda: bool(too_late(caplog)))

    assert sight.text == NO_ANSWER
    assert [record.levelno for record in too_late(caplog)] == [logging.WARNING]


# Looks


def in_full(words: Text = ()) -> Form:
    """Return a form with a field of every kind, as long as any may be, mistakes in each."""
    kinds = (*FieldKind, FieldKind.LOOKUP)
    fields = tuple(
        Field(
            name=f"field_{'abcde'[number]}",
            label="L" * 45,
            hint="h" * 100,
            kind=kind,
            value="v" * 5000,
            max_length=5000,
            choices=tuple(FieldChoice(label="c" * 150, value=f"{n}") for n in range(25)),
            lookup=Lookup.SECTION if kind is FieldKind.LOOKUP else None,
        )
        for number, kind in enumerate(kinds)
    )
    assert len(fields) == MAX_FIELDS
    return Form(
        title="T" * 45,
        submit="S",
        command="suggestions approve " + "x" * 20,
        fields=fields,
        intro=(words,) * 3 if words else (),
        errors={each.name: "wrong " * 50 for each in fields},
    )


def sections(count: int) -> list[Completion]:
    return [
        Completion(kind=CompletionKind.SECTION, text="S" * 200, detail="d" * 200, section_id=f"aaaaa{n}")
        for n in range(count)
    ]


@pytest.mark.parametrize("words", [(), text("i" * 5000), *(text(words) for words in TEXTS)])
def test_every_form_fits_into_a_modal(words: Text) -> None:
    offers = {"field_d": sections(9)}
    aim = Aim(channel_id="1" * 20, message_id="2" * 20)
    form = in_full(words)

    check_modal(to_modal(form, aim, offers=offers))
    check_modal(
        to_modal(Form(title="t", submit="s", command="suggest", fields=form.fields[:4], intro=form.intro))
    )


def test_mistakes_stand_at_their_fields_when_the_form_is_opened_again() -> None:
    data = to_modal(FORM.with_errors({"name": "007"}, {"name": "Letters only."}))

    (label,) = data["components"]
    assert label["description"] == "⚠ Letters only."
    assert label["component"]["value"] == "007"


# Drafts


def test_a_draft_is_its_writers_alone_and_for_a_quarter_of_an_hour() -> None:
    now = 0.0
    drafts = Drafts(elapsed_s=lambda: now)
    draft_id = drafts.keep(FORM, "ada")

    assert drafts.find(draft_id, "ada") is FORM
    assert drafts.find(draft_id, "grace") is None
    now = LIVES_S + 1
    assert drafts.find(draft_id, "ada") is None


def test_there_are_never_more_drafts_than_the_memory_is_meant_for() -> None:
    drafts = Drafts(elapsed_s=lambda: 0.0)
    first = drafts.keep(FORM, "ada")
    others = [drafts.keep(FORM, "ada") for _ in range(MAX_DRAFTS)]

    assert drafts.find(first, "ada") is None
    assert all(drafts.find(each, "ada") for each in others)
