"""What readbot keeps about a person, shown to them and forgotten when they wish."""

from readbot.conversation.reply import ActionStyle, Style

from .town import ADA, BOB, CURATOR, HERE, THERE, Town, commands

URL = "https://example.com/yeast"


async def test_who_left_nothing_is_told_so(town: Town) -> None:
    reply = await town.say("privacy", BOB)
    assert "What I keep about you here\nNothing." in reply.fallback
    assert "counted for 90 days, without who searched, and never those of direct messages" in reply.fallback
    assert reply.actions == ()


async def test_all_that_is_kept_is_shown_with_a_button_to_forget_it(town: Town) -> None:
    await town.say("sourdough")
    await town.say("section flour")
    await town.suggest(URL, title="Yeast")
    reply = await town.say("privacy")

    assert "What you looked at last, for you alone and for 90 days at most:" in reply.fallback
    asked = [
        span.text
        for part in reply.parts
        for row in getattr(part, "rows", ())
        for span in row
        if span.style is Style.COMMAND
    ]
    assert asked == ["section flour", "sourdough"]
    assert "1 suggestion, so that I can tell you what becomes of it:\nYeast · waits" in reply.fallback
    [forget] = reply.actions
    assert (forget.command, forget.style) == ("privacy forget", ActionStyle.DANGER)


async def test_forgetting_deletes_what_was_asked_and_leaves_deeds_as_nobody_s(town: Town) -> None:
    await town.say("sourdough")
    suggestion_id = await town.suggest(URL, CURATOR, title="Yeast")
    await town.say("sourdough", CURATOR)
    await town.say(f"suggestions later {suggestion_id}", CURATOR)

    reply = await town.say(commands(await town.say("privacy", CURATOR))["Forget me"], CURATOR)
    assert "1 thing that you looked at: deleted" in reply.fallback
    assert "1 suggestion of yours: your id is off" in reply.fallback
    assert "1 decision on suggestions: your id is off" in reply.fallback
    assert "Nothing." in (await town.say("privacy", CURATOR)).fallback
    assert "There was nothing about you" in (await town.say("privacy forget", CURATOR)).fallback
    assert town.store.suggestions.count_open(HERE) == 1
    assert "sourdough" in (await town.say("privacy", ADA)).fallback


async def test_what_was_asked_a_moment_ago_does_not_come_back_after_it_was_forgotten(town: Town) -> None:
    await town.say("sourdough")
    await town.say("privacy forget")
    await town.notebook.flush()
    assert "Nothing." in (await town.say("privacy")).fallback


async def test_one_workspace_knows_nothing_of_another(town: Town) -> None:
    await town.say("sourdough")
    await town.suggest(URL)
    assert "Nothing." in (await town.say("privacy", workspace=THERE)).fallback
    assert "nothing about you" in (await town.say("privacy forget", workspace=THERE)).fallback
    assert "sourdough" in (await town.say("privacy")).fallback
