"""The terminal's look for replies: the platform that everybody has."""

from rich.console import Console
from rich.text import Text as RichText

from readbot.conversation.commands import shorten_command
from readbot.conversation.reply import (
    Choices,
    Heading,
    LinkCard,
    Paragraph,
    Part,
    Picture,
    Reply,
    Rows,
    Span,
    Style,
    Text,
)

#: Choices shown before the rest is only counted.
_MAX_CHOICES = 30


def print_reply(console: Console, reply: Reply) -> list[str]:
    """Print *reply* with numbered buttons; return their commands, the first for number 1."""
    commands: list[str] = []
    for part in reply.parts:
        _print_part(console, part, commands)
    if reply.actions:
        labels = []
        for action in reply.actions:
            commands.append(action.command)
            labels.append(f"[{len(commands)}] {action.label}")
        console.print(RichText("  ".join(labels), style="cyan"), soft_wrap=True)
    return commands


def _print_part(console: Console, part: Part, commands: list[str]) -> None:
    match part:
        case Heading(words=words):
            console.print(RichText(words, style="bold underline"))
        case Paragraph(text=text, subdued=subdued):
            console.print(_rich(text, "dim" if subdued else ""))
        case Rows(rows=rows):
            for row in rows:
                console.print(_rich(row))
        case LinkCard():
            _print_card(console, part)
        case Picture(url=url, alt=alt):
            console.print(RichText(f"{alt}: {url}", style="dim"), soft_wrap=True)
        case Choices():
            _print_choices(console, part, commands)


def _print_card(console: Console, card: LinkCard) -> None:
    console.print(RichText("• ").append(card.title, style=f"bold link {card.url}"))
    details = [RichText(card.url, style="blue"), RichText(card.facts, style="dim")]
    if card.note:
        details.append(RichText(card.note, style="italic"))
    details += [RichText(f"also: {also.title} {also.url}") for also in card.also]
    if card.why:
        details.append(RichText(card.why, style="dim italic"))
    for line in details:
        # Soft: an address that is broken over two lines can be neither clicked nor copied.
        console.print(RichText("  ").append_text(line), soft_wrap=True)


def _print_choices(console: Console, part: Choices, commands: list[str]) -> None:
    console.print(RichText(f"{part.label}:"))
    for choice in part.choices[:_MAX_CHOICES]:
        commands.append(choice.command)
        detail = f"  {choice.detail}" if choice.detail else ""
        console.print(
            RichText(f"  [{len(commands)}] ", style="cyan")
            .append(choice.label, style="default")
            .append(detail, "dim")
        )
    if len(part.choices) > _MAX_CHOICES:
        console.print(RichText(f"  and {len(part.choices) - _MAX_CHOICES} more: say a name", style="dim"))


def _rich(text: Text, style: str = "") -> RichText:
    line = RichText(style=style)
    for span in text:
        line.append(_words(span), _rich_style(span))
    return line


def _words(span: Span) -> str:
    if span.style is Style.COMMAND:
        return f"/llmread {shorten_command(span.text)}"
    return span.text


def _rich_style(span: Span) -> str:
    look = {Style.BOLD: "bold", Style.CODE: "cyan", Style.COMMAND: "cyan"}.get(span.style, "")
    return f"{look} link {span.url}".strip() if span.url else look
