from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.conversation.reply import MAX_COMMAND_LENGTH, Choices, LinkCard, Picture, Reply, Rows
from readbot.reading_list import Link, ReadingList, Section

from .conftest import READING_LIST, Ask, make_ask


def titles(reply: Reply) -> list[str]:
    return [part.title for part in reply.parts if isinstance(part, LinkCard)]


def press(ask: Ask, reply: Reply, label: str) -> Reply:
    (command,) = [action.command for action in reply.actions if action.label == label]
    return ask(command)


def labels(reply: Reply) -> list[str]:
    return [action.label for action in reply.actions]


def commands(reply: Reply) -> list[str]:
    chosen = [choice.command for part in reply.parts if isinstance(part, Choices) for choice in part.choices]
    return [action.command for action in reply.actions] + chosen


# Searching


def test_a_search_shows_five_links_and_where_they_stand(ask: Ask) -> None:
    reply = ask("sourdough")

    assert len(titles(reply)) == 5
    assert "1-5 of 12" in reply.fallback


def test_more_and_back_turn_the_pages_of_one_answer(ask: Ask) -> None:
    first = ask("sourdough")
    second = press(ask, first, "More")
    third = press(ask, second, "More")

    assert len(set(titles(first) + titles(second) + titles(third))) == 12
    assert titles(press(ask, second, "Back")) == titles(first)
    assert "More" not in labels(third)
    assert "11-12 of 12" in third.fallback


def test_a_page_beyond_the_last_shows_the_last_and_says_so(ask: Ask) -> None:
    reply = ask("sourdough page:99")

    assert "There are 3 pages; this is page 3. 11-12 of 12" in reply.fallback


def test_page_nought_shows_the_first_page(ask: Ask) -> None:
    assert titles(ask("sourdough page:0")) == titles(ask("sourdough"))


def test_why_a_link_matched_is_said_where_one_cannot_see_it(ask: Ask) -> None:
    (card,) = (part for part in ask("grinding grain").parts if isinstance(part, LinkCard))

    assert card.why is not None
    assert "grinding grain" in card.why


def test_nothing_is_said_of_why_where_the_title_shows_it(ask: Ask) -> None:
    cards = [part for part in ask("sourdough").parts if isinstance(part, LinkCard)]

    assert {card.why for card in cards} == {None}


def test_what_was_taken_for_misspelt_is_said_once(ask: Ask) -> None:
    reply = ask("sourdouhg")

    assert reply.fallback.count("“sourdouhg” as “sourdough”") == 1
    assert {part.why for part in reply.parts if isinstance(part, LinkCard)} == {None}


def test_a_query_without_an_answer_gets_sections_and_no_links(ask: Ask) -> None:
    reply = ask("kotlin coroutines")

    assert titles(reply) == []
    assert "Nothing on the list answers “kotlin coroutines”" in reply.fallback
    assert any(isinstance(part, Choices) for part in reply.parts)


@pytest.mark.parametrize("typed", ['""', "🍞", "...", "-", "kind:sandwich", "year:soon"])
def test_what_cannot_be_searched_gets_a_sentence_and_a_way_on(ask: Ask, typed: str) -> None:
    reply = ask(typed)

    assert titles(reply) == []
    assert reply.fallback
    assert commands(reply)


def test_a_very_long_query_is_answered_by_its_telling_words(ask: Ask) -> None:
    reply = ask("could you please tell me something about " + "flour " * 400)

    assert titles(reply) == ["Milling at home"]
    assert "long one" in reply.fallback


def test_right_to_left_text_is_answered_in_words(ask: Ask) -> None:
    assert "Nothing on the list answers" in ask("مرحبا بالعالم").fallback


def test_a_word_that_is_a_command_can_be_searched(ask: Ask) -> None:
    assert titles(ask("search random")) == ["A walk to the mill"]
    assert titles(ask('"random"')) == ["A walk to the mill"]


@pytest.mark.parametrize(("typed", "command"), [("hlep", "help"), ("sectoin bread", "section bread")])
def test_a_misspelt_command_is_offered_where_nothing_answers(ask: Ask, typed: str, command: str) -> None:
    assert f"For the command, type {command}." in ask(typed).fallback


