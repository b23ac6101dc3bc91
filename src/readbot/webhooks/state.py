"""What a channel behind a webhook has had: a file for people to read and for version control to keep.

It says everything that the next run has to know, and never the webhook's address. A post is written
down as ``trying`` before it is made, so a run that is cut off leaves a trace.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from readbot.digests.bag import Pick, Posted
from readbot.exceptions import StoreError
from readbot.files import replace_file

_VERSION = 1


class Standing(StrEnum):
    """How far a post came."""

    #: About to be made; found by a later run, it was cut off.
    TRYING = "trying"
    SENT = "sent"
    #: It may be in the channel or not: there was no answer.
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, kw_only=True)
class Post:
    """A link that was posted, or may have been."""

    link_id: str
    #: For people; the id says which link it is.
    url: str
    #: As in ``bag.Pick``.
    round: int
    number: int
    at: datetime
    #: The week or day that it was for: "2026-W10", "2026-03-04".
    period: str
    standing: Standing

    @property
    def is_certain(self) -> bool:
        return self.standing is Standing.SENT


@dataclass(frozen=True, kw_only=True)
class ChannelState:
    """A channel's bag."""

    #: Shuffles the bag.
    seed: str
    #: Ids of the links that were on the list when it began: others joined later and come first.
    known: frozenset[str]
    #: Each link once, in the order of its latest post.
    posts: tuple[Post, ...] = ()

    @classmethod
    def begin(cls, link_ids: Iterable[str]) -> "ChannelState":
        return cls(seed=secrets.token_hex(8), known=frozenset(link_ids))

    @property
    def last(self) -> Post | None:
        return self.posts[-1] if self.posts else None

    @property
    def posted(self) -> Sequence[Posted]:
        """What the channel has had, as the bag asks for it."""
        return [Posted(link_id=post.link_id, round=post.round) for post in self.posts]

    def with_try(self, pick: Pick, *, at: datetime, period: str) -> "ChannelState":
        """Return the state with one more post, about to be made."""
        link = pick.entry.link
        post = Post(
            link_id=link.id,
            url=link.url,
            round=pick.round,
            number=pick.number,
            at=at,
            period=period,
            standing=Standing.TRYING,
        )
        others = tuple(had for had in self.posts if had.link_id != link.id)
        return replace(self, posts=(*others, post))

    def settle(self, standing: Standing) -> "ChannelState":
        """Return the state with the last post as it came out."""
        return replace(self, posts=(*self.posts[:-1], replace(self.posts[-1], standing=standing)))


def load_state(path: Path) -> ChannelState | None:
    """Return what the file *path* holds, None where there is none.

    Raises:
        StoreError: It cannot be read, or was not written by ``save_state``.
    """
    try:
        if path.exists() and not path.is_file():
            raise StoreError(f"{path} is no file; name one, which the first run makes.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}); check the permissions.") from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, "it is no UTF-8 text") from error
    try:
        return _read_state(json.loads(text))
    except json.JSONDecodeError as error:
        raise _unreadable(path, f"line {error.lineno}: {error.msg}") from error
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise _unreadable(path, f"{type(error).__name__}: {error}") from error


def save_state(path: Path, state: ChannelState) -> None:
    """Write *state* to *path*, whole or not at all; it is on the disk when this returns.

    Raises:
        StoreError: It cannot be written; the file is as it was.
    """
    values = {
        "about": "What readbot post has posted. Keep it: without it, links come again.",
        "version": _VERSION,
        "seed": state.seed,
        "posts": [_write_post(post) for post in state.posts],
        "known": sorted(state.known),
    }
    try:
        replace_file(path, json.dumps(values, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path} cannot be written ({reason}); name a file in a folder that is there and yours."
        ) from error


def _write_post(post: Post) -> dict[str, Any]:
    return {
        "link": post.link_id,
        "url": post.url,
        "round": post.round,
        "number": post.number,
        "at": post.at.isoformat(timespec="seconds"),
        "period": post.period,
        "standing": post.standing.value,
    }


def _read_state(values: Mapping[str, Any]) -> ChannelState:
    if values["version"] != _VERSION:
        raise ValueError(f"version {values['version']!r} is not known to this readbot")
    posts = tuple(_read_post(post) for post in values["posts"])
    known = frozenset(_text(link_id) for link_id in values["known"])
    return ChannelState(seed=_text(values["seed"]), known=known, posts=posts)


def _read_post(values: Mapping[str, Any]) -> Post:
    at = datetime.fromisoformat(values["at"])
    if at.tzinfo is None:
        raise ValueError(f"{values['at']!r} has no time zone")
    return Post(
        link_id=_text(values["link"]),
        url=_text(values["url"]),
        round=_count(values["round"]),
        number=_count(values["number"]),
        at=at,
        period=_text(values["period"]),
        standing=Standing(values["standing"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} should be text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{value!r} should be a number from 1 on")
    return value


def _unreadable(path: Path, why: str) -> StoreError:
    return StoreError(
        f"{path} is no state that readbot post wrote ({why}). Nothing was posted. Bring back an older version of "
        "the file, from version control for instance; or move it away to begin anew: links may then come again."
    )
