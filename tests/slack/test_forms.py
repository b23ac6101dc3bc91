"""Forms as modals: the digest's set-up and suggestions, from every place that opens one."""

from typing import Any

import pytest

from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import View
from tests.slack.digesting import Room
from tests.waiting import LAST_RESORT_S, until

Json = dict[str, Any]

PLAIN = "readbot-field"

#: Until it is cleared.
SLOW = Fault(kind=FaultKind.DELAY, seconds=LAST_RESORT_S)


async def open_form(room: Room, *, user: str = "U2") -> View:
    """Type ``/llmread digest setup`` and return the modal that opens."""
    await room.slack.command("digest setup", user=user, channel=room.channel)
    await until(lambda: bool(room.slack.team().stack(user)))
    return room.slack.team().stack(user)[-1]


def written(view: View, **values: str) -> Json:
    """Return what somebody types into plain fields, as Slack tells it."""
    return {name: {PLAIN: {"type": "plain_text_input", "value": value}} for name, value in values.items()}


async def picked(room: Room, view: View, field: str, typed: str, label: str, *, user: str = "U2") -> Json:
    """Return what somebody picks in a field that completes what they type."""
    block, element = next((block, element) for block, element in view.located if block["block_id"] == field)
    offered = await room.slack.options(view, typed, user=user, menu=element["action_id"])
    option = next(each for each in offered if each["text"]["text"] == label)
    return {block["block_id"]: {element["action_id"]: {"type": element["type"], "selected_option": option}}}


class TestDigest:
    async def test_the_form_opens_and_turns_the_digest_on(self, any_room: Room) -> None:
        view = await open_form(any_room)
        assert view.body["title"]["text"] == "Digest of this channel"
        values = written(view, time="16:30") | await picked(
            any_room, view, "section", "transf", "Transformers"
        )
        await any_room.slack.submit(view, values, user="U2")
        assert "every Monday at 16:30 America/New_York" in view.words
        assert "Transformers" in view.words
        assert "turned the digest on" in any_room.public()[0].words

    async def test_it_opens_from_the_button_of_the_status(self, room: Room) -> None:
        status = await room.type("status")
        await room.slack.click(status, "Set up", user="U2")
        await until(lambda: bool(room.slack.team().stack("U2")))

    async def test_it_shows_what_the_channel_has(self, room: Room) -> None:
        await room.type("on friday 16:30 Europe/Paris section:transformers")
        view = await open_form(room)
        state = view.state("U2")
        assert state["time"][PLAIN]["value"] == "16:30"
        assert state["weekday"][PLAIN]["selected_option"]["text"]["text"] == "Friday"
        (section,) = state["section"].values()
        assert section["selected_option"]["text"]["text"] == "Transformers"

    async def test_mistakes_are_shown_at_their_fields(self, room: Room) -> None:
        view = await open_form(room)
        seen = await room.slack.submit(view, written(view, time="half past never"), user="U2")
        assert seen.ack is not None
        assert seen.ack.body["response_action"] == "errors"
        assert list(seen.ack.body["errors"]) == ["time"]
        assert view in room.slack.team().stack("U2")

    async def test_what_is_in_the_way_stands_in_the_modal(self, room: Room) -> None:
        room.channel = "C1"
        view = await open_form(room)
        await room.slack.submit(view, user="U2")
        assert "/invite @readbot" in view.words

    async def test_zones_are_found_by_city_and_nothing_at_first_offers_some(self, room: Room) -> None:
        view = await open_form(room)
        _, element = next(each for each in view.located if each[0]["block_id"] == "zone")
        offered = await room.slack.options(view, "par", user="U2", menu=element["action_id"])
        assert "Europe/Paris" in [each["value"] for each in offered]
        assert await room.slack.options(view, "", user="U2", menu=element["action_id"])

    async def test_a_section_that_was_picked_can_be_taken_back(self, room: Room) -> None:
        await room.type("on section:transformers")
        view = await open_form(room)
        await room.slack.submit(view, await picked(room, view, "section", "", "(empty)"), user="U2")
        assert "Transformers" not in view.words

    async def test_buttons_below_the_answer_go_on_in_the_modal(self, room: Room) -> None:
        view = await open_form(room)
        await room.slack.submit(view, user="U2")
        await room.slack.click(view, "Preview", user="U2")
        await until(lambda: "Only you see this" in view.words)

    async def test_a_submission_that_comes_twice_acts_once(self, room: Room) -> None:
        view = await open_form(room)
        await room.slack.submit(view, user="U2")
        room.slack.patience_s = 0.3
        await room.slack.repeat()
        assert len(room.public()) == 1


