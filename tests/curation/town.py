"""A workspace with its front desk, a reading list and people, for the desks of curation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from readbot.conversation.bot import Bot
from readbot.conversation.form import Answer, Form
from readbot.conversation.reply import Choices, Reply
from readbot.conversation.request import Reader, Request, Workspace
from readbot.curation.curators import Curators
from readbot.curation.notebook import Notebook
from readbot.curation.wiring import make_desks
from readbot.front_desk import FrontDesk
from readbot.settings import Settings
from readbot.shelves import Shelves
from readbot.store import Database, Store
from readbot.testing import FakeClock, LoopbackMessenger
from tests.digest_data import START

LIST = """\
    # Kept by hand.
    title: On bread
    description: Good explanations. No hype and no vendor content if possible.
    sections:
      - title: Dough
        links:
          - title: Sourdough basics  # the first
            url: https://arxiv.org/abs/2005.14165
            also:
              - title: Talk
                url: https://www.youtube.com/watch?v=kMb4TmhTlbk
        sections:
          - title: Flour
            links:
              - title: Milling at home
                url: https://example.org/milling
      - title: Ovens
        links:
          - title: Wood-fired ovens
            url: https://example.org/ovens
    """

ADA = Reader(id="U1", name="Ada")
BOB = Reader(id="U2", name="Bob")
#: In the settings.
CURATOR = Reader(id="U8", name="Cleo")
#: A workspace admin.
ADMIN = Reader(id="U9", name="Dan", is_manager=True)
HERE = Workspace(platform="slack", id="T1")
THERE = Workspace(platform="slack", id="T2")


@dataclass(frozen=True, kw_only=True)
class Town:
    """Everything that answers, and what people were told."""

    store: Store
    clock: FakeClock
    shelves: Shelves
    messenger: LoopbackMessenger
    notebook: Notebook
    desk: FrontDesk
    list_path: Path

    async def ask(
        self,
        text: str,
        reader: Reader = ADA,
        *,
        workspace: Workspace = HERE,
        is_private: bool = False,
        values: Mapping[str, str] | None = None,
    ) -> Answer:
        """Say *text*, or submit the form of that command."""
        return await self.desk.answer(
            Request(
                text=text,
                platform=workspace.platform,
                workspace_id=workspace.id,
                channel_id="C1",
                reader=reader,
                is_private=is_private,
                values=values,
            )
        )

    async def say(
        self, text: str, reader: Reader = ADA, *, workspace: Workspace = HERE, **values: str
    ) -> Reply:
        """Say *text*, or submit *values*, and be answered by a reply."""
        answer = await self.ask(text, reader, workspace=workspace, values=values or None)
        assert isinstance(answer, Reply), answer
        return answer

    async def fill(
        self, text: str, reader: Reader = ADA, *, workspace: Workspace = HERE, **values: str
    ) -> Form:
        """Say *text*, or submit *values*, and be answered by a form."""
        answer = await self.ask(text, reader, workspace=workspace, values=values or None)
        assert isinstance(answer, Form), answer
        return answer

    async def suggest(
        self, url: str, reader: Reader = ADA, *, workspace: Workspace = HERE, **values: str
    ) -> str:
        """Suggest a link, and return the suggestion's id."""
        reply = await self.say("suggest", reader, workspace=workspace, **({"url": url} | values))
        assert "waits for a curator" in reply.fallback
        (found,) = [each for each in self.store.suggestions.list_of(workspace, reader.id) if each.url == url]
        return found.id

    async def search(self, query: str, *, workspace: Workspace = HERE) -> str:
        return (await self.say(f"search {query}", workspace=workspace)).fallback


@contextmanager
def open_town(path: Path, *, curators: str = "slack:U8") -> Iterator[Town]:
    """Give a town whose database is in the SQLite file *path*."""
    clock = FakeClock(START)
    list_path = path.with_name("list.yaml")
    list_path.write_text(dedent(LIST), encoding="utf-8")
    aliases_path = path.with_name("aliases.yaml")
    aliases_path.write_text("groups: []\n", encoding="utf-8")
    with Database.open(f"sqlite:///{path}", clock=clock) as database:
        store = Store(database)
        shelves = Shelves([list_path], aliases_path=aliases_path, overlays=store.overlays)
        messenger = LoopbackMessenger(clock=clock)
        settings = Settings(curators=Curators(curators))
        notebook = Notebook(store, gaps_days=90, recent_answers=3, clock=clock)
        desks = make_desks(
            settings, store=store, shelves=shelves, messengers={"slack": messenger}, notebook=notebook
        )
        bot = Bot(shelves)
        shelves.listen(bot.forget)
        desk = FrontDesk(bot, desks=desks, notebook=notebook)
        yield Town(
            store=store,
            clock=clock,
            shelves=shelves,
            messenger=messenger,
            notebook=notebook,
            desk=desk,
            list_path=list_path,
        )
        shelves.close()


def commands(answer: Reply) -> dict[str, str]:
    """Return what can be pressed or picked, by label."""
    picked = [
        (choice.label, choice.command)
        for part in answer.parts
        if isinstance(part, Choices)
        for choice in part.choices
    ]
    return dict([*((action.label, action.command) for action in answer.actions), *picked])


def values_of(form: Form) -> dict[str, str]:
    """Return what stands in a form."""
    return {field.name: field.value for field in form.fields}
