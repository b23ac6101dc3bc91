"""The digest's form: what stands in it, and what becomes of what is filled in."""

from collections.abc import Mapping

import pytest

from readbot.conversation.form import Form
from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader, Request
from readbot.digests.desk import DigestDesk
from readbot.ports import Manner
from readbot.settings import Managers
from readbot.store import Store
from readbot.testing import FakeClock
from tests.digest_data import channel
from tests.digests.rig import Rig

ADA = Reader(id="U1", name="Ada", timezone="Europe/Berlin")
FILLED = {"cadence": "weekly", "weekday": "Friday", "time": "16:30", "zone": "Europe/Paris", "section": ""}


class Office:
    """A channel in which somebody fills in the form."""

    def __init__(self, rig: Rig, managers: Managers | None = None) -> None:
        self.desk = DigestDesk(rig.service, {"slack": rig.messenger}, managers=managers)

    async def ask(self, words: str = "setup", values: Mapping[str, str] | None = None) -> Reply | Form:
        where = channel()
        request = Request(
            text=f"digest {words}",
            platform=where.platform,
            workspace_id=where.workspace_id,
            channel_id=where.channel_id,
            reader=ADA,
            values=values,
        )
        return await self.desk.answer(words, request)

    async def form(self) -> Form:
        form = await self.ask()
        assert isinstance(form, Form)
        return form


@pytest.fixture
def rig(store: Store, clock: FakeClock) -> Rig:
    return Rig(store, clock)


@pytest.fixture
def office(rig: Rig) -> Office:
    return Office(rig)


def values_of(form: Form) -> dict[str, str]:
    return {field.name: field.value for field in form.fields}


async def test_an_empty_channel_gets_mondays_at_nine_where_the_asker_lives(office: Office) -> None:
    assert values_of(await office.form()) == {
        "cadence": "weekly",
        "weekday": "Monday",
        "time": "09:00",
        "zone": "Europe/Berlin",
        "section": "",
    }


async def test_what_is_filled_in_turns_the_digest_on(office: Office) -> None:
    reply = await office.ask(values=FILLED)

    assert isinstance(reply, Reply)
    assert "every Friday at 16:30 Europe/Paris" in reply.fallback


async def test_the_form_shows_what_the_channel_has(office: Office) -> None:
    await office.ask(values=FILLED | {"section": "basics"})

    form = await office.form()
    assert form.submit == "Save"
    assert values_of(form) | {"section": ""} == FILLED
    assert [field.value_label for field in form.fields][-1] == "Basics"
    assert isinstance(await office.ask(values=values_of(form)), Reply)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("time", "25:00", "is no time of day"),
        ("zone", "belrin", "Did you mean Europe/Berlin"),
        ("zone", "atlantis", "I know no time zone"),
        ("section", "quantum cookery", "Leave it empty"),
    ],
)
async def test_a_mistake_is_said_at_its_field(office: Office, field: str, typed: str, sentence: str) -> None:
    form = await office.ask(values=FILLED | {field: typed})

    assert isinstance(form, Form)
    assert list(form.errors) == [field]
    assert sentence in form.errors[field]
    assert values_of(form) == FILLED | {field: typed}
    assert "This channel has no digest" in str(await office.ask("status"))


async def test_what_does_not_show_is_in_no_complaint(office: Office) -> None:
    form = await office.ask(values=FILLED | {"time": "25:00 \u202esoon\u200b"})
    assert isinstance(form, Form)
    assert "“25:00 soon” is no time of day" in form.errors["time"]


async def test_a_monthly_date_survives_a_save(office: Office) -> None:
    await office.ask("on monthly 15th 9:00")

    reply = await office.ask(values=values_of(await office.form()))

    assert isinstance(reply, Reply)
    assert "on day 15 of the month" in reply.fallback


async def test_who_may_not_change_the_digest_gets_no_form(rig: Rig) -> None:
    answer = await Office(rig, Managers.ADMINS).ask()

    assert isinstance(answer, Reply)
    assert "may change the digest" in answer.fallback


def test_the_form_comes_at_once_and_everything_else_may_wait(office: Office) -> None:
    assert [office.desk.manner(words) for words in ("setup", "set-up", "on", "")] == [
        Manner.FORM,
        Manner.FORM,
        Manner.WAITS,
        Manner.WAITS,
    ]


async def test_the_form_keeps_a_skipped_date_of_its_weekday_and_forgets_others(
    rig: Rig, office: Office
) -> None:
    filled = values_of(await office.form())
    await office.ask("setup", filled)
    await office.ask("skip")
    await office.ask("pause")
    await office.ask("setup", filled | {"time": "10:00"})
    assert rig.service.status(channel()).next_words == "Mon 7 Dec, 10:00 Europe/Berlin, in 13 days"
    await office.ask("setup", filled | {"weekday": "Friday"})
    await office.ask("setup", filled)
    assert rig.service.status(channel()).next_words == "Mon 30 Nov, 09:00 Europe/Berlin, in 6 days"
