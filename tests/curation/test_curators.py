import pytest

from readbot.curation.curators import Curator, Curators
from readbot.exceptions import SettingsError
from readbot.settings import Settings


@pytest.mark.parametrize(
    ("written", "curators"),
    [
        ("", []),
        ("slack:U1", [Curator("slack", "U1")]),
        (" Slack:U1 , discord: 2,", [Curator("slack", "U1"), Curator("discord", "2")]),
        ("slack:U1,slack:U1", [Curator("slack", "U1")]),
    ],
)
def test_curators_are_read_from_the_setting(written: str, curators: list[Curator]) -> None:
    assert list(Settings.from_environ({"READBOT_CURATORS": written}).curators) == curators


@pytest.mark.parametrize(
    "written", ["U1", "slack:", ":2", "slack:U1;discord:2", "slack:<@U1>", "slack:U1,ada"]
)
def test_a_setting_that_names_nobody_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(SettingsError, match=r"READBOT_CURATORS: .*slack:U123,discord:456"):
        Settings.from_environ({"READBOT_CURATORS": written})


def test_curators_are_shown_as_they_are_written() -> None:
    curators = Curators("slack:U1, discord:2")
    assert str(curators) == "slack:U1,discord:2"
    assert curators.on("discord") == ["2"]


@pytest.mark.parametrize("env", ["READBOT_GAPS_DAYS", "READBOT_RECENT_ANSWERS"])
def test_what_is_kept_has_bounds(env: str) -> None:
    with pytest.raises(SettingsError, match=f"{env}: a number from 0"):
        Settings.from_environ({env: "-1"})
