"""Why a channel's wish about its digest is not met, where a way in has its own words for it."""

from readbot.conversation.reply import plain
from readbot.digests.bag import Filter
from readbot.digests.post import explain_nothing
from readbot.exceptions import DigestError
from readbot.language import tr, translatable


class ZoneNeededError(DigestError):
    """Nobody knows in which time zone the channel lives: ask, and turn on again with the answer."""

    def __init__(self) -> None:
        super().__init__(
            translatable("In which time zone? Name a city: digest on monday 09:00 Europe/Berlin")
        )


class NoDigestError(DigestError):
    """The channel has no digest, or one that is off."""

    def __init__(self) -> None:
        super().__init__(translatable("This channel has no digest. To have one: digest on"))


class NoSectionError(DigestError):
    """No section's name comes near."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(tr("No section is called “{words}”. To see them all: sections", words=words))


class NothingFitsError(DigestError):
    """A filter leaves no link to post."""

    def __init__(self, wanted: Filter) -> None:
        self.wanted = wanted
        super().__init__(plain(explain_nothing(wanted)))
