"""Any form, any answer and any Home tab is one that Slack takes; what is wrong with a link is said."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readbot.conversation.form import Field, FieldChoice, FieldKind, Form, Lookup
from readbot.conversation.reply import Action, LinkCard, Reply, SearchBox, text
from readbot.playground.capture import Capture
from readbot.playground.loopback_slack.checks import check_view
from readbot.reading_list import AlsoLink, Entry, Link
from readbot_slack.modals import (
    find_field_errors,
    read_values,
    to_answer_view,
    to_form_view,
    to_home_view,
    to_waiting_view,
)
from readbot_slack.origin import MAX_METADATA, Origin
from readbot_slack.rendering import to_message
from tests.slack.test_rendering import long_words, mrkdwn_texts, replies, words

ORIGIN = Origin(channel="C1", thread="1.2", response_url="https://hooks.slack.com/actions/" + "x" * 200)


def assert_slack_takes(view: dict[str, Any], method: str = "views.open") -> None:
    Capture.from_environ("slack").add(
        {"method": method, "body": {"view": view, "trigger_id": "1.x", "user_id": "U1"}}
    )
    check_view(view)
    assert len(view.get("private_metadata", "")) <= MAX_METADATA


def make_card(*, also: tuple[AlsoLink, ...] = (), **changes: Any) -> LinkCard:
    link = Link(title="Attention", url="https://example.org/a", also=also)
    return LinkCard(entry=Entry(link=link, path=("Models",), number=1), **changes)


names = st.text("abcdefghij_", min_size=1, max_size=12)
values = st.text("abc<!@", min_size=1, max_size=75)
choices = st.lists(
    st.builds(FieldChoice, label=words, value=values),
    min_size=1,
    max_size=25,
    unique_by=lambda each: each.value,
).map(tuple)
fields = st.builds(
    Field,
    name=names,
    label=st.text("abc <&", min_size=1, max_size=45),
    kind=st.sampled_from(list(FieldKind)),
    value=st.just("") | long_words,
    value_label=st.just("") | words,
    hint=st.just("") | words,
    is_required=st.booleans(),
    max_length=st.integers(1, 4_000),
    choices=choices,
    lookup=st.sampled_from(list(Lookup)),
)
forms = st.builds(
    Form,
    title=st.text("abc <&", min_size=1, max_size=24),
    submit=st.text("abc", min_size=1, max_size=24),
    command=st.text("abc <&é", min_size=1, max_size=90),
    fields=st.lists(fields, min_size=1, max_size=5, unique_by=lambda each: each.name).map(tuple),
    intro=st.lists(long_words.map(text), max_size=3).map(tuple),
    errors=st.dictionaries(names, long_words, max_size=3),
)


@settings(max_examples=100)
@given(forms)
def test_any_form_is_one_that_slack_takes(form: Form) -> None:
    assert_slack_takes(to_form_view(form, ORIGIN))


@settings(max_examples=100)
@given(replies)
def test_any_answer_and_any_home_is_one_that_slack_takes(reply: Reply) -> None:
    assert_slack_takes(to_answer_view(reply, ORIGIN))
    assert_slack_takes(to_home_view(reply), "views.publish")
    for written in mrkdwn_texts(to_answer_view(reply, ORIGIN)):
        assert "<!channel" not in written


def test_what_stands_until_an_answer_comes_is_a_modal_that_slack_takes() -> None:
    assert_slack_takes(to_waiting_view(ORIGIN))


def test_where_a_modal_comes_from_travels_along() -> None:
    view = to_answer_view(Reply(parts=()), ORIGIN)
    assert Origin.from_view(view) == ORIGIN


@pytest.mark.parametrize("metadata", ["", "{", "[]", '"x"', '{"other": 1}'])
def test_a_modal_that_does_not_say_comes_from_nowhere(metadata: str) -> None:
    assert Origin.from_view({"type": "modal", "private_metadata": metadata}) == Origin()


def test_mistakes_of_known_fields_alone_are_left_to_slack() -> None:
    form = Form(title="t", submit="s", command="c", fields=(Field(name="a", label="A"),))
    assert find_field_errors(form.with_errors({}, {"a": "Say it."})) == {"a": "Say it."}
    assert find_field_errors(form.with_errors({}, {"a": "Say it.", "b": "?"})) is None
    assert find_field_errors(form) is None


def test_values_are_read_as_they_were_typed() -> None:
    typed = "a &amp; <b>"
    values = {"a": {"x": {"type": "plain_text_input", "value": typed}}, "b": {"x": {"value": None}}}
    assert read_values({"state": {"values": values}}) == {"a": typed, "b": ""}


def test_an_answer_without_a_channel_offers_no_sharing() -> None:
    actions = (Action(label="Share", command="share random"), Action(label="More", command="random"))
    reply = Reply(parts=(), actions=actions)
    assert "Share" in str(to_answer_view(reply, ORIGIN))
    assert "Share" not in str(to_answer_view(reply, Origin(is_home=True)))


class TestTrouble:
    def test_a_dead_link_says_so_and_leads_to_its_archived_copy(self) -> None:
        card = make_card(trouble="gone since May", archived_url="https://web.archive.org/a")
        message = to_message(Reply(parts=(card,)))
        assert "⚠ gone since May · <https://web.archive.org/a|archived copy>" in str(message["blocks"])
        assert "archived copy: https://web.archive.org/a" in message["text"]

    def test_without_a_copy_it_says_what_is_wrong_alone(self) -> None:
        assert "archived" not in str(to_message(Reply(parts=(make_card(trouble="gone since May"),))))

    def test_a_dead_further_address_says_so_behind_it(self) -> None:
        also = tuple(AlsoLink(title=title, url=f"https://a.example/{title}") for title in ("Slides", "Code"))
        troubles = (("gone since May", "https://web.archive.org/s"), ("", ""))
        card = make_card(also_troubles=troubles, also=also)
        message = to_message(Reply(parts=(card,)))
        assert (
            "Also: <https://a.example/Slides|Slides> "
            "(⚠ gone since May · <https://web.archive.org/s|archived copy>) · <https://a.example/Code|Code>"
        ) in str(message["blocks"])
        assert "Slides (https://a.example/Slides, gone since May, archived copy:" in message["text"]

    def test_nothing_in_what_is_wrong_becomes_markup(self) -> None:
        card = make_card(trouble="<!channel> *gone*", archived_url="https://a.example/>|<!here>")
        written = "".join(mrkdwn_texts(to_message(Reply(parts=(card,)))))
        assert "<!" not in written
        assert "*gone*" not in written


def test_a_search_box_is_a_menu_in_messages_and_a_field_at_home() -> None:
    reply = Reply(parts=(SearchBox(label="Search the list"),))
    assert to_message(reply)["blocks"][0]["elements"][0]["type"] == "external_select"
    assert to_home_view(reply)["blocks"][0]["element"]["type"] == "plain_text_input"
