import random
from collections.abc import Callable
from datetime import date

import pytest

from readbot.conversation.bot import Bot
from readbot.conversation.library import Library, LinkDoctor
from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader, Request
from readbot.reading_list import AlsoLink, Kind, Link, ReadingList, Section
from readbot.search import SearchIndex

Ask = Callable[[str], Reply]

READING_LIST = ReadingList(
    title="Slow food for thought",
    sections=(
        Section(
            title="Bread",
            image="https://example.org/bread.png",
            links=tuple(
                Link(
                    title=f"Sourdough, part {part}",
                    url=f"https://example.org/sourdough/{part}",
                    year=2000 + part,
                )
                for part in range(1, 13)
            ),
            sections=(
                Section(
                    title="Flour",
                    links=(
                        Link(
                            title="Milling at home",
                            url="https://example.org/milling",
                            kind=Kind.POST,
                            year=2001,
                            note="First-hand",
                            aliases=("grinding grain",),
                            also=(AlsoLink(title="Slides", url="https://example.org/milling/slides"),),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            title="Random walks",
            links=(
                Link(title="A walk to the mill", url="https://example.org/walk", kind=Kind.VIDEO, year=2022),
            ),
        ),
    ),
)

DATED = ReadingList(
    title="Dated",
    sections=(
        Section(
            title="All",
            links=(
                Link(title="Old", url="https://example.org/old", added=date(2024, 1, 2), year=2023),
                Link(title="Young", url="https://example.org/young", added=date(2026, 3, 4), year=1999),
                Link(title="Undated", url="https://example.org/undated", year=2025),
            ),
        ),
    ),
)


def make_ask(
    reading_list: ReadingList, *, doctor: LinkDoctor | None = None, takes_suggestions: bool = False
) -> Ask:
    library = Library(reading_list=reading_list, index=SearchIndex(reading_list))
    bot = Bot(library, doctor=doctor, chance=random.Random(7), takes_suggestions=takes_suggestions)

    def ask(text: str) -> Reply:
        reader = Reader(id="U1", name="Ada")
        return bot.handle(
            Request(text=text, platform="test", workspace_id="T1", channel_id="C1", reader=reader)
        )

    return ask


@pytest.fixture
def ask() -> Ask:
    return make_ask(READING_LIST)


@pytest.fixture
def ask_dated() -> Ask:
    return make_ask(DATED)
