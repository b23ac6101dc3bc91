"""What Slack refuses in messages and views, as far as it is documented.

Source: https://docs.slack.dev/reference/block-kit and its pages for each block and element.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from readbot.playground.loopback_slack.state import SlackError
from readbot.playground.loopback_slack.surfaces import Json

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
#: Not documented; https://github.com/slackapi/bolt-js/issues/2509 saw it from about here.
MAX_MESSAGE_CHARACTERS = 13_200
MAX_TEXT = 40_000

#: Longest text in characters by block type and field; a text object or a plain string.
_TEXT_LIMITS = {
    ("section", "text"): 3_000,
    ("header", "text"): 150,
    ("markdown", "text"): 12_000,
    ("image", "image_url"): 3_000,
    ("image", "alt_text"): 2_000,
    ("image", "title"): 2_000,
    ("input", "label"): 2_000,
    ("input", "hint"): 2_000,
    ("button", "text"): 75,
    ("button", "value"): 2_000,
    ("button", "url"): 3_000,
    ("static_select", "placeholder"): 150,
    ("external_select", "placeholder"): 150,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("option", "description"): 75,
    ("plain_text_input", "placeholder"): 150,
}

#: Most items by block type and field.
_COUNT_LIMITS = {
    ("actions", "elements"): 25,
    ("context", "elements"): 10,
    ("section", "fields"): 10,
    ("static_select", "options"): 100,
    ("static_select", "option_groups"): 100,
    ("radio_buttons", "options"): 10,
    ("checkboxes", "options"): 10,
    ("overflow", "options"): 5,
}

#: What has to be there by type, each as alternatives.
_REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "section": (("text", "fields"),),
    "header": (("text",),),
    "markdown": (("text",),),
    "context": (("elements",),),
    "actions": (("elements",),),
    "input": (("label",), ("element",)),
    "image": (("image_url", "slack_file"), ("alt_text",)),
    "divider": (),
    "rich_text": (("elements",),),
    "video": (("video_url",), ("title",), ("thumbnail_url",), ("alt_text",)),
    "button": (("text",),),
    "static_select": (("options", "option_groups"),),
}

_BLOCKS = {
    "section",
    "header",
    "markdown",
    "context",
    "actions",
    "input",
    "image",
    "divider",
    "rich_text",
    "video",
}

#: Fields of a block or element in which more elements are found.
_NESTED = ("accessory", "element", "elements", "options", "initial_option")


def check_message(body: Json) -> None:
    """Pass a message that Slack would take.

    Raises:
        SlackError: ``no_text``, ``msg_too_long``, ``invalid_blocks`` (the details say where and
            what), ``msg_blocks_too_long`` or ``invalid_metadata_format``.
    """
    text, blocks, metadata = body.get("text"), body.get("blocks"), body.get("metadata")
    if not text and not blocks and not body.get("attachments"):
        raise SlackError("no_text")
    if text is not None and (not isinstance(text, str) or len(text) > MAX_TEXT):
        raise SlackError("msg_too_long")
    if blocks is not None:
        check_blocks(blocks, limit=MAX_MESSAGE_BLOCKS)
        if sum(map(len, _strings(blocks))) > MAX_MESSAGE_CHARACTERS:
            raise SlackError("msg_blocks_too_long")
    if metadata is not None and not (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")


def check_view(view: Any) -> None:
    """Pass a view that Slack would take.

    Raises:
        SlackError: ``invalid_arguments`` or ``view_too_large``, with details.
    """
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        raise SlackError("invalid_arguments", "view has to be a modal or a home")
    if len(str(view)) > 250_000:
        raise SlackError("view_too_large")
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            words = _words(view.get(name))
            if (name == "title" and not words) or len(words) > 24:
                raise SlackError(
                    "invalid_arguments", f"{name} has 1 to 24 characters [json-pointer:/view/{name}]"
                )
        if not view.get("submit") and any(_is_input(block) for block in view.get("blocks") or ()):
            raise SlackError("invalid_arguments", "submit is needed with input blocks [json-pointer:/view]")
    if len(view.get("private_metadata", "")) > 3_000:
        raise SlackError("invalid_arguments", "private_metadata is over 3000 characters")
    try:
        check_blocks(view.get("blocks"), limit=MAX_VIEW_BLOCKS)
    except SlackError as error:
        raise SlackError("invalid_arguments", *error.details) from error


def _is_input(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "input"


def check_blocks(blocks: Any, *, limit: int) -> None:
    """Pass blocks that Slack would take.

    Raises:
        SlackError: ``invalid_blocks``; every detail names a complaint and its place.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks", "must be an array [json-pointer:/blocks]")
    complaints = list(_complaints(blocks, limit))
    if complaints:
        raise SlackError("invalid_blocks", *complaints)


def _complaints(blocks: Sequence[Any], limit: int) -> Iterator[str]:
    if len(blocks) > limit:
        yield f"no more than {limit} items allowed [json-pointer:/blocks]"
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(set(ids)) != len(ids):
        yield "block_id is not unique [json-pointer:/blocks]"
    for number, block in enumerate(blocks):
        where = f"/blocks/{number}"
        if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
            yield f"unsupported type [json-pointer:{where}]"
            continue
        yield from _check_part(block, block["type"], where)
        actions = [inner["action_id"] for inner in _elements(block) if "action_id" in inner]
        if len(set(actions)) != len(actions):
            yield f"action_id is not unique within its block [json-pointer:{where}]"


def _check_part(part: Json, kind: str, where: str) -> Iterator[str]:
    for alternatives in _REQUIRED.get(kind, ()):
        if not any(part.get(name) for name in alternatives):
            yield f"missing required field: {' or '.join(alternatives)} [json-pointer:{where}]"
    for name, value in part.items():
        longest = _TEXT_LIMITS.get((kind, name))
        if longest is not None and not 0 < len(_words(value)) <= longest:
            yield f"must be 1 to {longest} characters [json-pointer:{where}/{name}]"
        most = _COUNT_LIMITS.get((kind, name))
        if most is not None and not 0 < len(value) <= most:
            yield f"must have 1 to {most} items [json-pointer:{where}/{name}]"
        if name in ("action_id", "block_id") and len(value) > 255:
            yield f"must be at most 255 characters [json-pointer:{where}/{name}]"
    if kind == "header" and (part.get("text") or {}).get("type") != "plain_text":
        yield f"must be plain_text [json-pointer:{where}/text]"
    for name in _NESTED:
        inner = part.get(name) or []
        for number, element in enumerate(inner if isinstance(inner, list) else [inner]):
            if isinstance(element, dict) and kind != "rich_text":
                inner_kind = "option" if name in {"options", "initial_option"} else element.get("type", "")
                yield from _check_part(element, inner_kind, f"{where}/{name}/{number}")


def _words(value: Any) -> str:
    """Return the text of a text object or of a plain string."""
    return str(value.get("text", "")) if isinstance(value, dict) else str(value or "")


def _elements(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _elements(inner)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key in {"text", "alt_text"}:
                yield inner
            else:
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
