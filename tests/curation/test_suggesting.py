"""Suggesting a link, and asking whether one is on the list."""

import pytest

from readbot.conversation.form import MAX_FIELDS, MAX_LABEL_LENGTH, MAX_TITLE_LENGTH
from readbot.conversation.reply import MAX_COMMAND_LENGTH, LinkCard, Outcome, plain
from readbot.conversation.request import Reader, Workspace
from readbot.curation.model import SuggestionState
from readbot.curation.suggesting import MAX_OPEN
from readbot.ports import Manner

from .town import ADA, ADMIN, BOB, CURATOR, HERE, THERE, Town, commands, values_of

URL = "https://example.com/yeast"
LISTED = (
    "https://arxiv.org/abs/2005.14165",
    "http://www.arxiv.org/pdf/2005.14165v4.pdf",
    "https://export.arxiv.org/abs/2005.14165v1/",
    "https://youtu.be/kMb4TmhTlbk?si=x",
    "http://example.org/milling",
    "https://www.example.org/milling/",
    "https://EXAMPLE.org/milling?utm_source=news&fbclid=1",
)


async def test_suggest_alone_asks_in_a_form_that_says_what_the_list_is_for(town: Town) -> None:
    form = await town.fill("suggest")

    assert values_of(form) == {"url": "", "title": "", "note": "", "section": ""}
    assert [field.name for field in form.fields if field.is_required] == ["url"]
    assert plain(form.intro[0]) == "Good explanations. No hype and no vendor content if possible."
    assert town.desk.manner("suggest") is Manner.FORM


async def test_a_form_that_is_filled_is_kept_and_thanked_for(town: Town) -> None:
    reply = await town.say("suggest", url=URL, title="On yeast", note="Baked it", section="flour")

    assert "Thank you! “On yeast” waits for a curator now." in reply.fallback
    [kept] = town.store.suggestions.list_open(HERE, limit=9)
    assert (kept.url, kept.title, kept.note, kept.section) == (
        URL,
        "On yeast",
        "Baked it",
        ("Dough", "Flour"),
    )
    assert (kept.suggested_by, kept.channel_id, kept.state) == ("U1", "C1", SuggestionState.WAITING)


async def test_an_address_typed_with_the_command_is_kept_at_once(town: Town) -> None:
    reply = await town.say(f"suggest <{URL}> “On  yeast”")

    assert "Thank you! “On yeast”" in reply.fallback
    assert town.desk.manner(f"suggest {URL}") is Manner.WAITS
    bare = await town.say("suggest example.com/rye")
    assert "Thank you! example.com/rye" in bare.fallback


@pytest.mark.parametrize("url", LISTED)
async def test_what_is_on_the_list_is_not_kept_but_shown_where_it_is(town: Town, url: str) -> None:
    typed = await town.say(f"suggest {url}")
    filled = await town.say("suggest", url=url)

    assert typed == filled
    assert "on the list already, under Dough" in typed.fallback
    assert any(isinstance(part, LinkCard) for part in typed.parts)
    assert town.store.suggestions.count_open(HERE) == 0


async def test_parameters_that_track_people_are_not_kept(town: Town) -> None:
    await town.say(f"suggest {URL}?id=1&utm_source=chat&fbclid=x#part")
    [kept] = town.store.suggestions.list_open(HERE, limit=9)
    assert kept.url == f"{URL}?id=1#part"


async def test_what_was_suggested_already_is_not_kept_twice_but_how_it_stands_is_said(town: Town) -> None:
    suggestion_id = await town.suggest(URL, title="Yeast")

    again = await town.say("suggest http://www.example.com/yeast/?utm_medium=x", BOB)
    assert "“Yeast” was suggested already, 2026-11-24 12:00 UTC, and waits for a curator." in again.fallback
    assert "Look at it" not in commands(again)
    await town.say(f"suggestions later {suggestion_id}", CURATOR)
    assert "put it off" in (await town.say(f"suggest {URL}", BOB)).fallback
    await town.say(f"suggestions reject {suggestion_id}", CURATOR, reason="Too short")
    answer = await town.say(f"suggest {URL}", CURATOR)
    assert "decided against it: Too short" in answer.fallback
    assert commands(answer)["Look at it"] == f"suggestions show {suggestion_id}"
    assert len(town.store.suggestions.list_everywhere()) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ftp://example.org/a", "“ftp://example.org/a” is no web address"),
        ("javascript:alert(1)", "“javascript:alert(1)” is no web address"),
        ("http://localhost:8000/", "own network"),
        ("http://192.168.0.1/", "no public address"),
        ("https://wiki.internal/page", "own network"),
        ("https://user:pw@example.org/", "user name"),
    ],
)
async def test_what_nobody_can_open_is_refused_with_advice_and_not_kept(
    town: Town, typed: str, words: str
) -> None:
    reply = await town.say(f"suggest {typed}")
    form = await town.fill("suggest", url=typed, title="Kept")

    assert words in reply.fallback
    assert reply.outcome is Outcome.REFUSED
    assert words in form.errors["url"]
    assert values_of(form)["title"] == "Kept"
    assert town.store.suggestions.count_open(HERE) == 0


