import pytest

from readbot.reading_list import AlsoLink, Link, ReadingList, Section

LINK = Link(
    title="Attention",
    url="https://arxiv.org/abs/1706.03762",
    also=(AlsoLink(title="Talk", url="https://www.youtube.com/watch?v=kMb4TmhTlbk"),),
)
OTHER = Link(title="Other", url="https://example.org/a")
READING_LIST = ReadingList(
    title="A list", sections=(Section(title="Papers", links=(LINK,)), Section(title="Posts", links=(OTHER,)))
)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://arxiv.org/abs/1706.03762", LINK),
        ("http://www.arxiv.org/pdf/1706.03762v5.pdf", LINK),
        ("https://youtu.be/kMb4TmhTlbk?si=x", LINK),
        ("http://www.example.org/a/?utm_source=b", OTHER),
    ],
)
def test_an_entry_is_found_by_every_address_of_the_same_thing(url: str, link: Link) -> None:
    entry = READING_LIST.find_address(url)
    assert entry is not None
    assert entry.link == link


@pytest.mark.parametrize("url", ["https://example.org/b", "nonsense", ""])
def test_an_address_that_is_not_on_the_list_finds_none(url: str) -> None:
    assert READING_LIST.find_address(url) is None
