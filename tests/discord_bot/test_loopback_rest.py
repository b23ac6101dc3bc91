"""The loopback's REST half behaves as Discord's."""

import aiohttp
import pytest

from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_discord import LoopbackDiscord, Permission
from readbot.playground.loopback_discord.model import Overwrite

from .loopback import ANSWER, NOT_CAPTURED, Api, Clock, Json, ask, complaints, messages
from .openapi import SPEC
from .scenes import Scene, make_scene

needs_schema = pytest.mark.skipif(
    not SPEC.exists(), reason="Discord's OpenAPI document is not beside the checkout"
)


async def test_a_wrong_token_is_unauthorized(api: Api) -> None:
    assert await api("GET", "/users/@me", token="wrong") == (401, {"message": "401: Unauthorized", "code": 0})


async def test_json_is_announced_without_a_charset(api: Api) -> None:
    await api("GET", "/users/@me")

    assert api.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/channels/1", 404, 10003),
        ("POST", "/channels/1/messages", 404, 10003),
        ("GET", "/guilds/1", 404, 10004),
        ("GET", "/users/1", 404, 10013),
        ("GET", "/channels/abc", 400, 50035),
        ("GET", "/applications/1/commands", 404, 10002),
        ("POST", "/interactions/1/x/callback", 404, 10062),
    ],
)
async def test_what_does_not_exist_has_discords_code(
    api: Api, method: str, path: str, status: int, code: int
) -> None:
    got, body = await api(method, path, {} if method == "POST" else None)

    assert (got, body["code"]) == (status, code)


async def test_a_message_is_posted_edited_read_and_deleted(bare: Scene, api: Api) -> None:
    _, posted = await api("POST", messages(bare), {"content": "one"})
    path = f"{messages(bare)}/{posted['id']}"

    _, edited = await api("PATCH", path, {"content": "two"})
    _, read = await api("GET", path)
    _, history = await api("GET", messages(bare))
    deleted = await api("DELETE", path)

    assert edited == read == history[0]
    assert read["content"] == "two"
    assert read["edited_timestamp"]
    assert deleted == (204, None)
    assert (await api("GET", path))[1]["code"] == 10008


async def test_an_enforced_nonce_gives_back_the_first_message(bare: Scene, api: Api, clock: Clock) -> None:
    body = {"content": "digest", "nonce": "delivery-1", "enforce_nonce": True}

    first = (await api("POST", messages(bare), body))[1]["id"]
    again = (await api("POST", messages(bare), body))[1]["id"]
    clock.now += 6 * 60
    later = (await api("POST", messages(bare), body))[1]["id"]

    assert again == first
    assert later != first


async def test_a_nonce_that_is_not_enforced_does_not_matter(bare: Scene, api: Api) -> None:
    body = {"content": "digest", "nonce": "delivery-1"}

    await api("POST", messages(bare), body)
    await api("POST", messages(bare), body)

    assert len(bare.channel.messages) == 2


async def test_history_is_read_newest_first_from_either_side(bare: Scene, api: Api) -> None:
    ids = [(await api("POST", messages(bare), {"content": str(n)}))[1]["id"] for n in range(5)]

    async def read(query: str) -> list[str]:
        return [message["id"] for message in (await api("GET", f"{messages(bare)}?{query}"))[1]]

    assert await read("limit=2") == [ids[4], ids[3]]
    assert await read(f"before={ids[2]}") == [ids[1], ids[0]]
    assert await read(f"after={ids[2]}") == [ids[4], ids[3]]
    assert await read(f"after={ids[0]}&limit=2") == [ids[2], ids[1]]
    assert (await api("GET", f"{messages(bare)}?limit=101"))[1]["code"] == 50035


async def test_a_message_appears_late_in_the_history_where_that_is_wished(
    bare: Scene, api: Api, clock: Clock
) -> None:
    bare.discord.rest.faults = Faults(history_lag_s=2.0)
    await api("POST", messages(bare), {"content": "x"})

    assert (await api("GET", messages(bare)))[1] == []
    clock.now += 2.5
    assert len((await api("GET", messages(bare)))[1]) == 1


@pytest.mark.parametrize(
    ("denied", "code"), [(Permission.VIEW_CHANNEL, 50001), (Permission.SEND_MESSAGES, 50013)]
)
async def test_a_missing_permission_forbids_to_post(
    bare: Scene, api: Api, denied: Permission, code: int
) -> None:
    bare.channel.overwrites.append(Overwrite(target_id=bare.guild.id, deny=denied))

    status, body = await api("POST", messages(bare), {"content": "x"})

    assert (status, body["code"]) == (403, code)


async def test_a_deleted_channel_is_unknown(bare: Scene, api: Api) -> None:
    bare.discord.world.delete_channel(bare.channel)

    assert (await api("POST", messages(bare), {"content": "x"}))[1]["code"] == 10003


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"embeds": [{"description": "x" * 6001}]},
        {"content": "x", "nonce": "n" * 26},
        {"components": [{"type": 10, "content": "layout without its flag"}]},
        {"flags": 1 << 15, "content": "both", "components": [{"type": 10, "content": "x"}]},
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]},
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41},
        {"flags": 1 << 15, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "y"}]},
        {
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "y"}]}
            ]
        },
        {
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "y" * 101}]}
            ]
        },
        {
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "y"}] * 2}
            ]
        },
        {
            "components": [
                {
                    "type": 1,
                    "components": [
                        {"type": 3, "custom_id": "y", "options": [{"label": "a", "value": "b"}] * 2}
                    ],
                }
            ]
        },
        {"components": [{"type": 1, "components": [{"type": 3, "custom_id": "y", "options": []}]}]},
        {"components": [{"type": 1, "components": []}]},
        {"flags": 1 << 15, "components": [{"type": 9, "components": [{"type": 10, "content": "x"}]}]},
    ],
)
async def test_a_message_beyond_a_limit_is_an_invalid_form(bare: Scene, api: Api, body: Json) -> None:
    status, refused = await api("POST", messages(bare), body)

    assert (status, refused["code"]) == (400, 50035)
    assert refused["errors"]
    assert bare.channel.messages == []


