import pytest

from readbot.reading_list import Kind
from readbot.reading_list.inference import infer_kind, infer_year


@pytest.mark.parametrize(
    ("url", "year", "why"),
    [
        ("https://arxiv.org/abs/2303.18223", 2023, "YYMM at the head of new identifiers"),
        ("https://arxiv.org/pdf/0704.0001v2.pdf", 2007, "four digits after the dot until 2014"),
        ("https://arxiv.org/abs/cs/0112017", 2001, "old identifiers begin with YYMM too"),
        ("https://arxiv.org/abs/math.GT/9309136", 1993, "arXiv is older than the century"),
        ("https://arxiv.org/abs/2399.18223", None, "there is no month 99"),
        ("https://huyenchip.com/2023/04/11/llm.html", 2023, "/YYYY/MM/DD/"),
        ("https://simonwillison.net/2023/Aug/3/weird-world", 2023, "month by name"),
        ("https://writings.stephenwolfram.com/2023/02/what-is", 2023, "/YYYY/MM/"),
        ("https://lilianweng.github.io/posts/2018-06-24-attention/", 2018, "a dated slug"),
        ("https://lmsys.org/blog/2023-11-14-llm-decontaminator/", 2023, "a dated slug"),
        ("https://www.quantamagazine.org/tiny-models-20231005/", 2023, "eight digits that are a date"),
        ("https://sebastianraschka.com/blog/2021/dl-course.html", 2021, "a folder for each year"),
        ("https://aclanthology.org/2021.wanlp-1.20/", 2021, "anthology, new style"),
        ("https://aclanthology.org/P18-1031/", 2018, "anthology, old style"),
        ("https://example.org/item-12345678/", None, "eight digits that are no date"),
        ("https://example.org/2048", None, "a last segment is a name"),
        ("https://github.com/play/2048/issues", None, "repositories have free names"),
        ("https://example.org/2093/01/01/", None, "a year to come is a name"),
        ("https://example.org/a", None, "nothing tells"),
    ],
)
def test_the_year_is_read_from_the_address(url: str, year: int | None, why: str) -> None:
    assert infer_year(url, latest=2026) == year, why


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://arxiv.org/abs/1706.03762", Kind.PAPER),
        ("https://openreview.net/forum?id=Bl8u7ZRlbM", Kind.PAPER),
        ("https://aclanthology.org/P18-1031/", Kind.PAPER),
        ("https://doi.org/10.1000/182", Kind.PAPER),
        ("https://example.org/files/model.pdf", Kind.PAPER),
        ("https://github.com/owner/repo/blob/main/Logbook.pdf", Kind.PAPER),
        ("https://github.com/owner/repo", Kind.REPO),
        ("https://gitlab.com/owner/repo", Kind.REPO),
        ("https://github.com/owner/repo/discussions/12", Kind.DISCUSSION),
        ("https://github.com/owner", None),
        ("https://gist.github.com/owner/6f88", Kind.POST),
        ("https://www.youtube.com/watch?v=ISPId9Lhc1g", Kind.VIDEO),
        ("https://youtu.be/ISPId9Lhc1g", Kind.VIDEO),
        ("https://docs.google.com/presentation/d/1/edit", Kind.SLIDES),
        ("https://speakerdeck.com/someone/talk", Kind.SLIDES),
        ("https://example.org/talks/slides-2.pdf", Kind.SLIDES),
        ("https://www.reddit.com/r/ML/comments/1/a/", Kind.DISCUSSION),
        ("https://news.ycombinator.com/item?id=1", Kind.DISCUSSION),
        ("https://stackoverflow.com/questions/1/a", Kind.DISCUSSION),
        ("https://www.coursera.org/learn/ml", Kind.COURSE),
        ("https://course.fast.ai/", Kind.COURSE),
        ("https://www.amazon.com/dp/1838558756", Kind.BOOK),
        ("https://www.manning.com/books/a-book", Kind.BOOK),
        ("https://huggingface.co/datasets/a/b", Kind.DATASET),
        ("https://huggingface.co/blog/a", Kind.POST),
        ("https://docs.python.org/3/", Kind.DOCS),
        ("https://packages.example/project/readbot/", Kind.TOOL),
        ("https://podcasts.apple.com/us/podcast/a/id1", Kind.PODCAST),
        ("https://someone.substack.com/p/a", Kind.POST),
        ("https://example.org/2023/04/11/a.html", Kind.POST),
        ("https://example.org/five-years-of-progress/", Kind.POST),
        ("https://example.org/", None),
        ("https://example.org/pricing", None),
    ],
)
def test_the_kind_is_read_from_the_address(url: str, kind: Kind | None) -> None:
    assert infer_kind(url) is kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("The State of GPT (YouTube)", Kind.VIDEO),
        ("Slides", Kind.SLIDES),
        ("A talk [slides]", Kind.SLIDES),
        ("Deep learning (free course)", Kind.COURSE),
        ("A video about books", None),
    ],
)
def test_the_end_of_a_title_tells_more_than_the_address(title: str, kind: Kind | None) -> None:
    assert infer_kind("https://example.org/x", title) is kind
