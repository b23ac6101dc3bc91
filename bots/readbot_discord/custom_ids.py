"""What stands in the ``custom_id`` of a button, a select or a modal: all that an answer needs to know.

    BUTTON   = "rb" [NUMBER] AIM ["=" DELIVERY] ":" command
    SELECT   = "rb-pick" AIM ":" NUMBER              the command stands in the option's value
    MODAL    = "rb-form" AIM ":" command
    AIM      = ["@" CHANNEL] ["!" MESSAGE] ["~" DRAFT]

So every button works on messages of any age, after any number of restarts, in any process. NUMBER
tells buttons of one message apart that do the same; DELIVERY is the digest that a message brought.
"""

import re
from dataclasses import dataclass

#: Discord's limit.
MAX_CUSTOM_ID = 100

_AIM = r"(?:@(?P<channel>\d+))?(?:!(?P<message>\d+))?(?:~(?P<draft>[0-9a-f]+))?"
_BUTTON = re.compile(rf"rb\d?{_AIM}(?:=(?P<mark>[A-Za-z0-9]+))?:(?P<command>.*)", re.DOTALL)
_SELECT = re.compile(rf"rb-pick{_AIM}:\d+")
_MODAL = re.compile(rf"rb-form{_AIM}:(?P<command>.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a message's buttons act on, where it is not simply the channel that they are in."""

    #: Id of another channel that is spoken of.
    channel_id: str = ""
    #: Id of the message in the same channel that an answer is about, and can be posted as a reply to.
    message_id: str = ""
    #: A form that somebody has filled in, see ``readbot_discord.drafts``.
    draft_id: str = ""

    def __str__(self) -> str:
        marks = (("@", self.channel_id), ("!", self.message_id), ("~", self.draft_id))
        return "".join(sign + value for sign, value in marks if value)


#: The channel that the button is in, and nothing else.
HERE = Aim()


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What a component says when it is used."""

    #: In readbot's command language; of a select what the picked option says.
    command: str
    aim: Aim = HERE
    #: The digest's delivery that came with it; empty for none.
    mark: str = ""


def make_button_id(command: str, aim: Aim = HERE, *, number: int = 1, mark: str = "") -> str:
    """Return the id of a button that runs *command*; longer than ``MAX_CUSTOM_ID`` where it does not fit."""
    return f"rb{number if number > 1 else ''}{aim}{f'={mark}' if mark else ''}:{command}"


def make_select_id(number: int, aim: Aim = HERE) -> str:
    return f"rb-pick{aim}:{number}"


def make_modal_id(command: str, aim: Aim = HERE) -> str:
    return f"rb-form{aim}:{command}"


def read_button_id(custom_id: str) -> Carried | None:
    """Return what a button says, or None for one that readbot does not make."""
    return _read(_BUTTON, custom_id)


def read_modal_id(custom_id: str) -> Carried | None:
    """Return what a submitted modal says, or None for one that readbot does not make."""
    return _read(_MODAL, custom_id)


def read_select_aim(custom_id: str) -> Aim | None:
    """Return what a select is about, or None for one that readbot does not make."""
    found = _SELECT.fullmatch(custom_id)
    return None if found is None else _to_aim(found)


def add_mark(custom_id: str, mark: str) -> str | None:
    """Return a button's id with *mark* in it; None where it is no button's, or there is no room."""
    found = _BUTTON.fullmatch(custom_id)
    if found is None:
        return None
    head, _, command = custom_id.partition(":")
    marked = f"{head.partition('=')[0]}={mark}:{command}"
    return marked if len(marked) <= MAX_CUSTOM_ID else None


def _read(pattern: re.Pattern[str], custom_id: str) -> Carried | None:
    found = pattern.fullmatch(custom_id)
    if found is None:
        return None
    mark = found.groupdict().get("mark") or ""
    return Carried(command=found["command"], aim=_to_aim(found), mark=mark)


def _to_aim(found: re.Match[str]) -> Aim:
    return Aim(
        channel_id=found["channel"] or "", message_id=found["message"] or "", draft_id=found["draft"] or ""
    )
