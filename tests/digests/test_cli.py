"""``readbot digest`` and ``readbot db``: an operator without a chat."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from readbot.cli_db import db
from readbot.curation.model import LinkHealth, LinkState
from readbot.digests.cli import digest
from readbot.exceptions import DigestError
from readbot.settings import Settings
from readbot.storage import visit_store
from readbot.testing import FakeClock
from tests.digest_data import channel
from tests.digests.rig import Rig

HERE = ["--platform", "slack", "--workspace", "T1", "--channel", "C1"]
LIST = """
title: Test list
sections:
  - title: Basics
    links:
      - {title: One, url: https://example.org/1, kind: paper}
      - {title: Two, url: https://example.org/2, kind: video}
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "list.yaml").write_text(LIST, encoding="utf-8")
    # The other words that ship take longer to read than all else.
    (tmp_path / "aliases.yaml").write_text("groups: []\n", encoding="utf-8")
    return {
        "READBOT_DATA_DIR": str(tmp_path),
        "READBOT_LIST": str(tmp_path / "list.yaml"),
        "READBOT_ALIASES": str(tmp_path / "aliases.yaml"),
        "DATABASE_URL": "",
    }


@pytest.fixture
def run(environ: dict[str, str]) -> Any:
    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(digest, arguments, env=environ)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def run_json(run: Any, *arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").output)


def test_a_digest_is_added_listed_paused_resumed_and_removed(run: Any) -> None:
    added = run_json(
        run, "add", *HERE, "--weekday", "monday", "--time", "09:00", "--timezone", "Europe/Berlin"
    )
    assert (added["state"], added["weekday"], added["time"], added["timezone"]) == (
        "active",
        "monday",
        "09:00",
        "Europe/Berlin",
    )
    assert run_json(run, "list") == [added]
    assert run_json(run, "list", "--platform", "discord") == []
    assert run_json(run, "pause", *HERE)["state"] == "paused"
    assert run_json(run, "resume", *HERE) == added
    assert run_json(run, "off", *HERE)["next_at"] is None
    assert run_json(run, "remove", *HERE) == {}
    assert run_json(run, "list") == []


def test_the_first_post_can_be_set_to_the_second(run: Any) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    added = run_json(run, "add", *HERE, "--next-at", soon.isoformat())
    assert datetime.fromisoformat(added["next_at"]) == soon.replace(
        microsecond=soon.microsecond // 1000 * 1000
    )
    assert added["next_due_at"] == added["next_at"]


@pytest.mark.parametrize("moment", ["tomorrow", "2026-11-30T09:00:00"])
def test_a_first_post_without_its_offset_is_refused(run: Any, moment: str) -> None:
    result = run("add", *HERE, "--next-at", moment)
    assert result.exit_code == 2
    assert "+01:00" in result.output


def test_filters_read_the_words_of_the_chat(run: Any) -> None:
    added = run_json(
        run, "add", *HERE, "--section", "basics", "--kind", "papers", "--cadence", "every 2 weeks"
    )
    assert (added["section"], added["kind"], added["cadence"]) == (["Basics"], "paper", "every 2 weeks")
    assert run_json(run, "preview", *HERE)["links"] == [{"title": "One", "url": "https://example.org/1"}]


def test_lists_are_lines_for_people(run: Any) -> None:
    run("add", *HERE, "--timezone", "berlin")
    output = run("list").output
    assert output.startswith("slack T1 C1: every Monday at 09:00 Europe/Berlin, the whole list; next: Mon ")
    assert "of 2 in this channel" in run("preview", *HERE).output


def test_now_writes_a_delivery_that_status_and_log_show(run: Any) -> None:
    run("add", *HERE)
    made = run_json(run, "now", *HERE)
    assert run_json(run, "status") == {
        "due": 0, "pending": 1, "sending": 0, "sent": 0, "unknown": 0, "failed": 0, "skipped": 0, "unconfirmed": 0,
    }  # fmt: skip
    assert run_json(run, "log") == run_json(run, "log", *HERE) == [made]
    assert "pending      slack T1 C1" in run("log").output
    assert "pending            1" in run("status").output


def test_half_an_address_is_refused(run: Any) -> None:
    assert run("log", "--platform", "slack").exit_code == 2
    assert run("pause", "--platform", "slack").exit_code == 2


def test_what_is_not_there_is_said(run: Any) -> None:
    with pytest.raises(DigestError, match=r"has no digest\. To have one: readbot digest add"):
        run("pause", *HERE)
    with pytest.raises(DigestError, match="9am"):
        run("add", *HERE, "--time", "25:00")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["--section", "zzz"], "No section is called “zzz”. There are: Basics."),
        (["--kind", "podcast"], "Nothing on the list fits kind podcast. To widen it, add --section any --kind any."),
        (["--weekday", "someday"], "For instance: --weekday monday --time 09:00"),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_said_in_the_words_of_the_shell(
    run: Any, typed: list[str], sentence: str
) -> None:
    with pytest.raises(DigestError, match=re.escape(sentence)):
        run("add", *HERE, *typed)
    assert run_json(run, "list") == []


def test_only_an_installed_platform_is_accepted(run: Any) -> None:
    result = run("add", "--platform", "teams", *HERE[2:])
    assert result.exit_code == 2
    assert "'teams' is not installed. There are: discord, slack." in result.output
    assert run_json(run, "list") == []


def test_nothing_to_show_is_said(run: Any) -> None:
    assert run("list").output == "No channel has a digest. To add one: readbot digest add --help\n"
    assert run("log").output == "Nothing has been posted, skipped or tried yet.\n"
    run("add", *HERE)
    assert run("list", "--platform", "discord").output.startswith("No channel there has a digest.")
    assert run("remove", *HERE).output == "slack T1 C1: the digest is removed, with its history\n"
    assert run_json(run, "list") == run_json(run, "log") == []


def test_the_database_is_made_before_anything_runs(environ: dict[str, str], tmp_path: Path) -> None:
    result = CliRunner().invoke(db, ["upgrade"], env=environ)
    assert result.output == "The database is up to date.\n"
    assert (tmp_path / "readbot.db").is_file()


@pytest.mark.parametrize(
    "command", [*digest.commands.values(), *db.commands.values()], ids=lambda each: each.name
)
def test_every_command_says_what_it_does(command: Any) -> None:
    assert command.get_short_help_str()


def test_resume_keeps_a_date_that_was_skipped_in_a_chat(run: Any, environ: dict[str, str]) -> None:
    run("add", *HERE, "--weekday", "monday", "--timezone", "Europe/Berlin")
    before = run_json(run, "list")[0]
    assert before["skipped_dates"] == []
    with visit_store(Settings.from_environ(environ)) as store:
        Rig(store, FakeClock(store.now())).service.skip(channel(), person_id="U1")
    [skipped] = run_json(run, "list")
    assert skipped["next_at"] > before["next_at"]
    assert skipped["skipped_dates"] == [before["next_at"][:10]]
    run("pause", *HERE)
    resumed = run_json(run, "resume", *HERE)
    assert resumed["next_at"] == skipped["next_at"]
    assert resumed["skipped_dates"] == skipped["skipped_dates"]


def test_a_dead_link_is_in_no_preview_and_counts_as_none(run: Any, environ: dict[str, str]) -> None:
    run("add", *HERE)
    with visit_store(Settings.from_environ(environ)) as store:
        now = datetime.now(UTC)
        store.links.save([LinkHealth(url="https://example.org/1", state=LinkState.DEAD, checked_at=now)])
    preview = run_json(run, "preview", *HERE)
    assert [link["url"] for link in preview["links"]] == ["https://example.org/2"]
    with pytest.raises(DigestError, match=r"Nothing on the list fits kind paper"):
        run("add", *HERE, "--kind", "paper")
