"""Discord's side of the playground does what a person can do there, without a page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from readbot.playground.deeds import Deed, DeedError
from readbot.playground.discord_side import DiscordSide
from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.playground.loopback_discord.registry import register_commands
from readbot.playground.scene import FORUM, FORUM_TAGS, furnish_discord
from readbot.playground.wire import Wire

Json = dict[str, Any]

COMMANDS: list[Json] = [
    {
        "name": "llmread",
        "description": "Find something",
        "name_localizations": {"de": "lesen"},
        "options": [
            {
                "type": 6,
                "name": "mention",
                "description": "Whom",
                "name_localizations": {"de": "erwähnen"},
            }
        ],
    },
    {"name": "setup", "description": "x", "default_member_permissions": "32"},
    {"name": "Find reading for this", "type": 3, "name_localizations": {"de": "Lektüre finden"}},
]


class Playing:
    """The side with commands that nobody answers, and what the page was told."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self.told: list[Json] = []
        self.discord = discord
        discord.people.patience_s = 0.01
        register_commands(discord.world, None, COMMANDS)
        scene = furnish_discord(discord)
        self.side = DiscordSide(discord, scene, self.told.append, Wire(lambda _entry: None))

    async def do(self, what: str, *, person: str = "ada", **fields: Any) -> Any:
        return await self.side.do(Deed({"do": what, "person": person, **fields}))

    def place(self, name: str) -> Json:
        return next(each for each in self.side.describe_world()["channels"] if each["name"] == name)

    def messages(self) -> list[Json]:
        return list(self.side.list_messages())


@pytest.fixture
async def playing() -> AsyncIterator[Playing]:
    async with LoopbackDiscord() as discord:
        yield Playing(discord)


async def test_commands_are_offered_in_a_persons_language(playing: Playing) -> None:
    channel = playing.place("papers")["id"]

    await playing.do("language", locale="de")
    offers = await playing.do("offers", channel=channel)

    command = offers["commands"][0]
    assert (command["name"], command["label"]) == ("/llmread", "/lesen")
    assert (command["options"][0]["name"], command["options"][0]["label"]) == ("mention", "erwähnen")
    assert offers["shortcuts"] == [{"id": "Find reading for this", "name": "Lektüre finden"}]
    assert playing.told[-1]["world"]["locales"] == {"ada": "de", "ben": "en-US"}


async def test_a_language_that_discord_does_not_have_is_refused(playing: Playing) -> None:
    with pytest.raises(DeedError):
        await playing.do("language", locale="tlh")


async def test_a_member_is_not_offered_what_is_for_admins(playing: Playing) -> None:
    channel = playing.place("papers")["id"]

    names = {
        person: [c["name"] for c in (await playing.do("offers", person=person, channel=channel))["commands"]]
        for person in ("ada", "ben")
    }

    assert names == {"ada": ["/llmread", "/setup"], "ben": ["/llmread"]}


async def test_an_option_for_a_person_offers_those_who_are_there(playing: Playing) -> None:
    offers = await playing.do("offers", channel=playing.place("papers")["id"])

    choices = offers["commands"][0]["options"][0]["choices"]

    assert [choice["name"] for choice in choices] == ["Ada", "readbot", "Ben"]


async def test_a_post_begins_in_a_forum_and_is_a_place_of_its_own(playing: Playing) -> None:
    forum = playing.place(FORUM)

    made = await playing.do(
        "post", channel=forum["id"], name="Next?", text="@readbot bread", tag=FORUM_TAGS[1]
    )

    post = playing.place("Next?")
    assert forum["tags"] == list(FORUM_TAGS)
    assert (post["id"], post["kind"], post["parent"]) == (made["channel"], "thread", forum["id"])
    assert post["tags"] == [FORUM_TAGS[1]]
    (message,) = playing.messages()
    assert message["payload"]["content"] == f"<@{playing.discord.world.bot.id}> bread"
    assert any(each["event"] == "world" for each in playing.told)


async def test_a_message_has_a_thread_and_is_answered_in_it(playing: Playing) -> None:
    channel = playing.place("papers")["id"]
    await playing.do("say", channel=channel, text="bread?")
    first = playing.messages()[0]["id"]

    await playing.do("thread", channel=channel, message=first, name="bread")
    thread = playing.place("bread")
    await playing.do("say", person="ben", channel=thread["id"], text="@silent rye")

    assert thread["parent"] == channel
    assert playing.messages()[-1]["channel"] == thread["id"]
    assert playing.messages()[-1]["silent"]


async def test_an_answer_tells_which_message_it_is_to(playing: Playing) -> None:
    channel = playing.place("papers")["id"]
    await playing.do("say", channel=channel, text="bread?")
    first = playing.messages()[0]["id"]

    await playing.do("say", person="ben", channel=channel, text="rye, @Ada", message=first)

    answer = playing.messages()[-1]
    assert answer["reply_to"] == first
    assert f"<@{playing.side.describe_world()['people']['ada']}>" in answer["payload"]["content"]


async def test_people_delete_what_they_may(playing: Playing) -> None:
    channel = playing.place("papers")["id"]
    await playing.do("say", channel=channel, text="bread?")
    await playing.do("say", person="ben", channel=channel, text="rye")
    hers, his = (each["id"] for each in playing.messages())

    with pytest.raises(DeedError):
        await playing.do("delete", person="ben", channel=channel, message=hers)
    await playing.do("delete", channel=channel, message=his)

    assert [each["id"] for each in playing.messages()] == [hers]
