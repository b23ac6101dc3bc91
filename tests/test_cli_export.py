"""``readbot export`` as a person runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readbot.cli import main
from readbot.reading_list.yaml_file import default_list_path, load_list


def readbot(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_list_goes_out_as_markdown_and_comes_back_in(tmp_path: Path) -> None:
    markdown, back = tmp_path / "README.md", tmp_path / "list.yaml"

    out = readbot("export", "--format", "markdown", "-o", markdown)
    assert (out.exit_code, out.output.split(":")[0]) == (0, f"Wrote {markdown}")
    assert readbot("import", markdown, "-o", back).exit_code == 0

    assert load_list(back) == load_list(default_list_path())


@pytest.mark.parametrize("form", ["markdown", "json", "opml", "rss"])
def test_without_a_file_the_list_is_printed_and_nothing_else(form: str) -> None:
    done = readbot("export", "--format", form)
    assert done.exit_code == 0
    assert done.stdout.endswith("\n")
    assert "https://arxiv.org/abs/1706.03762" in done.stdout
    assert done.stderr == ""


def test_markdown_goes_out_as_well_and_the_settings_name_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# Own\n\n## S\n\n- [T](https://t.example)\n")
    monkeypatch.setenv("READBOT_LIST", f"{readme},{default_list_path()}")
    assert json.loads(readbot("export", "--format", "json").stdout)["title"] == "Own"


def test_the_addresses_of_the_list_go_into_its_feeds() -> None:
    home, feed = "https://lists.example/", "https://lists.example/feed.json"
    done = json.loads(readbot("export", "--format", "json", "--home", home, "--feed", feed).stdout)
    assert (done["home_page_url"], done["feed_url"]) == (home, feed)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--format", "docx"], "is not one of 'markdown', 'json', 'opml', 'rss'"),
        ([], "Missing option '--format'"),
        (["--format", "rss", "no-such-list.yaml"], "check the name and the permissions"),
        (["--format", "rss", "-o", "no/such/folder.xml"], "choose another place"),
        (["--format", "rss", "--home", "lists.example"], "--home does not begin with http:// or https://"),
    ],
)
def test_a_wrong_call_says_what_to_do(arguments: list[str], advice: str) -> None:
    done = readbot("export", *arguments)
    assert done.exit_code == 2
    assert advice in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