async def test_a_message_of_nothing_is_empty(bare: Scene, api: Api) -> None:
    assert (await api("POST", messages(bare), {}))[1]["code"] == 50006


@pytest.mark.parametrize(
    ("allowed", "pings", "everyone"),
    [
        (None, 1, True),
        ({"parse": []}, 0, False),
        ({"parse": ["users"]}, 1, False),
        ({"parse": ["everyone"]}, 0, True),
        ({"users": ["{ada}"]}, 1, False),
    ],
)
async def test_pings_follow_what_is_allowed(
    bare: Scene, api: Api, allowed: Json | None, pings: int, everyone: bool
) -> None:
    body: Json = {"content": f"@everyone <@{bare.ada.id}>"}
    if allowed is not None:
        body["allowed_mentions"] = {
            key: [value.format(ada=bare.ada.id) for value in values] for key, values in allowed.items()
        }

    await api("POST", messages(bare), body)

    (message,) = bare.channel.messages
    assert (len(message.pings), message.pings_everyone) == (pings, everyone)


async def test_a_rate_limit_answers_429_with_when_to_come_back(clock: Clock) -> None:
    limits = {"POST /channels/{channel}/messages": (2, 5.0)}
    async with (
        LoopbackDiscord(capture=NOT_CAPTURED, clock=clock, limits=limits) as discord,
        aiohttp.ClientSession() as session,
    ):
        scene, api = make_scene(discord), Api(discord, session)
        await api("POST", messages(scene), {"content": "x"})
        assert api.headers["X-RateLimit-Remaining"] == "1"
        await api("POST", messages(scene), {"content": "x"})

        status, body = await api("POST", messages(scene), {"content": "x"})

        assert status == 429
        assert body["retry_after"] == pytest.approx(5.0)
        assert api.headers["Retry-After"] == "5"
        clock.now += 5
        assert (await api("POST", messages(scene), {"content": "x"}))[0] == 200


async def test_a_fault_after_accepting_leaves_the_message_there(bare: Scene, api: Api) -> None:
    faults = bare.discord.rest.faults = Faults()
    faults.script("POST /channels/{channel}/messages", Fault(kind=FaultKind.RESET, accepted=True))

    with pytest.raises(aiohttp.ClientError):
        await api("POST", messages(bare), {"content": "x"})

    assert len(bare.channel.messages) == 1


@needs_schema
async def test_every_response_fits_discords_own_schema(bare: Scene, api: Api) -> None:
    world, guild = bare.discord.world, bare.guild
    application = f"/applications/{world.application_id}"
    command = {"name": "a", "description": "x", "options": [{"type": 3, "name": "o", "description": "x"}]}
    layout = {
        "flags": 1 << 15,
        "components": [
            {
                "type": 17,
                "components": [
                    {"type": 10, "content": "x"},
                    {"type": 14},
                    {"type": 12, "items": [{"media": {"url": "https://example.org/p.png"}}]},
                    {
                        "type": 9,
                        "components": [{"type": 10, "content": "y"}],
                        "accessory": {"type": 11, "media": {"url": "https://example.org/p.png"}},
                    },
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "b", "custom_id": "c"}]},
                    {
                        "type": 1,
                        "components": [
                            {"type": 3, "custom_id": "s", "options": [{"label": "l", "value": "v"}]}
                        ],
                    },
                ],
            }
        ],
    }
    paths = ["/gateway", "/gateway/bot", "/users/@me", f"/users/{bare.ada.id}", "/applications/@me"]
    paths += ["/oauth2/applications/@me", f"{application}/commands", f"/guilds/{guild.id}"]
    paths += [f"/guilds/{guild.id}/{what}" for what in ("channels", "roles", f"members/{bare.ada.id}")]
    paths += [f"/channels/{bare.channel.id}", messages(bare)]
    await api("PUT", f"{application}/commands", [command])
    _, posted = await api("POST", messages(bare), {**layout, "nonce": "n"})
    await api("POST", messages(bare), {"content": "x", "message_reference": {"message_id": posted["id"]}})
    await api("POST", "/users/@me/channels", {"recipient_id": str(bare.ada.id)})
    await api("POST", f"/channels/{bare.channel.id}/typing")
    for answer in (ANSWER, {"type": 5}):
        callback, webhook = ask(bare)
        await api("POST", callback + "?with_response=true", answer)
        await api("POST", webhook + "?wait=true", {"content": "x"})
        await api("GET", webhook + "/messages/@original")
        await api(
            "PATCH", webhook + "/messages/@original", layout if answer is not ANSWER else {"content": "y"}
        )
    for path in paths:
        await api("GET", path)
    await api("DELETE", f"{messages(bare)}/{posted['id']}")

    assert complaints(bare) == []


@needs_schema
async def test_what_the_real_client_gets_fits_discords_own_schema(scene: Scene) -> None:
    private = await scene.command("llmread", query="sourdough")
    await scene.click(private.message, "Share")
    await scene.click(private.message, "More")
    await scene.select((await scene.command("llmread")).message, "Cheese")
    await scene.complete("llmread", "query", "a")

    assert complaints(scene) == []
