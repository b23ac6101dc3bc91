"""Two Discord servers with one readbot in both, whose list is a file of its own that curators look after."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import Channel, LoopbackDiscord, Sight, User
from readbot.playground.loopback_discord.components import BUTTON
from readbot.playground.loopback_discord.modals import list_fields
from tests.curation.town import LIST

from .scenes import make_scene, until
from .towns import Town, living


@dataclass(kw_only=True)
class Circle(Town):
    """Ada owns both servers, Grace is a member of both; Cleo is a member and a curator in the settings."""

    cleo: User
    #: In the other server.
    elsewhere: Channel
    list_path: Path

    async def ask(self, query: str, *, by: User | None = None, where: Channel | None = None) -> str:
        sight = await self.discord.people.command(
            by or self.grace, where or self.channel, "llmread", query=query
        )
        return sight.text

    async def show(self, section: str, *, where: Channel | None = None) -> str:
        return (
            await self.discord.people.command(
                self.grace, where or self.channel, "readbot section", name=section
            )
        ).text

    async def curate(self, what: str) -> Sight:
        """Let Ada use one of the commands for those who look after the list."""
        return await self.command(f"readbot-curate {what}")

    async def suggest(self, url: str, title: str = "", *, by: User | None = None) -> Sight:
        """Suggest a link by the command's own options."""
        options = {"address": url} | ({"title": title} if title else {})
        return await self.command("readbot suggest", by=by or self.grace, **options)

    async def fill(self, opened: Sight, *, by: User | None = None, **values: str) -> Sight:
        """Fill in a form and send it; a section is picked by its label."""
        assert opened.modal is not None, opened.text
        for field in list_fields(opened.modal):
            name = field["custom_id"]
            if name in values and "options" in field:
                values[name] = next(o["value"] for o in field["options"] if o["label"] == values[name])
        return await self.discord.people.submit(by or self.ada, opened, **values)

    async def approve(self, *, title: str = "On yeast", section: str = "Flour", note: str = "") -> Sight:
        """Let Ada approve what waits, and return what she sees then."""
        form = await self.click((await self.curate("suggestions")).message, "Approve")
        return await self.fill(form, title=title, section=section, note=note)

    async def use(self, custom_id: str, *, by: User) -> Sight:
        """Let somebody press a button that their screen still shows, whoever may."""
        (*_, own) = [m for m in self.channel.messages if m.visible_to is by]
        return await self.discord.people.use_component(by, own, custom_id, BUTTON)

    async def told(self, user: User) -> str:
        """Return the last direct message to somebody, once there is one."""
        await until(lambda: bool(self.direct(user)))
        return self.direct(user)[-1]


@contextlib.asynccontextmanager
async def run_circle(
    discord: LoopbackDiscord, faults: Faults, folder: Path, **environ: str
) -> AsyncIterator[Circle]:
    """Run readbot as ``readbot run`` does, in both servers, with its state and its list in *folder*."""
    list_path = folder / "bread.yaml"
    list_path.write_text(dedent(LIST), encoding="utf-8")
    scene = make_scene(discord)
    scene.grace.locale = "en-GB"
    cleo = discord.world.add_user("cleo")
    others = discord.world.add_guild("others", owner=scene.ada)
    discord.world.add_member(scene.guild, cleo)
    discord.world.add_member(others, scene.grace)
    settings = {"READBOT_LIST": str(list_path), "READBOT_CURATORS": f"discord:{cleo.id}"}
    async with living(scene, faults, folder, environ=settings | environ) as town:
        yield Circle(
            **vars(town),
            cleo=cleo,
            elsewhere=discord.world.add_channel(others, "elsewhere"),
            list_path=list_path,
        )
