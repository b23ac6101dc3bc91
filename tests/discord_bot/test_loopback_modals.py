"""Modals in the loopback: what a bot may send, and what comes back, read by the real client."""

from typing import Any

import discord
import pytest
from discord import app_commands, ui

from readbot.playground.loopback_discord import CannotDoThatError

from .clients import PlainClient, living_in
from .loopback import Api, Json, ask
from .scenes import Scene


class Form(ui.Modal, title="A digest"):
    """One field of each kind that discord.py can put into a label."""

    def __init__(self) -> None:
        super().__init__(custom_id="form")
        self.words: ui.TextInput[Form] = ui.TextInput(custom_id="words", max_length=20)
        self.day: ui.Select[Form] = ui.Select(
            custom_id="day",
            options=[discord.SelectOption(label=day, value=day[:3]) for day in ("Monday", "Friday")],
        )
        self.pace: ui.RadioGroup[Form] = ui.RadioGroup(
            custom_id="pace",
            options=[discord.RadioGroupOption(label=each, value=each) for each in ("weekly", "daily")],
        )
        self.more: ui.CheckboxGroup[Form] = ui.CheckboxGroup(
            custom_id="more",
            required=False,
            options=[discord.CheckboxGroupOption(label=each, value=each) for each in ("silent", "short")],
        )
        self.sure: ui.Checkbox[Form] = ui.Checkbox(custom_id="sure")
        self.who: ui.UserSelect[Form] = ui.UserSelect(custom_id="who", required=False)
        self.add_item(ui.TextDisplay("When do you want to read?"))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        said = [
            self.words.value,
            self.day.values,
            self.pace.value,
            self.more.values,
            self.sure.value,
            [str(user.id) for user in self.who.values],
        ]
        await interaction.response.send_message(repr(said), ephemeral=True)


class Asker(PlainClient):
    """Opens a form of some fields of ``Form`` at a command."""

    def __init__(self, *fields: str) -> None:
        super().__init__()
        self.form = Form()
        for name in fields:
            self.form.add_item(ui.Label(text=name.title(), component=getattr(self.form, name)))

        async def ask(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_modal(self.form)

        self.tree.add_command(app_commands.Command(name="ask", description="x", callback=ask))


async def open_form(scene: Scene, client: Asker) -> Any:
    await client.tree.sync()
    return await scene.command("ask")


async def test_every_kind_of_field_is_filled_in_and_read(bare: Scene) -> None:
    async with living_in(bare.discord, Asker("words", "day", "pace", "more")) as client:
        opened = await open_form(bare, client)
        sent = await bare.discord.people.submit(
            bare.ada, opened, words="rye", day="Fri", pace="daily", more=["silent", "short"]
        )
    assert sent.text == "['rye', ['Fri'], 'daily', ['silent', 'short'], False, []]"

    bare.discord.world.commands[None] = []
    async with living_in(bare.discord, Asker("sure", "who")) as client:
        opened = await open_form(bare, client)
        sent = await bare.discord.people.submit(bare.ada, opened, sure=True, who=[bare.grace])
    assert sent.text == f"['', [], None, [], True, ['{bare.grace.id}']]"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"words": ""},
        {"words": "x" * 21},
        {"words": "x", "day": "Sun"},
        {"words": "x", "day": ["Mon", "Fri"]},
        {"words": "x", "unknown": "y"},
    ],
)
async def test_the_client_does_not_send_a_form_that_is_filled_in_wrongly(bare: Scene, values: Json) -> None:
    async with living_in(bare.discord, Asker("words", "day")) as client:
        opened = await open_form(bare, client)

        with pytest.raises(CannotDoThatError):
            await bare.discord.people.submit(bare.ada, opened, **values)


def label(component: Json) -> Json:
    return {"type": 18, "label": "l", "component": component}


TEXT = {"type": 4, "custom_id": "t", "style": 1}
OPTION = {"label": "l", "value": "v"}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [label(TEXT | {"custom_id": str(n)}) for n in range(6)],
        [label(TEXT), label(TEXT)],
        [label(TEXT) | {"label": "l" * 46}],
        [label(TEXT) | {"description": "d" * 101}],
        [label({"type": 2, "style": 1, "label": "b", "custom_id": "b"})],
        [label(TEXT | {"style": 3})],
        [label(TEXT | {"value": "too long", "max_length": 3})],
        [label({"type": 3, "custom_id": "s", "options": []})],
        [label({"type": 3, "custom_id": "s", "options": [OPTION, OPTION]})],
        [label({"type": 21, "custom_id": "r", "options": [OPTION]})],
        [label({"type": 22, "custom_id": "c", "options": [OPTION | {"label": "l" * 101}]})],
        [{"type": 10, "content": ""}],
        [{"type": 1, "components": [{"type": 3, "custom_id": "s", "options": [OPTION]}]}],
        [TEXT],
    ],
)
async def test_a_modal_that_does_not_fit_is_refused(bare: Scene, api: Api, rows: list[Json]) -> None:
    callback, _ = ask(bare)
    modal = {"type": 9, "data": {"title": "t", "custom_id": "c", "components": rows}}

    status, refused = await api("POST", callback, modal)

    assert (status, refused["code"]) == (400, 50035)