@pytest.mark.parametrize("typed", ["address:not a link", "address:https://example.com/yeast title:Yeast"])
async def test_options_typed_where_there_are_none_are_told_what_to_type(town: Town, typed: str) -> None:
    reply = await town.say(f"suggest {typed}")

    assert reply.fallback.splitlines()[:2] == [
        f"“{typed.split(maxsplit=1)[0]}” is no web address: one begins with https:// or http://.",
        "Type the address first, then its title if you like: suggest https://example.org/post Its title",
    ]
    assert commands(reply) == {"Suggest a link": "suggest"}


async def test_how_to_type_is_not_told_to_who_typed_an_address(town: Town) -> None:
    assert "Type the address" not in (await town.say("suggest http://localhost/")).fallback


async def test_a_section_that_is_none_is_asked_for_again_with_the_nearest(town: Town) -> None:
    form = await town.fill("suggest", url=URL, section="oven cleaning")
    assert form.errors["section"] == "No section is called “oven cleaning”. Did you mean “Ovens”?"
    gone = await town.fill("suggest", url=URL, section="~aaaaaa")
    assert "no longer on the list" in gone.errors["section"]


async def test_a_vendor_s_site_and_hype_are_pointed_out_and_kept_all_the_same(town: Town) -> None:
    url = "https://www.pinecone.io/learn/x"
    reply = await town.say(f"suggest {url} This Game-Changer is insane 🚀")

    assert "pinecone.io looks like a vendor's own site" in reply.fallback
    assert "first-hand accounts are welcome" in reply.fallback
    assert "a bit loud (“game changer”, “insane”, “🚀”)" in reply.fallback
    assert "Thank you!" in reply.fallback
    queue = await town.say("suggestions", CURATOR)
    assert "Look twice: pinecone.io is a vendor's site · the title has “game changer”" in queue.fallback


async def test_one_person_s_open_suggestions_end_somewhere_and_another_s_begin_anew(town: Town) -> None:
    for number in range(MAX_OPEN):
        await town.suggest(f"https://example.com/{number}")

    reply = await town.say(f"suggest {URL}")
    assert f"{MAX_OPEN} of your suggestions wait for a curator already: thank you!" in reply.fallback
    assert "Thank you!" in (await town.say(f"suggest {URL}", BOB)).fallback


async def test_curators_hear_of_new_suggestions_once_a_day_and_not_of_their_own(town: Town) -> None:
    await town.say("suggest https://example.com/own", CURATOR)
    assert town.messenger.told == []
    await town.say(f"suggest {URL}")
    await town.say("suggest https://example.com/rye")
    assert [(who, reply.fallback.splitlines()[0]) for who, reply in town.messenger.told] == [
        ("U8", "2 suggestions wait for a curator. See suggestions.")
    ]
    town.clock.advance(hours=25)
    await town.say("suggest https://example.com/wheat")
    assert len(town.messenger.told) == 2


async def test_an_admin_who_decided_before_hears_of_new_ones_while_they_are_one(town: Town) -> None:
    town.messenger.people |= {"U9": ADMIN, "U7": Reader(id="U7", is_manager=True)}
    for reader in (ADMIN, town.messenger.people["U7"]):
        suggestion_id = await town.suggest(f"https://example.com/{reader.id}")
        await town.say(f"suggestions later {suggestion_id}", reader)
    town.messenger.people["U7"] = Reader(id="U7")
    town.messenger.told.clear()
    town.clock.advance(hours=25)

    await town.say(f"suggest {URL}")
    assert sorted(who for who, _ in town.messenger.told) == ["U8", "U9"]


async def test_what_is_suggested_in_one_workspace_is_unknown_in_another(town: Town) -> None:
    await town.suggest(URL)
    assert "Thank you!" in (await town.say(f"suggest {URL}", workspace=THERE)).fallback
    assert "Suggestion 1 of 1" in (await town.say("suggestions", CURATOR, workspace=THERE)).fallback


async def test_in_a_direct_message_that_is_no_workspace_nobody_could_decide(town: Town) -> None:
    alone = Workspace(platform="discord", id=ADA.id)
    for text in ("suggest", f"suggest {URL}"):
        assert "no curator to decide" in (await town.say(text, workspace=alone)).fallback
    assert "Not on the list yet" in (await town.say(f"on-list {URL}", workspace=alone)).fallback


# On the list?


async def test_a_message_with_a_link_of_the_list_tells_its_section(town: Town) -> None:
    reply = await town.say("on-list Did you see https://youtu.be/kMb4TmhTlbk?si=x?")
    assert "on the list already, under Dough" in reply.fallback
    assert [part.title for part in reply.parts if isinstance(part, LinkCard)] == ["Sourdough basics"]


