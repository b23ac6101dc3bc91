"""What shows blocks in a loopback Slack: messages, modals and Home tabs."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


#: Where an element keeps what somebody has put in, what the app puts in first, and an empty one.
_STATES: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "channels_select": ("selected_channel", "initial_channel", None),
    "users_select": ("selected_user", "initial_user", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
}


def state_key(element: Json) -> str | None:
    """Return where an element's state holds what was put in; None for one that has no state."""
    known = _STATES.get(element["type"])
    return known[0] if known else None


@dataclass(kw_only=True)
class Surface(ABC):
    """Something that shows blocks, and remembers what people have put into its fields."""

    #: By person, block id and action id: only what they have put in.
    filled: dict[str, Json] = field(default_factory=dict)
    #: Its own, or the one that a view was opened from; empty where there is none.
    channel: str = ""

    @property
    @abstractmethod
    def own_blocks(self) -> list[Json]:
        """Blocks as the app sent them."""

    @property
    def shown_blocks(self) -> list[Json]:
        """Blocks, each with an id: Slack gives one to those that the app sent without."""
        return [
            {**block, "block_id": block.get("block_id") or f"block-{number}"}
            for number, block in enumerate(self.own_blocks)
        ]

    @property
    def located(self) -> list[tuple[Json, Json]]:
        """Every button, menu and field that has an ``action_id``, behind the block that it is in."""
        return [(block, element) for block in self.shown_blocks for element in _find_elements(block)]

    @property
    def elements(self) -> list[Json]:
        """The same without their blocks, from top to bottom."""
        return [element for _, element in self.located]

    def state(self, user: str) -> Json:
        """Return what its fields hold for one person, by block id and action id."""
        values: Json = {}
        for block, element in self.located:
            if element["type"] in _STATES:
                block_id, action_id = block["block_id"], element["action_id"]
                held = self.filled.get(user, {}).get(block_id, {}).get(action_id, {})
                values.setdefault(block_id, {})[action_id] = self._begin(element) | held
        return values

    def _begin(self, element: Json) -> Json:
        """Return the state of a field that nobody has touched."""
        key, initial, empty = _STATES[element["type"]]
        held = element.get(initial, empty)
        if held is None and element.get("default_to_current_conversation"):
            held = self.channel or None
        return {"type": element["type"], key: held}

    def fill(self, user: str, values: Json) -> None:
        """Put what somebody typed or picked into fields, by block id and action id."""
        for block_id, held in values.items():
            self.filled.setdefault(user, {}).setdefault(block_id, {}).update(held)

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons."""
        return [element["text"]["text"] for element in self.elements if element["type"] == "button"]

    @property
    def words(self) -> str:
        """All text that the blocks show, a line each."""
        return "\n".join(_find_words(self.shown_blocks))

    def find_element(self, label_or_id: str) -> Json:
        """Return the element with this label or action id; see :meth:`locate`."""
        return self.locate(label_or_id)[1]

    def locate(self, label_or_id: str) -> tuple[Json, Json]:
        """Return a block and the element in it with this label or action id.

        The label is what is written on a button, in a menu's placeholder or above a field.

        Raises:
            LookupError: There is none; the message names those that there are.
        """
        for block, element in self.located:
            labels = [block.get("label"), element.get("text"), element.get("placeholder")]
            if label_or_id in (element["action_id"], *(label["text"] for label in labels if label)):
                return block, element
        known = [element["action_id"] for element in self.elements]
        raise LookupError(f"nothing is called {label_or_id!r} here; there are {self.labels} and {known}")


@dataclass(kw_only=True)
class Message(Surface):
    """A message as the workspace holds it."""

    ts: str
    #: Id of the author: a person, or the bot.
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    #: Of the message that the thread hangs from, for a reply.
    thread_ts: str | None = None
    #: Whether the channel sees this reply as well as the thread.
    is_broadcast: bool = False
    #: The one person who sees it; None for a message to the channel.
    only_for: str | None = None
    is_edited: bool = False
    #: Seconds of ``time.monotonic`` when it came.
    arrived: float = field(default_factory=time.monotonic)
    #: Everything that the app sent with it.
    sent: Json = field(default_factory=dict)

    @property
    def own_blocks(self) -> list[Json]:
        return self.blocks

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in (None, self.ts)

    @property
    def words(self) -> str:
        """All text that the blocks show, a line each; ``text`` where there are no blocks."""
        return super().words if self.blocks else self.text


@dataclass(kw_only=True)
class View(Surface):
    """A modal, or somebody's Home tab."""

    id: str
    user: str
    body: Json
    #: Changes with every update; ``views.update`` with an old one is refused.
    hash: str
    root_view_id: str
    previous_view_id: str | None = None

    @property
    def own_blocks(self) -> list[Json]:
        blocks: list[Json] = self.body.get("blocks", [])
        return blocks


def _find_elements(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if "action_id" in value:
            yield value
        for inner in value.values():
            yield from _find_elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_elements(inner)


def _find_words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"text", "alt_text"} and isinstance(inner, str):
                yield inner
            else:
                yield from _find_words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_words(inner)
