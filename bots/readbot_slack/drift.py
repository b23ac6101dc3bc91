"""Whether the app at Slack is still the one that the manifest describes."""

from collections.abc import Iterator
from typing import Any

#: People may call the app what they like, and describe it as they like.
_FREE = {"_metadata", "display_information", "bot_user", "always_online", "description", "usage_hint"}

#: More of these is no harm: another address, another tab.
_MAY_HAVE_MORE = {"redirect_urls"}


def find_lacking(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Yield what *ours* has and the app has not, or has otherwise, a line each.

    Args:
        ours: The manifest that readbot goes by, or a part of it.
        theirs: The same part of the app's.
        path: Where it stands: "settings.interactivity".
    """
    if isinstance(ours, dict):
        for key, value in ours.items():
            if key not in _FREE:
                known = theirs.get(key) if isinstance(theirs, dict) else None
                yield from find_lacking(value, known, f"{path}.{key}" if path else key)
    elif isinstance(ours, list) and all(isinstance(each, dict) for each in ours):
        yield from _find_lacking_commands(ours, theirs if isinstance(theirs, list) else [], path)
    elif isinstance(ours, list):
        lacking = [str(each) for each in ours if not isinstance(theirs, list) or each not in theirs]
        if lacking:
            yield f"{path} lacks {', '.join(lacking)}"
    elif (theirs or False) != (ours or False):
        yield f"{path} is {_show(theirs)}, not {_show(ours)}"


def find_extra(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Yield what the app's lists have beyond *ours*, a line each."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key, value in theirs.items():
            if key not in _FREE | _MAY_HAVE_MORE and key in ours:
                yield from find_extra(ours[key], value, f"{path}.{key}" if path else key)
    elif isinstance(theirs, list) and isinstance(ours, list):
        extra = [_name(each) for each in theirs if _name(each) not in {_name(known) for known in ours}]
        if extra:
            yield f"{path} has {', '.join(extra)} as well"


def _find_lacking_commands(ours: list[Any], theirs: list[Any], path: str) -> Iterator[str]:
    """Compare lists of commands or shortcuts, which are known by one of their values."""
    known = {_name(each): each for each in theirs}
    for each in ours:
        name = _name(each)
        if name not in known:
            yield f"{path} lacks {name}"
        else:
            yield from find_lacking(each, known[name], f"{path} {name}")


def _name(item: Any) -> str:
    if isinstance(item, dict):
        return str(item.get("command") or item.get("callback_id") or item.get("name") or "")
    return str(item)


def _show(value: Any) -> str:
    return "not set" if value in (None, "") else str(value).lower() if isinstance(value, bool) else str(value)