async def test_a_message_with_news_alone_opens_the_form_with_the_first(town: Town) -> None:
    form = await town.fill(f"on-list Look: ({URL}), and https://example.com/rye.")

    assert values_of(form)["url"] == URL
    assert form.command == "suggest"
    assert "Not on the list yet: example.com/yeast (and 1 more in that message)" in plain(form.intro[0])
    assert town.desk.manner(f"on-list {URL}") is Manner.FORM


async def test_a_mixed_message_says_both_with_a_button_that_opens_the_form(town: Town) -> None:
    await town.suggest("https://example.com/rye", title="Rye")
    reply = await town.say(f"on-list https://example.org/ovens {URL} https://example.com/rye")

    assert "On the list:\nWood-fired ovens" in reply.fallback
    assert "“Rye” was suggested already" in reply.fallback
    assert "Not on the list yet:\nexample.com/yeast" in reply.fallback
    form = await town.fill(commands(reply)["Suggest it"])
    assert values_of(form)["url"] == URL


async def test_an_address_that_fits_no_button_is_left_to_the_form(town: Town) -> None:
    long = "https://example.com/" + "a" * MAX_COMMAND_LENGTH
    reply = await town.say(f"on-list https://example.org/ovens {long}")
    assert commands(reply) == {"Suggest a link": "suggest"}


async def test_of_a_message_with_very_many_links_it_says_that_the_first_were_looked_at(town: Town) -> None:
    many = " ".join(f"https://example.com/{number}" for number in range(60))
    said = "I looked at the first 10 links of that message."
    assert said in (await town.say(f"on-list https://example.org/ovens {many}")).fallback
    assert said in map(plain, (await town.fill(f"on-list {many}")).intro)


async def test_two_addresses_of_one_thing_are_shown_once(town: Town) -> None:
    reply = await town.say("on-list https://arxiv.org/pdf/2005.14165 https://youtu.be/kMb4TmhTlbk")
    assert len([part for part in reply.parts if isinstance(part, LinkCard)]) == 1


@pytest.mark.parametrize(
    ("message", "words"),
    [("no link here", "no web address"), ("", "no web address"), ("http://localhost/ a", "own network")],
)
async def test_a_message_without_a_link_for_the_list_says_so(town: Town, message: str, words: str) -> None:
    assert words in (await town.say(f"on-list {message}")).fallback


# Whatever is typed


HOSTILE = "<!channel> <@U1> `x` *b* @everyone \u202eevil\u200b [a](https://evil.example)\n# h"


async def test_hostile_text_stays_text_without_what_does_not_show(town: Town) -> None:
    await town.suggest(URL, title=HOSTILE, note=HOSTILE)

    [kept] = town.store.suggestions.list_open(HERE, limit=9)
    assert kept.title == "<!channel> <@U1> `x` *b* @everyone evil [a](https://evil.example) # h"
    assert kept.note == kept.title
    queue = await town.say("suggestions", CURATOR)
    assert kept.title in queue.fallback
    spans = [span for part in queue.parts for row in getattr(part, "rows", ()) for span in row]
    assert {span.url for span in spans if span.url} == {URL}


async def test_too_long_text_is_cut(town: Town) -> None:
    await town.suggest(URL, title="a " * 1000, note="b " * 4000)
    [kept] = town.store.suggestions.list_open(HERE, limit=9)
    assert len(kept.title) <= 300
    assert len(kept.note) <= 1000


async def test_forms_fit_both_platforms_and_buttons_fit(town: Town) -> None:
    suggestion_id = await town.suggest(URL)
    town.store.gaps.count_up({(HERE, "x" * 100): 1})
    [gap] = town.store.gaps.list_top(HERE, limit=1)
    asked = [
        f"suggestions approve {suggestion_id}",
        f"suggestions reject {suggestion_id}",
        f"gaps alias {gap.id}",
        f"gaps suggest {gap.id}",
    ]
    for text in asked:
        form = await town.fill(text, CURATOR)
        assert len(form.title) <= MAX_TITLE_LENGTH
        assert len(form.submit) <= MAX_TITLE_LENGTH
        assert len(form.command) <= MAX_COMMAND_LENGTH
        assert 1 <= len(form.fields) <= MAX_FIELDS
        assert [field for field in form.fields if len(field.label) > MAX_LABEL_LENGTH] == []
        assert [field for field in form.fields if len(field.hint) > 100] == []
        assert town.desk.manner(text) is Manner.FORM
    for text in (
        "suggestions",
        f"suggestions show {suggestion_id}",
        "gaps",
        f"gaps show {gap.id}",
        "privacy",
    ):
        reply = await town.say(text, CURATOR)
        assert len(reply.actions) <= 5
        assert [each for each in commands(reply).values() if len(each) > MAX_COMMAND_LENGTH] == []
