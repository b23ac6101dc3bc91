"""What happens when a button is pressed or an option is picked.

Dynamic items are known by their custom_id alone: they work on messages of any age, after any
number of restarts, and in any process.
"""

import re
from typing import Any, Self

import discord
from discord import ui

from readbot_discord.answering import AnyInteraction
from readbot_discord.rendering import BUTTON_PREFIX, SELECT_PREFIX


class CommandButton(
    ui.DynamicItem[ui.Button[Any]], template=re.compile(rf"{BUTTON_PREFIX}\d?:(?P<command>.*)", re.DOTALL)
):
    """A button that carries a command of readbot's own."""

    def __init__(self, item: ui.Button[Any], command: str) -> None:
        super().__init__(item)
        self._command = command

    @classmethod
    async def from_custom_id(
        cls, _interaction: AnyInteraction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, ui.Button)  # noqa: S101 - discord.py looks items up by type
        return cls(item, match["command"])

    async def callback(self, interaction: AnyInteraction) -> None:
        await interaction.client.responder.answer(interaction, self._command)


class CommandSelect(ui.DynamicItem[ui.Select[Any]], template=rf"{SELECT_PREFIX}:\d+"):
    """A select whose options carry commands."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: AnyInteraction, item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, ui.Select)  # noqa: S101 - discord.py looks items up by type
        return cls(item)

    async def callback(self, interaction: AnyInteraction) -> None:
        await interaction.client.responder.answer(interaction, self.item.values[0])


def add_components(client: discord.Client) -> None:
    """Let *client* answer readbot's buttons and selects; it has to have a ``responder``."""
    client.add_dynamic_items(CommandButton, CommandSelect)
