"""What an import did, told so that nothing disappears in silence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_FORMS = {
    "markdown": "in Markdown",
    "html": "in HTML",
    "bare": "written out as text",
    "definition": "defined, never used",
}


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A link of the file that is not on the list, and why."""

    line: int
    url: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something that was mended, or that the list format has no place for."""

    line: int
    message: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """Counts and reasons. Of every external link in the file it is known where it went."""

    file: str
    title: str
    sections: int
    entries: int
    #: Further addresses of entries.
    also: int
    acknowledgements: int
    #: External links found, by form: "markdown", "html", "bare", "definition". Pictures do not count.
    found_by_form: dict[str, int]
    left_out: tuple[LeftOut, ...]
    mended: tuple[Remark, ...]
    remarks: tuple[Remark, ...]

    @property
    def found(self) -> int:
        return sum(self.found_by_form.values())

    @property
    def kept(self) -> int:
        return self.entries + self.also + self.acknowledgements

    @property
    def is_complete(self) -> bool:
        """Tell whether links kept and links left out are the links in the file."""
        return self.kept + len(self.left_out) == self.found

    def format(self) -> str:
        """Return the report as text: counts first, then each thing with its line."""
        forms = ", ".join(
            f"{self.found_by_form[form]} {how}" for form, how in _FORMS.items() if form in self.found_by_form
        )
        kept = ", ".join(
            [
                f"{_count(self.entries, 'entry', 'entries')} in {_count(self.sections, 'section', 'sections')}",
                _count(self.also, "further address of an entry", "further addresses of entries"),
                _count(self.acknowledgements, "acknowledgement", "acknowledgements"),
            ]
        )
        lines = [
            f"{self.file}: {self.title}",
            f"  {_count(self.found, 'link', 'links')} to the web found ({forms or 'none'})",
            f"  {self.kept} kept: {kept}",
            f"  {len(self.left_out)} left out",
        ]
        lines += _format_block("Mended", [(remark.line, remark.message) for remark in self.mended])
        lines += _format_block(
            "Not kept, having no links to read", [(r.line, r.message) for r in self.remarks]
        )
        lines += self._format_left_out()
        return "\n".join(lines)

    def _format_left_out(self) -> list[str]:
        if not self.left_out:
            return []
        lines = ["Links left out"]
        for reason, count in Counter(_general(item.reason) for item in self.left_out).items():
            lines.append(f"  {reason} ({count}):")
            lines += [
                f"    line {item.line}: {item.url}{_particular(item.reason)}"
                for item in self.left_out
                if _general(item.reason) == reason
            ]
        return lines


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _format_block(heading: str, items: Sequence[tuple[int, str]]) -> list[str]:
    if not items:
        return []
    return [heading, *(f"  line {line}: {message}" for line, message in items)]


def _general(reason: str) -> str:
    return reason.partition(": ")[0]


def _particular(reason: str) -> str:
    particular = reason.partition(": ")[2]
    return f" ({particular})" if particular else ""
