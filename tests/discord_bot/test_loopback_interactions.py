"""The loopback takes answers to interactions, and commands, as Discord does."""

import pytest

from readbot.playground.loopback_discord.model import InteractionType

from .loopback import ANSWER, Api, Clock, Json, ask
from .scenes import Scene


async def test_an_interaction_is_answered_once(bare: Scene, api: Api) -> None:
    callback, _ = ask(bare)

    assert await api("POST", callback, ANSWER) == (204, None)
    assert (await api("POST", callback, ANSWER))[1]["code"] == 40060


async def test_an_answer_with_response_holds_the_message(bare: Scene, api: Api) -> None:
    callback, _ = ask(bare)

    status, body = await api("POST", callback + "?with_response=1", ANSWER)

    assert status == 200
    assert body["resource"]["type"] == 4
    assert body["resource"]["message"]["content"] == "hello"
    assert body["interaction"]["response_message_ephemeral"] is True


async def test_after_three_seconds_an_interaction_is_unknown(bare: Scene, api: Api, clock: Clock) -> None:
    callback, _ = ask(bare)
    clock.now += 3.1

    assert (await api("POST", callback, ANSWER))[1]["code"] == 10062


async def test_a_deferred_answer_is_filled_in_by_an_edit(bare: Scene, api: Api, clock: Clock) -> None:
    callback, webhook = ask(bare)
    await api("POST", callback, {"type": 5})
    (thinking,) = bare.channel.messages
    assert thinking.is_loading

    clock.now += 14 * 60
    await api("PATCH", webhook + "/messages/@original", {"content": "done"})

    assert (thinking.content, thinking.is_loading) == ("done", False)


async def test_after_fifteen_minutes_a_token_opens_nothing(bare: Scene, api: Api, clock: Clock) -> None:
    callback, webhook = ask(bare)
    await api("POST", callback, ANSWER)
    clock.now += 15 * 60 + 1

    assert (await api("PATCH", webhook + "/messages/@original", {"content": "x"}))[1]["code"] == 50027
    assert (await api("POST", webhook, {"content": "x"}))[1]["code"] == 50027


async def test_a_follow_up_needs_an_answer_before(bare: Scene, api: Api) -> None:
    _, webhook = ask(bare)

    assert (await api("POST", webhook, {"content": "x"}))[1]["code"] == 10015


async def test_an_answer_can_be_read_and_deleted(bare: Scene, api: Api) -> None:
    callback, webhook = ask(bare)
    await api("POST", callback, ANSWER)

    assert (await api("GET", webhook + "/messages/@original"))[1]["content"] == "hello"
    assert (await api("DELETE", webhook + "/messages/@original"))[0] == 204
    assert (await api("GET", webhook + "/messages/@original"))[1]["code"] == 10008


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (InteractionType.COMMAND, {"type": 7, "data": {"content": "x"}}),
        (InteractionType.COMMAND, {"type": 8, "data": {"choices": []}}),
        (InteractionType.COMMAND, {"type": 3}),
        (InteractionType.AUTOCOMPLETE, ANSWER),
        (InteractionType.AUTOCOMPLETE, {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}] * 26}}),
        (InteractionType.AUTOCOMPLETE, {"type": 8, "data": {"choices": [{"name": "n" * 101, "value": "v"}]}}),
        (
            InteractionType.COMMAND,
            {"type": 9, "data": {"title": "t" * 46, "custom_id": "c", "components": [{}]}},
        ),
    ],
)
async def test_an_answer_that_does_not_fit_is_refused(
    bare: Scene, api: Api, kind: InteractionType, answer: Json
) -> None:
    callback, _ = ask(bare, kind)

    assert (await api("POST", callback, answer))[1]["code"] == 50035


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Upper", "description": "x"},
        {"name": "a" * 33, "description": "x"},
        {"name": "a", "description": ""},
        {"name": "a", "description": "x" * 101},
        {"name": "a", "description": "x", "options": [{"type": 3, "name": "o", "description": "x"}] * 2},
        {
            "name": "a",
            "description": "x",
            "options": [
                {"type": 3, "name": "o", "description": "x"},
                {"type": 3, "name": "p", "description": "x", "required": True},
            ],
        },
        {
            "name": "a",
            "description": "x",
            "options": [{"type": 3, "name": f"o{n}", "description": "x"} for n in range(26)],
        },
    ],
)
async def test_a_command_beyond_the_rules_is_refused(bare: Scene, api: Api, command: Json) -> None:
    path = f"/applications/{bare.discord.world.application_id}/commands"

    assert (await api("PUT", path, [command]))[1]["code"] == 50035
    assert (await api("GET", path))[1] == []


async def test_a_command_keeps_its_id_and_gets_a_new_version_when_it_changes(bare: Scene, api: Api) -> None:
    path = f"/applications/{bare.discord.world.application_id}/guilds/{bare.guild.id}/commands"
    command = {"name": "a", "description": "x"}

    ((first,), (same,), (changed,)) = [
        (await api("PUT", path, [each]))[1] for each in (command, command, {**command, "description": "y"})
    ]

    assert first == same
    assert changed["id"] == first["id"]
    assert changed["version"] != first["version"]
