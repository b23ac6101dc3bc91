"""The Home tab: what each person sees, and what they do there."""

from pathlib import Path

from readbot.conversation.request import Workspace
from readbot.home_wording import Setup, Sight, home
from readbot.playground.loopback_slack import LoopbackSlack, View
from readbot.playground.loopback_slack.checks import check_view
from readbot.reading_list import Link, ReadingList
from readbot.reading_list.model import Section
from readbot_slack.modals import to_home_view
from tests.dead_links import let_die
from tests.slack.digesting import Room, run_room
from tests.waiting import until


async def open_home(room: Room, user: str = "U2") -> View:
    return (await room.slack.open_home(user)).view


async def open_from(room: Room, home: View, label: str, user: str = "U2") -> View:
    """Click something on the Home tab and return the modal that opens."""
    await room.slack.click(home, label, user=user)
    await until(lambda: bool(room.slack.team().stack(user)))
    return room.slack.team().stack(user)[-1]


class TestWhatStandsThere:
    async def test_the_list_is_searched_from_there(self, any_room: Room) -> None:
        home = await open_home(any_room)
        _, field = next(each for each in home.located if each[1]["type"] == "plain_text_input")
        await any_room.slack.enter(home, field["action_id"], "fine-tuning", user="U2")
        await until(lambda: bool(any_room.slack.team().stack("U2")))
        (modal,) = any_room.slack.team().stack("U2")
        assert "Fine-tuning in practice, part 1" in modal.words

    async def test_sections_stand_with_their_counts_and_open(self, room: Room) -> None:
        home = await open_home(room)
        assert "*Fine-Tuning* · 13" in home.words
        modal = await open_from(room, home, "Transformers (2 links)")
        assert "Attention is all you need" in modal.words

    async def test_without_digests_it_says_how_to_have_one(self, room: Room) -> None:
        assert "`/llmread digest setup`" in (await open_home(room)).words

    async def test_the_link_that_a_channel_of_yours_had_last(self, room: Room) -> None:
        await room.type("on")
        room.be_due_now()
        await room.wait_for_digests(1)
        await room.wait_for_state("sent")
        home = await open_home(room)
        assert "This week's link" in home.words
        assert "<#C2>: every Monday at 09:00 America/New_York" in home.words

    async def test_a_link_that_died_since_its_digest_leads_to_its_archived_copy(self, room: Room) -> None:
        await room.type("on")
        room.be_due_now()
        await room.wait_for_digests(1)
        await room.wait_for_state("sent")
        links = room.process.shelves.default.reading_list.entries
        let_die(room.process, *(entry.link.url for entry in links))
        home = await open_home(room)
        assert "This week's link" in home.words
        assert "⚠ gone since" in home.words
        assert "|archived copy>" in home.words

    async def test_digests_of_channels_that_a_person_is_not_in_are_not_shown(self, room: Room) -> None:
        """G1 is private; readbot and Ada are in it, Grace is not any more."""
        room.channel = "G1"
        await room.type("on", user="U1")
        room.slack.team().channels["G1"].members.discard("U2")
        assert "<#G1>" in (await open_home(room, "U1")).words
        assert "<#G1>" not in (await open_home(room, "U2")).words

    async def test_without_the_optional_scopes_no_channel_is_shown(self, room: Room) -> None:
        await room.type("on")
        scopes = [each for each in room.slack.team().scopes if not each.endswith(":read")]
        room.slack.team().scopes = (*scopes, "users:read")
        assert "<#C2>" not in (await open_home(room)).words

    async def test_only_who_manages_the_workspace_sees_the_set_up(self, room: Room) -> None:
        assert "Set-up" in (await open_home(room, "U1")).words
        assert "Set-up" not in (await open_home(room, "U2")).words

    async def test_what_one_asked_last_can_be_asked_again(self, room: Room) -> None:
        home = await open_home(room)
        await room.slack.command("transformers", user="U2", channel="C2")
        await until(lambda: bool(recent(room, "U2")))
        await room.slack.open_home("U2")
        await until(lambda: "transformers" in home.labels)
        assert "transformers" not in (await open_home(room, "U1")).labels


async def test_whoever_opens_it_too_often_goes_on_seeing_it(slack: LoopbackSlack, tmp_path: Path) -> None:
    async with run_room(slack, tmp_path, commands_per_minute=1) as room:
        assert "Sections" in (await open_home(room)).words
        # Nothing is shown that could be waited for.
        slack.patience_s = 0
        await slack.open_home("U2")
        refused = {"platform": "slack", "command": "home", "outcome": "refused"}
        await until(
            lambda: room.process.registry.get_sample_value("readbot_commands_total", refused) is not None
        )
    # Whatever was under way has ended with the process.
    assert len(slack.calls_of("views.publish")) == 1


class TestWhatPeopleDo:
    async def test_the_messages_tab_publishes_nothing(self, room: Room) -> None:
        await room.slack.open_home("U2", tab="messages")
        assert room.slack.calls_of("views.publish") == []

    async def test_an_action_opens_a_modal_and_the_tab_is_shown_anew(self, room: Room) -> None:
        home = await open_home(room)
        modal = await open_from(room, home, "Surprise me")
        assert "Picked for you" in modal.body["title"]["text"]
        await until(lambda: len(room.slack.calls_of("views.publish")) == 2)

    async def test_nothing_can_be_shared_where_there_is_no_channel(self, room: Room) -> None:
        modal = await open_from(room, await open_home(room), "Surprise me")
        assert "Share" not in modal.labels
        await room.slack.click(modal, "Another", user="U2")
        assert "Share" not in modal.labels

    async def test_a_link_is_suggested_from_there(self, room: Room) -> None:
        modal = await open_from(room, await open_home(room), "Suggest a link")
        assert modal.body["callback_id"] == "readbot:form"
        url = {"url": {"readbot-field": {"type": "plain_text_input", "value": "https://example.com/new"}}}
        await room.slack.submit(modal, url, user="U2")
        await until(lambda: room.process.store.suggestions.count_open(workspace(room)) == 1)
        admins = await open_home(room, "U1")
        assert "Suggestions that wait: 1" in admins.words
        assert "Look at suggestions" in admins.labels


def test_the_largest_list_fits() -> None:
    """A list of 400 sections with names as long as they may be, beside all else."""
    name = "*<!channel>* & a very long name of a section that goes on and on " * 3
    reading_list = ReadingList(
        title=name,
        sections=tuple(
            Section(title=f"{number} {name}", links=(Link(title="x", url=f"https://example.org/{number}"),))
            for number in range(400)
        ),
    )
    sight = Sight(
        reading_list=reading_list,
        latest=None,
        recent=[f"search {number} {name}"[:100] for number in range(5)],
        digests=[],
        more_digests=7,
        setup=Setup(lists=3, refused=(), digests=2, unreachable=[], suggestions=4),
    )
    body = to_home_view(home(sight))
    check_view(body)
    words = View(id="V1", user="U1", body=body, hash="1", root_view_id="V1").words
    assert "no room here" not in words
    assert "<!channel" not in words


def recent(room: Room, user: str) -> list[str]:
    found = room.process.store.recent.list_for(workspace(room), user, limit=5)
    return [each.command for each in found]


def workspace(room: Room) -> Workspace:
    return Workspace(platform="slack", id=room.slack.team().id)
