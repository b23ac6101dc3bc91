import pytest

from readbot.curation.house_rule import HouseRule, Remarks, load_house_rule, parse_house_rule
from readbot.exceptions import ListError
from readbot.reading_list.package_data import find_data_file
from readbot.reading_list.yaml_file import load_list

RULE = HouseRule(vendors=("pinecone.io",), hype=("game changer", "10x", "you won't believe"), emoji=("🚀",))


@pytest.fixture(scope="module")
def shipped() -> HouseRule:
    return load_house_rule(find_data_file("vendors.yaml"))


@pytest.mark.parametrize(
    "url", ["https://pinecone.io/a", "http://www.Pinecone.io", "https://blog.pinecone.io/"]
)
def test_a_vendor_s_site_is_pointed_out_with_all_below_it(url: str) -> None:
    assert RULE.examine(url, "") == Remarks(vendor="pinecone.io")


@pytest.mark.parametrize(
    "url", ["https://notpinecone.io/", "https://example.org/pinecone.io", "nonsense", ""]
)
def test_another_site_is_not_taken_for_a_vendor_s(url: str) -> None:
    assert not RULE.examine(url, "A post")


@pytest.mark.parametrize(
    ("title", "hype"),
    [
        ("A Game-Changer for 10X teams", ("game changer", "10x")),
        ("THE GAME CHANGER!", ("game changer",)),
        ("Go 🚀", ("🚀",)),
        ("Games and changers, 110x", ()),
        ("You won't believe it", ("you won't believe",)),
        ("", ()),
    ],
)
def test_words_of_hype_are_found_as_whole_words_however_they_are_written(
    title: str, hype: tuple[str, ...]
) -> None:
    assert RULE.examine("https://example.org", title).hype == hype


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("vendors: [https://example.com]", 'vendors[0]: "https://example.com" is no domain'),
        ("vendors: [Example.com]", "no domain"),
        ("hype: ['!!']", "belong under emoji"),
        ("rules: []", "vendors"),
        ("hype: wow", "list of items"),
    ],
)
def test_a_table_with_mistakes_is_refused_with_line_and_advice(text: str, complaint: str) -> None:
    with pytest.raises(ListError, match=r"table\.yaml:1: ") as refused:
        parse_house_rule(text, file="table.yaml")
    assert complaint in str(refused.value)


def test_an_empty_table_says_nothing_of_any_link() -> None:
    assert not parse_house_rule("", file="table.yaml").examine("https://pinecone.io", "10x")


def test_the_table_that_ships_says_nothing_twice_and_is_in_lower_case(shipped: HouseRule) -> None:
    for words in (shipped.vendors, shipped.hype, shipped.emoji):
        assert len(set(words)) == len(words)
        assert [word for word in words if word != word.lower()] == []
    inner = [one for one in shipped.vendors for other in shipped.vendors if one.endswith(f".{other}")]
    assert inner == []


def test_the_table_that_ships_leaves_the_list_that_ships_in_peace(shipped: HouseRule) -> None:
    """One account of a vendor's is on it, and none of its titles shouts."""
    entries = load_list(find_data_file("list.yaml")).entries
    remarks = [shipped.examine(entry.link.url, entry.link.title) for entry in entries]
    assert [remark for remark in remarks if remark.hype] == []
    assert len([remark for remark in remarks if remark.vendor]) <= 1
