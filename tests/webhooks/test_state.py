"""The file that remembers what was posted."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from readbot.digests.bag import Pick
from readbot.exceptions import StoreError
from readbot.reading_list import Entry, Link
from readbot.webhooks.state import ChannelState, Standing, load_state, save_state

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def a_pick(number: int, *, round_: int = 1) -> Pick:
    link = Link(title="Ü", url=f"https://a.example/{number}")
    return Pick(entry=Entry(link=link, path=("S",), number=1), round=round_, number=number)


def a_state() -> ChannelState:
    state = ChannelState.begin(["aaaaaa", "bbbbbb"])
    state = state.with_try(a_pick(1), at=NOW, period="2026-W10").settle(Standing.SENT)
    return state.with_try(a_pick(2), at=NOW, period="2026-W11")


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    save_state(path, a_state_ := a_state())
    assert load_state(path) == a_state_
    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]


def test_a_file_that_is_not_there_is_no_state(tmp_path: Path) -> None:
    assert load_state(tmp_path / "state.json") is None


def test_a_link_that_comes_again_is_kept_once_in_its_latest_place() -> None:
    state = a_state().with_try(a_pick(1, round_=2), at=NOW, period="2026-W12")
    assert [(had.link_id, had.round) for had in state.posted] == [
        (a_pick(2).entry.link.id, 1),
        (a_pick(1).entry.link.id, 2),
    ]


def damage(**changes: Any) -> str:
    values = {"version": 1, "seed": "s", "known": [], "posts": []}
    return json.dumps(values | changes)


POST = {
    "link": "aaaaaa",
    "url": "https://a.example",
    "round": 1,
    "number": 1,
    "at": "2026-03-04T09:00:00+00:00",
    "period": "2026-W10",
    "standing": "sent",
}


def test_a_state_written_by_hand_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(damage(posts=[POST]))
    state = load_state(path)
    assert state is not None
    assert state.last is not None
    assert (state.last.is_certain, state.last.at) == (True, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        damage(version=2),
        damage(seed=None),
        damage(known=[1]),
        damage(known=None),
        damage(posts=[{}]),
        damage(posts=["x"]),
        damage(posts=[POST | {"round": 0}]),
        damage(posts=[POST | {"round": True}]),
        damage(posts=[POST | {"at": "2026-03-04T09:00:00"}]),
        damage(posts=[POST | {"at": 5}]),
        damage(posts=[POST | {"standing": "posted"}]),
        "\x00" * 100,
        "[" * 100_000,
    ],
)
def test_a_damaged_state_is_refused_with_advice_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(StoreError, match=r"Nothing was posted\. Bring back an older version"):
        load_state(path)
    assert path.read_text() == text


def test_a_state_that_is_no_text_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StoreError, match="it is no UTF-8 text"):
        load_state(path)


@pytest.mark.parametrize("name", ["/dev/zero", "."])
def test_what_is_no_file_is_never_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="is no file; name one"):
        load_state(tmp_path / name)
