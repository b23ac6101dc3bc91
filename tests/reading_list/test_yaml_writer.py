from hypothesis import given

from readbot.reading_list import ReadingList
from readbot.reading_list.yaml_file import dump_list, parse_list

from .lists import links, reading_lists, texts


@given(reading_lists(link=links(), title=texts(200)))
def test_loading_what_was_written_gives_the_same_list(reading_list: ReadingList) -> None:
    assert parse_list(dump_list(reading_list), file="list.yaml") == reading_list
