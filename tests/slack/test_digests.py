"""Digests in Slack from end to end: typed, clicked and posted, with the real core behind the app."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from readbot.exceptions import SettingsError
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import SIGNING_SECRET, Change, LoopbackSlack, Message
from readbot.ports import PostsDigests
from readbot.settings import Managers, Secret, Settings
from readbot.store import Database, Store, database_url
from readbot_slack import SlackPlatform
from tests.slack.digesting import LINKS, Room, run_room
from tests.slack.program import run_program
from tests.waiting import LAST_RESORT_S, until

LEAST_SCOPES = ("commands", "chat:write", "users:read")
ACCEPTED_500 = Fault(kind=FaultKind.SERVER_ERROR, accepted=True)


def link_of(digest: Message) -> str:
    """Return the title that a digest leads to."""
    (card,) = [block for block in digest.blocks if block["type"] == "section"]
    title: str = card["text"]["text"].split("|")[1].split(">")[0]
    return title


class TestAsking:
    async def test_on_alone_means_monday_at_nine_where_the_asker_lives(self, room: Room) -> None:
        answer = await room.type("on", user="U2")
        assert "every Monday at 09:00 America/New_York" in answer.words
        assert "America/New_York" in room.public()[0].words
        assert answer.only_for == "U2"

    async def test_everybody_in_the_channel_reads_who_changed_it(self, room: Room) -> None:
        await room.type("on friday 4pm berlin", user="U1")
        await room.type("pause", user="U2")
        first, second = room.public()
        assert first.words.startswith("ada turned the digest on. Next: Fri ")
        assert "16:00 Europe/Berlin" in first.words
        assert second.words == "grace paused the digest."
        assert first in room.slack.visible("U2", room.channel)

    async def test_an_announcement_pings_nobody(self, room: Room) -> None:
        await room.type("on")
        written = str(room.public()[0].sent)
        assert "<@" not in written
        assert "<!channel" not in written

    async def test_status_tells_how_it_stands_with_what_one_can_do(self, room: Room) -> None:
        assert "This channel has no digest" in (await room.type("status")).words
        await room.type("on")
        status = await room.type("status", user="U1")
        assert f"0 of {LINKS} so far" in status.words
        assert status.labels[-5:] == ["Preview", "Change", "Skip the next", "Pause", "Turn off"]

    async def test_a_preview_is_private_and_uses_up_nothing(self, room: Room) -> None:
        await room.type("on")
        preview = await room.type("preview")
        assert "Only you see this" in preview.words
        assert f"1 of {LINKS} in this channel" in preview.words
        assert room.digests() == []
        assert "0 of" in (await room.type("status")).words

    async def test_now_posts_at_once_and_leaves_the_slot(self, room: Room) -> None:
        await room.type("on monday 09:00 berlin")
        answer = await room.type("now")
        assert "It is on its way" in answer.words
        assert "09:00 Europe/Berlin" in answer.words
        assert len(await room.wait_for_digests(1)) == 1

    async def test_skip_pause_resume_and_off_say_what_comes_next(self, room: Room) -> None:
        before = (await room.type("on daily 9 berlin")).words
        skipped = (await room.type("skip")).words
        assert skipped != before
        assert "Next: none" in (await room.type("pause")).words
        assert "09:00 Europe/Berlin" in (await room.type("resume")).words
        assert "The digest is off" in (await room.type("off")).words
        assert [message.words.split(".")[0] for message in room.public()] == [
            "grace turned the digest on",
            "grace skipped the next digest",
            "grace paused the digest",
            "grace resumed the digest",
            "grace turned the digest off",
        ]

    async def test_a_button_of_the_status_takes_its_place(self, room: Room) -> None:
        await room.type("on")
        status = await room.type("status")
        assert await room.click(status, "Pause") is status
        assert "It is *paused*" in status.words

    async def test_nonsense_gets_a_sentence_with_an_example(self, room: Room) -> None:
        assert "Type 9, 9:00, 9am or 16:30" in (await room.type("on monday 25:00")).words
        assert "no digest" in (await room.type("status")).words

    @pytest.mark.parametrize("scopes", [LEAST_SCOPES, None], ids=["without channels:read", "with it"])
    @pytest.mark.parametrize("channel", ["C1", "G2"])
    async def test_on_where_readbot_is_no_member_turns_nothing_on(
        self, room: Room, channel: str, scopes: tuple[str, ...] | None
    ) -> None:
        room.channel = channel
        room.slack.team().scopes = scopes or room.slack.team().scopes
        answer = await room.type("on", user="U1")
        assert "I cannot post here." in answer.words
        assert "type /invite @readbot" in answer.words
        status = await room.type("status", user="U1")
        assert status.labels == ["Set up", "Mondays at 09:00"]
        assert room.public() == []

    async def test_on_in_an_archived_channel_says_so(self, room: Room) -> None:
        room.channel = "C3"
        assert "This channel is archived" in (await room.type("on")).words

    async def test_it_works_in_direct_messages_with_readbot(self, room: Room) -> None:
        room.channel = "D1"
        assert "every Monday" in (await room.type("on", user="U1")).words
        assert "It is *paused*" in (await room.type("pause", user="U1")).words
        # Without im:read, for which the manifest does not ask, only a first message shows that it can post.
        assert [message.text for message in room.public()] == ["Links will come here."]

    async def test_without_users_read_the_zone_is_asked_for(self, room: Room) -> None:
        room.slack.team().scopes = ("commands", "chat:write")
        answer = await room.type("on")
        assert "In which time zone?" in answer.words
        assert "09:00 Europe/Berlin" in (await room.type("on berlin")).words


class TestManagers:
    @pytest.fixture
    async def room(self, slack: LoopbackSlack, home: Path) -> AsyncIterator[Room]:
        async with run_room(slack, home, digest_managers=Managers.ADMINS) as room:
            yield room

    async def test_a_member_may_look_and_not_change(self, room: Room) -> None:
        assert "Only people who manage this workspace" in (await room.type("on", user="U2")).words
        assert "has no digest" in (await room.type("status", user="U2")).words
        assert room.public() == []

    async def test_an_admin_may_change(self, room: Room) -> None:
        assert "The digest is on" in (await room.type("on", user="U1")).words

    async def test_where_slack_does_not_tell_nobody_becomes_a_manager(self, room: Room) -> None:
        silent = Fault(kind=FaultKind.SERVER_ERROR, status=503)
        room.slack.faults.script("users.info", silent, silent)
        assert "Only people who manage" in (await room.type("on", user="U1")).words


class TestPost:
    @pytest.fixture
    async def digest(self, room: Room) -> Message:
        await room.type("on monday 9 berlin section:fine-tuning")
        room.be_due_now()
        (digest,) = await room.wait_for_digests(1)
        await room.wait_for_state("sent")
        return digest

    async def test_it_has_heading_link_facts_picture_and_progress(self, digest: Message) -> None:
        kinds = [block["type"] for block in digest.blocks]
        assert kinds == ["header", "section", "context", "image", "context", "actions"]
        heading, link, facts, picture, progress, _ = digest.blocks
        assert heading["text"]["text"] == "Link of the week"
        assert link["text"]["text"].startswith("*<https://")  # which of the section's, chance decides
        assert "Fine-Tuning" in facts["elements"][0]["text"]
        assert picture["image_url"] == "https://example.org/pictures/tuning.png"
        assert progress["elements"][0]["text"].startswith("1 of ")
        assert progress["elements"][0]["text"].endswith(" in this channel")

    async def test_it_mentions_nobody_and_unfurls_nothing(self, digest: Message) -> None:
        assert digest.sent["unfurl_links"] is False
        assert digest.sent["unfurl_media"] is False
        assert "<@" not in str(digest.sent)
        assert "<!" not in str(digest.sent)

    async def test_its_fallback_reads_as_a_sentence_with_the_link(self, digest: Message) -> None:
        assert digest.text.startswith("Link of the week\n")
        assert link_of(digest) in digest.text

    @pytest.mark.parametrize("button", ["Another", "Settings"])
    async def test_its_buttons_answer_the_clicker_alone(
        self, room: Room, digest: Message, button: str
    ) -> None:
        before = digest.words
        answer = await room.click(digest, button, user="U1")
        assert answer.only_for == "U1"
        assert digest.words == before
        assert ("Digest of this channel" in answer.words) == (button == "Settings")

    async def test_the_next_one_in_a_section_is_for_the_clicker_alone(self, room: Room) -> None:
        await room.type("on monday 9 berlin section:transformers")
        room.be_due_now()
        (digest,) = await room.wait_for_digests(1)
        answer = await room.click(digest, "Read next in this section", user="U1")
        assert answer.only_for == "U1"
        assert link_of(answer) != link_of(digest)

    async def test_another_goes_on_from_there(self, room: Room, digest: Message) -> None:
        another = await room.click(digest, "Another")
        words = another.words
        # By the whole title: "part 1" also stands in "part 10".
        assert link_of(another) != link_of(digest)
        await room.click(another, "Another")
        assert another.words != words

    async def test_status_says_when_it_was_posted(self, room: Room, digest: Message) -> None:
        assert "Last posted: <!date^" in (await room.type("status")).words

    async def test_two_slots_never_bring_the_same_link(self, room: Room, digest: Message) -> None:
        room.be_due_now()
        first, second = await room.wait_for_digests(2)
        assert link_of(first) != link_of(second)

    async def test_a_picture_that_slack_cannot_fetch_is_left_out(self, room: Room, digest: Message) -> None:
        room.slack.broken_images.add("https://example.org/pictures/tuning.png")
        await room.type("now")
        _, plainer = await room.wait_for_digests(2)
        assert "image" not in [block["type"] for block in plainer.blocks]
        assert plainer.metadata is not None
        await room.wait_for_state("sent", 2)


class TestFaults:
    @pytest.fixture
    async def room(self, slack: LoopbackSlack, home: Path) -> AsyncIterator[Room]:
        """A channel with a digest."""
        async with run_room(slack, home) as room:
            await room.type("on monday 9 berlin", user="U1")
            yield room

    @pytest.mark.parametrize(
        "fault",
        [
            ACCEPTED_500,
            Fault(kind=FaultKind.RESET, accepted=True),
            Fault(kind=FaultKind.SERVER_ERROR),
            Fault(kind=FaultKind.RESET),
        ],
        ids=lambda fault: f"{fault.kind}-{'after' if fault.accepted else 'before'}",
    )
    async def test_a_lost_answer_is_looked_up_and_the_digest_is_there_once(
        self, room: Room, fault: Fault
    ) -> None:
        room.slack.faults.script("chat.postMessage", fault)
        await room.type("now")
        await room.wait_for_state("sent")
        assert len(room.digests()) == 1

    async def test_a_post_that_hangs_is_looked_up_and_there_once(
        self, slack: LoopbackSlack, home: Path
    ) -> None:
        async with run_room(slack, home, post_timeout_s=0.3, lease_s=1.0) as room:
            await room.type("on monday 9 berlin", user="U1")
            hang = Fault(kind=FaultKind.HANG, accepted=True, seconds=LAST_RESORT_S)
            slack.faults.script("chat.postMessage", hang)
            await room.type("now")
            await room.wait_for_state("sent")
            assert len(room.digests()) == 1

    async def test_a_look_up_reads_every_page_of_the_history(self, room: Room) -> None:
        team = room.slack.team()

        def chatter(_change: Change) -> None:
            """Write a lot as soon as the digest is there, before anybody looks for it."""
            if room.digests():
                team.observers.remove(chatter)
                for number in range(450):
                    words = f"message {number}"
                    team.add_message(Message(ts=team.make_ts(), channel=room.channel, user="U1", text=words))

        team.observers.append(chatter)
        room.slack.faults.script("chat.postMessage", ACCEPTED_500)
        await room.type("now")
        await room.wait_for_state("sent")
        assert len(room.digests()) == 1
        assert len(room.slack.calls_of("conversations.history")) >= 3

    async def test_without_the_scope_it_is_unconfirmed_until_somebody_posts_it_again(
        self, room: Room
    ) -> None:
        room.slack.team().scopes = LEAST_SCOPES
        room.slack.faults.script("chat.postMessage", Fault(kind=FaultKind.RESET))
        await room.type("now")
        await until(lambda: bool(room.slack.calls_of("conversations.history")))
        await room.wait_for_state("unknown")
        await until(lambda: room.process.store.journal.list_deliveries(limit=1)[0].is_unconfirmed)
        status = await room.type("status")
        assert "1 unconfirmed" in status.words
        assert room.digests() == []
        await room.click(status, "Post again")
        assert "It is on its way" in status.words
        assert len(await room.wait_for_digests(1)) == 1
        await room.wait_for_state("sent")

    async def test_a_rate_limit_puts_it_off_for_as_long_as_slack_says(self, room: Room) -> None:
        room.slack.faults.script("chat.postMessage", Fault(kind=FaultKind.RATE_LIMIT, seconds=1))
        await room.type("now")
        await room.wait_for_state("sent")
        assert len(room.digests()) == 1
        # The announcement, the refused try and the post.
        assert len(room.slack.calls_of("chat.postMessage")) == 3

    async def test_an_archived_channel_stops_it_tells_its_owner_and_keeps_the_settings(
        self, room: Room
    ) -> None:
        team = room.slack.team()
        team.channels[room.channel].is_archived = True
        room.be_due_now()
        where = team.direct_channel("U2").id
        await until(lambda: bool(room.slack.visible("U2", where)))
        (told,) = room.slack.visible("U2", where)
        assert "is_archived" in told.words
        assert f"<#{room.channel}>" in told.words
        status = await room.type("status")
        assert "stopped, as I cannot post here" in status.words
        assert "every Monday at 09:00 Europe/Berlin" in status.words
        team.channels[room.channel].is_archived = False
        assert "Next: *Mon" in (await room.click(status, "Resume")).words

    async def test_a_revoked_token_stops_it_and_a_new_one_lets_it_go_on(self, room: Room) -> None:
        grant, tokens = room.slack.team().installed, room.slack.tokens
        token = grant.token
        tokens.end([token], "token_revoked")
        room.be_due_now()
        await room.wait_for_state("failed")
        grant.tokens.append(token)
        tokens.add(grant)
        assert "token_revoked" in (await room.type("status")).words
        await room.type("resume")
        room.be_due_now()
        await room.wait_for_digests(1)


class TestProgram:
    async def test_sigterm_lets_the_post_under_way_finish(self, slack: LoopbackSlack, tmp_path: Path) -> None:
        settings = {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "PORT": "0",
            "READBOT_DATA_DIR": str(tmp_path),
            "READBOT_TICK_S": "0.05",
        }
        async with run_program(slack, **settings) as program:
            port = await program.wait_for_port()
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            await slack.command("digest on", user="U1", channel="C2")
            await until(lambda: len(slack.calls_of("chat.postMessage")) == 1)
            slack.faults.script("chat.postMessage", Fault(kind=FaultKind.DELAY, seconds=0.7))
            await slack.command("digest now", user="U1", channel="C2")
            await until(lambda: len(slack.calls_of("chat.postMessage")) == 2)
            assert await program.stop() == 0
            assert "Traceback" not in program.log
        with await asyncio.to_thread(Database.open, database_url(tmp_path)) as database:
            store = Store(database)
            assert store.journal.count_by_state(store.now())["sent"] == 1


class TestSettings:
    def test_slack_is_a_platform_that_posts_digests(self) -> None:
        assert isinstance(SlackPlatform(), PostsDigests)

    def test_without_a_token_nothing_posts(self, store: Store) -> None:
        assert SlackPlatform().open_messenger(Settings(), store) is None

    def test_a_worker_needs_the_bot_token_alone(self, store: Store) -> None:
        settings = Settings(slack_bot_token=Secret("xoxb-1"))
        assert SlackPlatform().open_messenger(settings, store) is not None

    def test_an_app_token_in_its_place_is_refused(self, store: Store) -> None:
        with pytest.raises(SettingsError, match="that is an app token"):
            SlackPlatform().open_messenger(Settings(slack_bot_token=Secret("xapp-1")), store)
