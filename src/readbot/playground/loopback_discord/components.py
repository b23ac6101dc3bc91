"""Message components: Discord's limits on what comes in, and the form in which it goes out.

Limits: https://docs.discord.com/developers/components/reference
"""

import itertools
from collections.abc import Iterator
from typing import Any

from readbot.playground.loopback_discord.errors import invalid_form
from readbot.playground.loopback_discord.model import MessageFlag
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = (
    9,
    10,
    11,
    12,
    13,
    14,
    17,
    18,
)
_SELECTS = frozenset({3, 5, 6, 7, 8})
_LINK_BUTTON = 5
_LAYOUT_ONLY = frozenset({SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER})
#: What may stand inside what; None is the message itself, in Components V2.
_MAY_HOLD: dict[int | None, frozenset[int]] = {
    None: frozenset({ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER}),
    CONTAINER: frozenset({ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR}),
    SECTION: frozenset({TEXT_DISPLAY}),
    ACTION_ROW: frozenset({BUTTON}) | _SELECTS,
}

MAX_COMPONENTS = 40
MAX_TEXT = 4000
MAX_ROWS = 5


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield every component, parents before their children, accessories included."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if isinstance(component.get("accessory"), dict):
            yield from walk([component["accessory"]])


def texts(components: list[Json]) -> list[str]:
    """Return what the text displays say, from top to bottom."""
    return [each["content"] for each in walk(components) if each.get("type") == TEXT_DISPLAY]


def check_components(components: list[Json], flags: int) -> None:
    """Refuse what Discord refuses.

    Raises:
        ApiError: 50035, with the path to the first component that does not fit.
    """
    is_layout = bool(flags & MessageFlag.IS_COMPONENTS_V2)
    everything = list(walk(components))
    if is_layout:
        if len(everything) > MAX_COMPONENTS:
            raise invalid_form("components", f"Must be {MAX_COMPONENTS} or fewer in total.")
        if sum(map(len, texts(components))) > MAX_TEXT:
            raise invalid_form("components", f"All text must be {MAX_TEXT} or fewer in length.")
        _check_nesting(components, None)
    else:
        if len(components) > MAX_ROWS:
            raise invalid_form("components", f"Must be {MAX_ROWS} or fewer in length.")
        for component in everything:
            if component.get("type") in _LAYOUT_ONLY:
                raise invalid_form("components", "The type needs the flag IS_COMPONENTS_V2.")
    ids = [each["custom_id"] for each in everything if "custom_id" in each]
    if len(set(ids)) != len(ids):
        raise invalid_form(
            "components", "Component custom id cannot be duplicated", "COMPONENT_CUSTOM_ID_DUPLICATED"
        )
    for component in everything:
        _check_one(component)


def _check_nesting(components: list[Json], holder: int | None) -> None:
    for component in components:
        kind = component.get("type")
        if kind not in _MAY_HOLD[holder]:
            raise invalid_form("components", f"Type {kind} cannot stand here.", "UNION_TYPE_CHOICES")
        if kind in _MAY_HOLD:
            _check_nesting(component.get("components") or [], kind)


def _check_one(component: Json) -> None:
    match component.get("type"):
        case 1:
            _check_row(component.get("components") or [])
        case 2:
            _check_button(component)
        case 3:
            _check_select(component)
        case 10:
            _check_length(component, "content", 1, MAX_TEXT)
        case 9:
            _check_items(component, "components", 1, 3)
            if "accessory" not in component:
                raise invalid_form("components.accessory", "This field is required", "BASE_TYPE_REQUIRED")
        case 12:
            _check_items(component, "items", 1, 10)


def _check_row(children: list[Json]) -> None:
    kinds = [child.get("type") for child in children]
    if not 1 <= len(kinds) <= MAX_ROWS:
        raise invalid_form("components", "Must be between 1 and 5 in length.")
    if len(kinds) > 1 and any(kind != BUTTON for kind in kinds):
        raise invalid_form("components", "A select stands alone in its row.")


def _check_button(button: Json) -> None:
    is_link = button.get("style") == _LINK_BUTTON
    _check_length(button, "url" if is_link else "custom_id", 1, 512 if is_link else 100)
    if not button.get("emoji"):
        _check_length(button, "label", 1, 80)


def _check_select(select: Json) -> None:
    _check_length(select, "custom_id", 1, 100)
    if select.get("placeholder"):
        _check_length(select, "placeholder", 1, 150)
    _check_items(select, "options", 1, 25)
    for option in select["options"]:
        _check_length(option, "label", 1, 100)
        _check_length(option, "value", 1, 100)
        if option.get("description") is not None:
            _check_length(option, "description", 1, 100)
    values = [option["value"] for option in select["options"]]
    if len(set(values)) != len(values):
        raise invalid_form("components.options", "The specified option value is already used")


def _check_length(component: Json, key: str, least: int, most: int) -> None:
    value = component.get(key)
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise invalid_form(f"components.{key}", f"Must be between {least} and {most} in length.")


def _check_items(component: Json, key: str, least: int, most: int) -> None:
    items = component.get(key)
    if not isinstance(items, list) or not least <= len(items) <= most:
        raise invalid_form(f"components.{key}", f"Must be between {least} and {most} in length.")


def fill_in(components: list[Json], world: World) -> list[Json]:
    """Return the components as Discord gives them back: numbered, every default said."""
    numbers = itertools.count(1)
    return [_fill_in(component, numbers, world) for component in components]


def _fill_in(component: Json, numbers: "itertools.count[int]", world: World) -> Json:
    filled: Json = {key: value for key, value in component.items() if value is not None}
    filled["id"] = component.get("id") or next(numbers)
    if isinstance(component.get("components"), list):
        filled["components"] = [_fill_in(child, numbers, world) for child in component["components"]]
    if isinstance(component.get("accessory"), dict):
        filled["accessory"] = _fill_in(component["accessory"], numbers, world)
    match component["type"]:
        case 3:
            filled.setdefault("min_values", 1)
            filled.setdefault("max_values", 1)
        case 11:
            filled = {"description": None, "spoiler": False, **filled}
            filled["media"] = _unfurl(component["media"], world)
        case 12:
            filled["items"] = [
                {"description": None, "spoiler": False, **item, "media": _unfurl(item["media"], world)}
                for item in component["items"]
            ]
        case 14:
            filled = {"spacing": 1, "divider": True, **filled}
        case 17:
            filled = {"accent_color": None, "spoiler": False, **filled}
    return filled


def _unfurl(media: Json, world: World) -> Json:
    return {
        "id": str(world.new_id()),
        "url": media["url"],
        "proxy_url": media["url"],
        "width": 0,
        "height": 0,
    }
