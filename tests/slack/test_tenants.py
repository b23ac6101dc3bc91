"""Many workspaces: each has its own token and its own people, and is forgotten whole when it leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from readbot.conversation.reply import Paragraph, Reply, text
from readbot.conversation.request import Workspace
from readbot.digests.model import Channel, SubscriptionState
from readbot.digests.outcomes import Refused, Sent
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import make_workspace
from readbot.ports import Conversation
from readbot.process import open_process
from readbot.settings import Secret
from readbot.store import Database, Store
from readbot.store.tenant_schema import recent_answers
from readbot.testing import FakeClock
from readbot.vault import Vault, new_key
from readbot_slack import SlackPlatform
from readbot_slack.authorize import CACHE_S, CachedAuthorize
from readbot_slack.installations import RENEW_BEFORE, RENEWING_S, StoredInstallations
from readbot_slack.web_api import make_client
from tests.digest_data import START, subscribe
from tests.slack.installing import (
    KEY,
    URL,
    Town,
    make_oauth,
    make_registration,
    make_settings,
    serve_connection,
    serve_readbot,
    serve_town,
)
from tests.slack.paths import ALIASES_PATH, LIST_PATH
from tests.waiting import LAST_RESORT_S

REPLY = Reply(parts=(Paragraph(text=text("Hello")),), public=True)


def at(team: str) -> Channel:
    return Channel(platform="slack", workspace_id=team, channel_id="C2")


@pytest.fixture
async def town(bot: Conversation, store: Store) -> AsyncIterator[Town]:
    """Two workspaces that installed readbot, and a third one without it."""
    teams = [make_workspace(number, is_installed=False) for number in (1, 2, 3)]
    async with serve_town(bot, store, teams=teams) as town:
        for team in ("T1", "T2"):
            assert (await town.install(team)).status == 200
            town.slack.team(team).find_channel("C2").members.add("UBOT")
        yield town


async def ask(town: Town, team: str) -> str:
    seen = await town.slack.command("fine-tuning", user="U1", channel="C1", workspace=team)
    return seen.message.words


def post_for(town: Town) -> Callable[[str], asyncio.Task[object]]:
    async def post(team: str) -> object:
        opened = SlackPlatform().open_messenger(make_settings(town.slack), town.store)
        assert opened is not None
        async with opened as messenger:
            return await messenger.post(at(team), REPLY, "d1")

    return lambda team: asyncio.create_task(post(team))


class TestApart:
    async def test_each_workspace_is_answered_with_its_own_token(self, town: Town) -> None:
        client = make_client(town.slack.api_url)
        installations = StoredInstallations(town.store, make_oauth(), client)
        tokens = []
        for team in ("T1", "T2"):
            found = await installations.find_installation(enterprise_id=None, team_id=team)
            assert found is not None
            tokens.append(found.bot_token.reveal())
        assert tokens == [town.slack.team(team).bot_token for team in ("T1", "T2")]

    async def test_a_digest_goes_to_its_own_workspace_where_both_call_their_channel_alike(
        self, town: Town
    ) -> None:
        assert isinstance(await post_for(town)("T2"), Sent)
        assert town.slack.visible("U1", "C2", workspace="T1") == []
        assert len(town.slack.visible("U1", "C2", workspace="T2")) == 1

    async def test_what_people_of_one_asked_is_not_known_in_the_other_where_both_have_the_same_id(
        self, town: Town, tmp_path: Path
    ) -> None:
        settings = make_settings(
            town.slack,
            list_paths=(LIST_PATH,),
            aliases_path=ALIASES_PATH,
            database_url=Secret(f"sqlite:///{tmp_path / 'kept.db'}"),
        )
        town.store.database.close()
        platforms = {"slack": SlackPlatform()}
        async with (
            open_process(settings, platforms=platforms, listens=["slack"], posts=False) as process,
            serve_connection(process.connections["slack"]) as port,
        ):
            town.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            for team, words in (("T1", "fine-tuning"), ("T2", "attention")):
                await town.slack.command(words, user="U1", channel="C1", workspace=team)
        with Database.open(f"sqlite:///{tmp_path / 'kept.db'}") as database:
            recent = Store(database).recent
            for team, words in (("T1", "fine-tuning"), ("T2", "attention")):
                kept = recent.list_for(Workspace(platform="slack", id=team), "U1", limit=10)
                assert [answer.command for answer in kept] == [f"search {words}"]

    async def test_a_workspace_without_readbot_has_no_token_and_hears_what_to_do(self, town: Town) -> None:
        town.slack.team("T3").grant = town.slack.team("T1").grant
        assert await ask(town, "T3") == (
            f"readbot is not installed in this workspace (any more). To install it: {URL}/slack/install"
        )
        outcome = await post_for(town)("T3")
        assert isinstance(outcome, Refused)
        assert outcome.reason == "not_installed"

    async def test_a_token_in_anothers_row_is_no_token(self, town: Town) -> None:
        theirs = town.store.installations.find("slack", "T2")
        mine = town.store.installations.find("slack", "T1")
        assert mine is not None
        assert theirs is not None
        town.store.installations.replace_secret(mine, secret=theirs.secret, expires_at=None)
        installations = StoredInstallations(town.store, make_oauth(), make_client(town.slack.api_url))
        assert await installations.find_installation(enterprise_id=None, team_id="T1") is None

    async def test_an_organisation_as_a_whole_has_no_token(self, town: Town) -> None:
        installations = StoredInstallations(town.store, make_oauth(), make_client(town.slack.api_url))
        assert await installations.find_installation(enterprise_id="E1", team_id=None) is None

    async def test_a_token_that_no_key_opens_is_said_in_the_log(
        self, town: Town, caplog: pytest.LogCaptureFixture
    ) -> None:
        oauth = make_oauth(new_key())
        installations = StoredInstallations(town.store, oauth, make_client(town.slack.api_url))
        assert await installations.find_installation(enterprise_id=None, team_id="T1") is None
        assert "secrets of slack T1 open with none of READBOT_SECRET_KEYS" in caplog.text


class TestLeaving:
    def remember(self, store: Store) -> None:
        for team in ("T1", "T2"):
            with store.database.write() as connection:
                connection.execute(
                    recent_answers.insert().values(
                        platform="slack",
                        workspace_id=team,
                        person_id="U1",
                        command="search x",
                        asked_at=START,
                    )
                )
            subscribe(store, at(team))

    def remembered(self, store: Store) -> list[str]:
        with store.database.read() as connection:
            return list(connection.execute(sa.select(recent_answers.c.workspace_id)).scalars())

    async def test_a_workspace_that_removes_readbot_is_forgotten_and_the_other_is_not(
        self, town: Town
    ) -> None:
        self.remember(town.store)
        await ask(town, "T1")
        seen = await town.slack.uninstall("T1")
        assert [each.retry_reason for each in seen] == ["", ""]
        assert [kept.workspace_id for kept in town.store.installations.list_()] == ["T2"]
        assert self.remembered(town.store) == ["T2"]
        states = {each.channel.workspace_id: each for each in town.store.subscriptions.list_()}
        assert (states["T1"].state, states["T1"].set_up_by) == (SubscriptionState.OFF, "")
        assert states["T2"].state is SubscriptionState.ACTIVE
        assert "Fine-tuning in practice" in await ask(town, "T2")

    async def test_its_token_is_not_believed_for_another_moment(self, town: Town) -> None:
        await ask(town, "T1")
        await town.slack.uninstall("T1")
        town.slack.team("T1").grant = town.slack.team("T2").grant
        assert "is not installed in this workspace" in await ask(town, "T1")

    async def test_a_revoked_token_of_the_bot_is_a_removal_and_a_persons_is_not(self, town: Town) -> None:
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
        town.slack.tokens.end([town.slack.team("T1").bot_token], "token_revoked")
        town.slack.team("T1").installed.tokens.append("xoxb-dead")
        await town.slack.event(revoked, user="U1", workspace="T1")
        assert len(town.store.installations.list_()) == 2
        revoked["tokens"] = {"oauth": [], "bot": ["UBOT"]}
        await town.slack.event(revoked, user="U1", workspace="T1")
        assert [kept.workspace_id for kept in town.store.installations.list_()] == ["T2"]

    async def test_a_removal_that_comes_late_does_not_undo_a_new_install(self, town: Town) -> None:
        await town.slack.event({"type": "app_uninstalled"}, user="U1", workspace="T1")
        assert len(town.store.installations.list_()) == 2

    async def test_a_removal_that_fails_is_tried_again_until_it_is_done(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        town.slack.retry_delays_s = (0, 0, 0)
        forget, failures = town.store.tenants.forget_workspace, [OSError("disk"), OSError("disk")]

        def fail_twice(platform: str, workspace_id: str) -> bool:
            if failures:
                raise failures.pop()
            return forget(platform, workspace_id)

        monkeypatch.setattr(town.store.tenants, "forget_workspace", fail_twice)
        await town.slack.uninstall("T1")
        await town.slack.settle()
        assert [kept.workspace_id for kept in town.store.installations.list_()] == ["T2"]

    async def test_another_process_stops_believing_the_token_within_a_minute(self, town: Town) -> None:
        now = 0.0
        installations = StoredInstallations(town.store, make_oauth(), make_client(town.slack.api_url))
        other = CachedAuthorize(installations, clock=lambda: now)

        async def has_token() -> bool:
            context = object()
            found = await other(
                context=context,  # type: ignore[arg-type]
                enterprise_id=None,
                team_id="T1",
                user_id="U1",
            )
            return found is not None

        assert await has_token()
        await town.slack.uninstall("T1")
        now = CACHE_S
        assert not await has_token()

    async def test_who_comes_back_is_let_in_like_anybody(self, town: Town) -> None:
        await town.slack.uninstall("T1")
        assert (await town.install("T1")).status == 200
        assert "Fine-tuning in practice" in await ask(town, "T1")


class TestRotation:
    """An app with token rotation: its tokens end after twelve hours."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock(datetime.now(UTC))

    @pytest.fixture
    def store(self, tmp_path: Path, clock: FakeClock) -> Store:
        return Store(Database.open(f"sqlite:///{tmp_path / 'readbot.db'}", clock=clock))

    @pytest.fixture
    async def town(self, bot: Conversation, store: Store) -> AsyncIterator[Town]:
        app = make_registration(rotates_tokens=True)
        async with serve_town(bot, store, teams=[make_workspace(1, is_installed=False)], app=app) as town:
            assert (await town.install("T1")).status == 200
            yield town
        store.database.close()

    def installations(self, town: Town) -> StoredInstallations:
        return StoredInstallations(town.store, make_oauth(), make_client(town.slack.api_url))

    async def token(self, town: Town) -> str:
        found = await self.installations(town).find_installation(enterprise_id=None, team_id="T1")
        assert found is not None
        return found.bot_token.reveal()

    def renewals(self, town: Town) -> int:
        return len([call for call in town.slack.calls_of("oauth.v2.access") if "grant_type" in call])

    async def test_a_token_that_goes_on_for_long_is_left_alone(self, town: Town, clock: FakeClock) -> None:
        first = await self.token(town)
        clock.advance(hours=9)
        assert await self.token(town) == first
        assert self.renewals(town) == 0

    async def test_a_token_that_is_about_to_end_is_renewed_once(self, town: Town, clock: FakeClock) -> None:
        first = await self.token(town)
        clock.advance(hours=12, seconds=-RENEW_BEFORE.total_seconds())
        second = await self.token(town)
        assert second != first
        assert [await self.token(town) for _ in range(3)] == [second] * 3
        assert self.renewals(town) == 1
        kept = town.store.installations.find("slack", "T1")
        assert kept is not None
        assert kept.expires_at == clock.now() + timedelta(hours=12)

    async def test_of_many_processes_one_renews_it_and_all_get_what_it_got(
        self, town: Town, clock: FakeClock
    ) -> None:
        clock.advance(days=3)
        tokens = await asyncio.gather(*(self.token(town) for _ in range(6)))
        assert len(set(tokens)) == 1
        assert self.renewals(town) == 1
        assert tokens[0] == town.slack.team("T1").bot_token

    async def test_while_slack_does_not_renew_it_the_old_one_is_used_and_slack_left_in_peace(
        self, town: Town, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        first = await self.token(town)
        clock.advance(hours=11)
        town.slack.faults.script("oauth.v2.access", Fault(kind=FaultKind.SERVER_ERROR))
        assert [await self.token(town) for _ in range(3)] == [first] * 3
        assert "Slack does not renew the token of T1" in caplog.text
        clock.advance(seconds=RENEWING_S)
        assert await self.token(town) != first

    async def test_nobody_waits_for_a_new_token_who_can_do_with_the_old_one(
        self, town: Town, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("readbot_slack.installations.PATIENCE_S", 0.02)
        first = await self.token(town)
        clock.advance(hours=11)
        town.slack.faults.script("oauth.v2.access", Fault(kind=FaultKind.DELAY, seconds=LAST_RESORT_S))
        installations = self.installations(town)
        found = await installations.find_installation(enterprise_id=None, team_id="T1")
        assert found is not None
        assert found.bot_token.reveal() == first
        town.slack.faults.clear()
        await asyncio.gather(*installations._renewing)
        assert await self.token(town) == town.slack.team("T1").bot_token != first

    async def test_keys_that_change_meanwhile_do_not_lose_the_renewed_token(
        self, town: Town, clock: FakeClock
    ) -> None:
        clock.advance(hours=11)
        town.slack.faults.script("oauth.v2.access", Fault(kind=FaultKind.DELAY, seconds=0.2))
        is_asked = asyncio.Event()
        town.slack.observe_calls(lambda _method, _arguments: is_asked.set())
        asking = asyncio.create_task(self.token(town))
        await is_asked.wait()
        vault = Vault(Secret(KEY))
        town.store.installations.rewrite_secrets(lambda sealed, owner: vault.renew(sealed, owner=owner))
        renewed = await asking
        assert await self.token(town) == renewed == town.slack.team("T1").bot_token


async def test_two_processes_on_one_database_both_answer_a_workspace_that_one_let_in(
    town: Town, bot: Conversation
) -> None:
    async with serve_readbot(bot, make_settings(town.slack), town.store) as (_, port):
        town.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        assert "Fine-tuning in practice" in await ask(town, "T1")
