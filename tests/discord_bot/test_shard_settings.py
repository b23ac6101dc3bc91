"""Which shards a process serves, as two settings say it."""

import pytest

from readbot.exceptions import SettingsError
from readbot.settings import Settings, ShardIds


@pytest.mark.parametrize(
    ("words", "shards"), [("0", (0,)), ("0,1", (0, 1)), ("0-3", (0, 1, 2, 3)), ("8, 2-3, 3", (2, 3, 8))]
)
def test_shards_are_named_one_by_one_or_from_to(words: str, shards: tuple[int, ...]) -> None:
    assert ShardIds(words) == shards


def test_both_settings_are_read_together() -> None:
    settings = Settings.from_environ({"DISCORD_SHARD_COUNT": "4", "DISCORD_SHARD_IDS": "2-3"})

    assert settings.discord_shard_ids == (2, 3)
    assert settings.discord_shard_count == 4


@pytest.mark.parametrize(
    ("count", "ids", "complaint"),
    [
        ("", "0,1", "DISCORD_SHARD_IDS: needs DISCORD_SHARD_COUNT"),
        ("2", "0-2", "DISCORD_SHARD_IDS: with DISCORD_SHARD_COUNT=2 they go from 0 to 1"),
        ("2", "one", "DISCORD_SHARD_IDS: 'one' names no shards"),
        ("2", "1-0", "DISCORD_SHARD_IDS: '1-0' names no shards"),
        ("2", "0,", "DISCORD_SHARD_IDS: '' names no shards"),
        ("9", "0-99999999", "DISCORD_SHARD_IDS: '0-99999999' names no shards"),
        ("0", "", "DISCORD_SHARD_COUNT: a number from 1"),
        ("many", "", "DISCORD_SHARD_COUNT: 'many' is not a whole number"),
    ],
)
def test_settings_that_name_no_shards_say_what_to_write(count: str, ids: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        Settings.from_environ({"DISCORD_SHARD_COUNT": count, "DISCORD_SHARD_IDS": ids})