def test_a_command_that_was_searched_is_named_as_a_command(ask: Ask) -> None:
    """Discord's option asks with any words, so somebody may well type a command there."""
    assert "For the command, type digest on." in ask("search digest on").fallback
    assert "For the command, type random." in ask("search random").fallback


def test_help_shows_filters_that_find_something_on_this_list(ask: Ask) -> None:
    filters = [
        span.text
        for part in ask("help").parts
        if isinstance(part, Rows)
        for row in part.rows
        for span in row
        if span.text.startswith(("kind:", "year:", "section:"))
    ]

    assert len(filters) == 3
    assert all(titles(ask(words)) for words in filters)


# Sections


@pytest.mark.parametrize("typed", ["suggest", "suggestions", "gaps", "lists", "digest on", "privacy"])
def test_what_needs_people_says_where_it_can_be_tried(ask: Ask, typed: str) -> None:
    assert "To try it without an account: readbot playground" in ask(typed).fallback


def test_a_section_is_found_by_a_forgiving_name(ask: Ask) -> None:
    assert titles(ask("section fluor")) == ["Milling at home"]


def test_a_section_shows_the_links_below_it_as_well(ask: Ask) -> None:
    reply = ask("section bread")

    assert "Bread · 13 links" in reply.fallback
    assert [choice.label for part in reply.parts if isinstance(part, Choices) for choice in part.choices] == [
        "Bread › Flour"
    ]


def test_the_picture_of_a_section_stands_on_its_first_page_only(ask: Ask) -> None:
    first = ask("section bread")

    assert any(isinstance(part, Picture) for part in first.parts)
    assert not any(isinstance(part, Picture) for part in press(ask, first, "More").parts)


def test_an_unknown_section_can_be_searched_instead(ask: Ask) -> None:
    reply = ask("section quantum gravity")

    assert "no section “quantum gravity”" in reply.fallback
    assert "search quantum gravity" in commands(reply)


def test_every_section_can_be_picked_from_the_list_of_sections(ask: Ask) -> None:
    reply = ask("sections")

    assert [titles(ask(command)) != [] for command in commands(reply) if command != "menu"] == [True] * 3


# One link


def test_random_shows_one_link_and_offers_another(ask: Ask) -> None:
    reply = ask("random")

    assert len(titles(reply)) == 1
    assert len(titles(press(ask, reply, "Another"))) == 1


def test_random_keeps_to_the_section_it_was_asked_for(ask: Ask) -> None:
    reply = ask("random flour")

    assert titles(reply) == ["Milling at home"]
    assert titles(press(ask, reply, "Another")) == ["Milling at home"]


def test_random_with_words_that_name_no_section_is_a_search(ask: Ask) -> None:
    assert titles(ask("random walk mill"))[0] == "A walk to the mill"


def test_new_shows_the_latest_additions_first(ask_dated: Ask) -> None:
    assert titles(ask_dated("new")) == ["Young", "Old"]


def test_new_goes_by_year_where_the_list_tells_no_dates(ask: Ask) -> None:
    reply = ask("new")

    assert titles(reply)[0] == "A walk to the mill"
    assert "does not say when its links came" in reply.fallback


def test_new_on_a_list_that_tells_no_time_at_all_says_so() -> None:
    links = (Link(title="Tea", url="https://example.org/tea"),)
    timeless = ReadingList(title="Timeless", sections=(Section(title="All", links=links),))

    reply = make_ask(timeless)("new")

    assert titles(reply) == []
    assert "neither when its links came nor how old they are" in reply.fallback


def test_many_choices_are_not_all_read_out() -> None:
    links = (Link(title="Tea", url="https://example.org/tea"),)
    many = tuple(
        Section(title=f"Part {number}", links=(replace(links[0], url=f"https://example.org/{number}"),))
        for number in range(30)
    )

    assert "and 10 more" in make_ask(ReadingList(title="Many", sections=many))("sections").fallback


# Menu and help


def test_the_menu_s_examples_have_answers(ask: Ask) -> None:
    menu = ask("")
    examples = [
        span.text
        for part in menu.parts
        for span in getattr(part, "text", ())
        if span.style == "command" and span.text.startswith("search ")
    ]

    assert examples
    assert all(titles(ask(example)) for example in examples)