class TestSlowness:
    """Slack takes as long as it likes to tell who somebody is, and is waited for only so long."""

    @pytest.fixture(autouse=True)
    def _impatience(self, _patience: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("readbot_slack.listeners.answering.MODAL_PATIENCE_S", 0.05)
        monkeypatch.setattr("readbot_slack.listeners.submissions.PATIENCE_S", 0.05)
        monkeypatch.setattr("readbot_slack.listeners.submissions._ACK_TRAVELS_S", 0.05)

    async def test_a_form_that_is_slow_is_waited_for_in_the_modal(self, room: Room) -> None:
        # Their language is told at once, and whether they manage is not.
        room.slack.faults.script("users.info", None, SLOW)
        view = await open_form(room)
        assert view.words == "One moment …"
        room.slack.faults.clear()
        await until(lambda: "How often?" in view.words)
        await room.slack.submit(view, user="U2")
        await until(lambda: "every Monday" in view.words)

    async def test_a_submission_that_is_slow_is_waited_for_in_the_modal(self, room: Room) -> None:
        view = await open_form(room)
        room.slack.faults.script("users.info", SLOW)
        await room.slack.submit(view, user="U2")
        assert view.words == "One moment …"
        room.slack.faults.clear()
        await until(lambda: "every Monday" in view.words)

    async def test_mistakes_told_late_stand_beneath_their_fields(self, room: Room) -> None:
        view = await open_form(room)
        room.slack.faults.script("users.info", SLOW)
        await room.slack.submit(view, written(view, time="half past never"), user="U2")
        assert view.words == "One moment …"
        room.slack.faults.clear()
        await until(lambda: "⚠" in view.words)
        assert view.state("U2")["time"][PLAIN]["value"] == "half past never"

    async def test_a_modal_that_was_closed_meanwhile_is_let_go(self, room: Room) -> None:
        view = await open_form(room)
        room.slack.faults.script("users.info", SLOW)
        await room.slack.submit(view, user="U2")
        await room.slack.close(view, user="U2")
        room.slack.faults.clear()
        await until(lambda: len(room.public()) == 1)

    async def test_a_form_that_slack_does_not_open_is_offered_again(self, room: Room) -> None:
        room.slack.faults.script("views.open", Fault(kind=FaultKind.SERVER_ERROR))
        offer = await room.type("setup")
        await room.slack.click(offer, "Open it", user="U2")
        await until(lambda: bool(room.slack.team().stack("U2")))


class TestIsThisOnTheList:
    async def use(self, room: Room, words: str, *, channel: str = "C2") -> View:
        message = await room.slack.say(words, user="U1", channel=channel)
        return (await room.slack.shortcut("on_list", user="U2", message=message)).view

    async def test_a_link_that_is_on_it_is_told_with_its_section(self, any_room: Room) -> None:
        view = await self.use(any_room, "have you seen https://example.org/fine-tuning/1 ?")
        assert "Fine-tuning in practice, part 1" in view.words
        assert "Fine-Tuning · post, 2011" in view.words

    async def test_one_that_is_not_opens_the_suggestion_filled_in(self, any_room: Room) -> None:
        view = await self.use(any_room, "look: https://example.com/new-thing", channel="C1")
        state = view.state("U2")
        assert state["url"][PLAIN]["value"] == "https://example.com/new-thing"
        await any_room.slack.submit(view, written(view, title="A new thing"), user="U2")
        await until(lambda: "hank" in view.words)

    async def test_a_message_without_links_is_told_so(self, room: Room) -> None:
        assert "link" in (await self.use(room, "nothing here")).words

    async def test_what_is_typed_into_the_form_becomes_no_markup(self, room: Room) -> None:
        view = await self.use(room, "look: https://example.com/new-thing")
        hostile = "<!channel> <@U1> *bold* `code` \u202eback\u202c zero\u200bwidth"
        await room.slack.submit(view, written(view, title=hostile, reason=hostile), user="U2")
        await until(lambda: view.body["callback_id"] != "readbot:form")
        for forbidden in ("<!channel", "<@U1", "*bold*", "`code`"):
            assert forbidden not in str(view.body["blocks"])
