"""What makes a message a reply to another one."""

from typing import TYPE_CHECKING, cast

import discord

if TYPE_CHECKING:
    from discord.types.message import MessageReference as Payload


class Reference(discord.MessageReference):
    """Names a message with ids as text, as Discord documents it; discord.py sends numbers.

    Where the message has been deleted meanwhile, what replies to it is posted all the same.
    """

    def __init__(self, message_id: int, channel_id: int, guild_id: int | None) -> None:
        super().__init__(
            message_id=message_id, channel_id=channel_id, guild_id=guild_id, fail_if_not_exists=False
        )

    def to_dict(self) -> "Payload":
        payload = {
            key: str(value) if key.endswith("_id") else value for key, value in super().to_dict().items()
        }
        return cast("Payload", payload)

    to_message_reference_dict = to_dict