def test_help_is_private_even_when_shared(ask: Ask) -> None:
    assert not ask("share help").public


# Sharing


def test_share_posts_the_same_page_with_the_asker_s_name(ask: Ask) -> None:
    second = ask("sourdough page:2")
    shared = press(ask, second, "Share")

    assert shared.public
    assert shared.shared_by == "U1"
    assert titles(shared) == titles(second)
    assert "Share" not in labels(shared)


def test_answers_are_private_until_shared(ask: Ask) -> None:
    assert [ask(text).public for text in ("sourdough", "random", "section bread", "new", "")] == [False] * 5


def test_a_shared_random_link_stays_the_one_that_was_shown(ask: Ask) -> None:
    reply = ask("random")

    assert titles(press(ask, reply, "Share")) == titles(reply)


# Old buttons


@pytest.mark.parametrize(
    "command", ["link ~aaaaaa", "section ~aaaaaa", "random ~aaaaaa", "share link ~aaaaaa"]
)
def test_a_button_whose_link_or_section_is_gone_explains_itself(ask: Ask, command: str) -> None:
    reply = ask(command)

    assert "no longer on the list" in reply.fallback
    assert not reply.public


_ask = make_ask(READING_LIST)


@given(text=st.text(max_size=300))
def test_every_button_fits_a_platform_and_every_text_is_answered(text: str) -> None:
    reply = _ask(text)

    assert reply.parts
    assert len(reply.actions) <= 5
    assert all(len(command) <= MAX_COMMAND_LENGTH for command in commands(reply))


# Dead links


class Doctor:
    """Knows of addresses that are gone."""

    version = 1

    def __init__(self, *gone: str) -> None:
        self.gone = gone

    def find_trouble(self, url: str) -> tuple[str, str] | None:
        return ("gone since May 2026", f"https://web.archive.org/web/2/{url}") if url in self.gone else None


SLIDES = "https://example.org/milling/slides"


def milling(*gone: str) -> tuple[LinkCard, str]:
    """Return the card of a link with slides, and the fallback, where addresses are gone."""
    reply = make_ask(READING_LIST, doctor=Doctor(*gone))("milling at home")
    return next(part for part in reply.parts if isinstance(part, LinkCard)), reply.fallback


def test_a_dead_further_address_says_so_while_its_link_is_well() -> None:
    card, fallback = milling(SLIDES)

    (slides,) = card.also
    assert (card.trouble, slides.trouble) == ("", "gone since May 2026")
    assert slides.archived_url == f"https://web.archive.org/web/2/{SLIDES}"
    assert f"Slides ({SLIDES}, gone since May 2026, archived copy: {slides.archived_url})" in fallback


def test_a_dead_link_says_nothing_of_its_further_addresses_that_are_well() -> None:
    card, fallback = milling("https://example.org/milling")

    assert (card.trouble, card.also[0].trouble) == ("gone since May 2026", "")
    assert "Slides" not in fallback


@pytest.mark.parametrize("words", ["menu", "random", "random bread"])
def test_no_dead_link_is_picked_while_another_is_there(words: str) -> None:
    gone = [entry.link.url for entry in READING_LIST.entries if entry.link.title != "Sourdough, part 7"]
    ask = make_ask(READING_LIST, doctor=Doctor(*gone))

    for _ in range(10):
        assert [part.title for part in ask(words).parts if isinstance(part, LinkCard)] == [
            "Sourdough, part 7"
        ]


def test_where_all_links_are_dead_one_is_picked_and_says_so() -> None:
    ask = make_ask(READING_LIST, doctor=Doctor(*(entry.link.url for entry in READING_LIST.entries)))

    (card,) = (part for part in ask("random").parts if isinstance(part, LinkCard))
    assert card.trouble == "gone since May 2026"


def test_who_misses_something_can_suggest_it_where_suggestions_are_taken(ask: Ask) -> None:
    takes = make_ask(READING_LIST, takes_suggestions=True)

    assert "suggest" in [action.command for action in takes("kotlin coroutines").actions]
    assert "suggest" not in [action.command for action in takes("sourdough").actions]
    assert "suggest" not in [action.command for action in ask("kotlin coroutines").actions]
