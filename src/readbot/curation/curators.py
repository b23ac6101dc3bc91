"""Who decides on suggestions: people whom the operator names, beside each workspace's admins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CURATOR = re.compile(r"([a-z][a-z0-9_-]*):([A-Za-z0-9._@:-]{1,100})")


@dataclass(frozen=True)
class Curator:
    """A person who keeps the list."""

    #: Entry-point name of the platform.
    platform: str
    #: The platform's own id of the person.
    id: str


class Curators(tuple[Curator, ...]):
    """People as READBOT_CURATORS has them: "slack:U123,discord:456"."""

    def __new__(cls, words: str = "") -> "Curators":
        """Read what the setting says.

        Raises:
            ValueError: Some of it names nobody.
        """
        return super().__new__(cls, dict.fromkeys(_read(words)))

    def on(self, platform: str) -> list[str]:
        """Return the ids of those on one platform."""
        return [curator.id for curator in self if curator.platform == platform]

    def __str__(self) -> str:
        return ",".join(f"{curator.platform}:{curator.id}" for curator in self)


def _read(words: str) -> Iterator[Curator]:
    for piece in filter(None, (piece.strip() for piece in words.split(","))):
        platform, _, person_id = piece.partition(":")
        found = _CURATOR.fullmatch(f"{platform.strip().lower()}:{person_id.strip()}")
        if found is None:
            raise ValueError(
                f"{piece!r} names nobody; write platform and id, with commas between: slack:U123,discord:456"
            )
        yield Curator(found[1], found[2])
