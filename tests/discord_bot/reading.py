"""A small list that stays as it is, so that tests can say what an answer holds."""

from readbot.reading_list import AlsoLink, Kind, Link, ReadingList, Section


def _link(title: str, path: str, kind: Kind, **more: object) -> Link:
    return Link(title=title, url=f"https://example.org/{path}", kind=kind, **more)  # type: ignore[arg-type]


READING_LIST = ReadingList(
    title="Slow food for thought",
    sections=(
        Section(
            title="Bread",
            image="https://example.org/bread.png",
            links=tuple(
                _link(f"Sourdough, part {part}", f"sourdough/{part}", Kind.POST, year=2000 + part)
                for part in range(1, 8)
            ),
            sections=(
                Section(
                    title="Flour",
                    links=(
                        _link(
                            "Milling at home",
                            "milling_(craft)",
                            Kind.VIDEO,
                            note="First-hand",
                            aliases=("grinding grain",),
                            also=(AlsoLink(title="Slides", url="https://example.org/milling/slides"),),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            title="Cheese",
            links=(
                _link("Washed rinds", "rinds", Kind.PAPER, year=1999, aliases=("smear-ripened",)),
                _link("Rennet for beginners", "rennet", Kind.VIDEO),
                _link("A starter for cheese", "starter-cheese", Kind.POST),
            ),
        ),
        Section(title="Starters", links=(_link("A starter for bread", "starter-bread", Kind.VIDEO),)),
    ),
)
