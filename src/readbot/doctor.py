"""``readbot doctor``: looks at everything that has to be well for a platform, and says what to do."""

import asyncio
import json
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from readbot.bootstrap import load_platforms
from readbot.exceptions import SettingsError, StoreError, VaultError
from readbot.findings import Finding, Verdict, fail, settings_findings, skip, warn, well
from readbot.ports import HasDoctor, Platform
from readbot.settings import Settings
from readbot.storage import open_store
from readbot.store import Store
from readbot.vault import Vault

#: Exit code where something fails.
_ILL = 1

_LOOKS = {
    Verdict.OK: ("✓ ok", "green"),
    Verdict.SKIPPED: ("– skipped", "dim"),
    Verdict.WARN: ("! warn", "yellow"),
    Verdict.FAIL: ("✗ fail", "bold red"),
}
_VERDICT_WIDTH = max(len(verdict) for verdict, _ in _LOOKS.values())

#: Columns for what was found, where a terminal is narrow.
_LEAST_ROOM = 30


@click.command()
@click.argument("platform")
@click.option(
    "--url", help="Also try the readbot that runs at this address, for instance http://127.0.0.1:3000."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, platform: str, url: str | None, as_json: bool) -> None:
    """Examine a platform's set-up: readbot doctor slack. It changes nothing.

    Takes the settings from the environment, as readbot run does. Exits with 1 where something fails.
    """
    platforms = load_platforms()
    doctors = {name: found for name, found in platforms.items() if isinstance(found, HasDoctor)}
    if platform not in doctors:
        raise click.UsageError(f"{platform!r} has no doctor; use {', '.join(sorted(doctors))}.")
    findings = asyncio.run(_examine(platforms[platform], doctors[platform], url))
    if as_json:
        _print_json(platform, findings)
    else:
        _print_findings(Console(highlight=False), findings)
    if any(finding.verdict is Verdict.FAIL for finding in findings):
        sys.exit(_ILL)


async def _examine(platform: Platform, doctor: HasDoctor, url: str | None) -> list[Finding]:
    try:
        settings = Settings.from_environ(os.environ)
    except SettingsError as error:
        return list(settings_findings(error))
    if not platform.is_configured(settings):
        return [fail("settings", f"Nothing is set for {platform.name}.", f"It needs {platform.needs}.")]
    store, about_store = _open(settings)
    try:
        findings = [about_store]
        findings += [finding async for finding in examine_secrets(settings, store)]
        findings += [finding async for finding in doctor.examine(settings, store, url=url)]
        return findings
    finally:
        if store is not None:
            store.database.close()


def _open(settings: Settings) -> tuple[Store | None, Finding]:
    """Open the database; one that is not there yet is not made."""
    path = (settings.data_dir or Path.cwd()) / "readbot.db"
    if settings.database_url is None and not path.exists():
        return None, skip("database", f"There is none at {path} yet.", "readbot run makes it.")
    try:
        store = open_store(settings, exclusive=False)
    except StoreError as error:
        return None, fail("database", str(error), "Mend that first: much else cannot be looked at.")
    return store, well("database", "It can be opened.")


async def examine_secrets(settings: Settings, store: Store | None) -> AsyncIterator[Finding]:
    """Look whether the keys open every secret in the database."""
    if settings.secret_keys is None and store is None:
        return
    try:
        vault = None if settings.secret_keys is None else Vault(settings.secret_keys)
    except SettingsError as error:
        for finding in settings_findings(error):
            yield finding
        return
    kept = [] if store is None else await asyncio.to_thread(store.installations.list_)
    if vault is None:
        if kept:
            yield fail(
                "secret keys",
                f"The tokens of {len(kept)} workspaces are encrypted, and READBOT_SECRET_KEYS is not set.",
                "Set it to the key with which they were encrypted.",
            )
        return
    closed = [each.owner for each in kept if not _opens(vault, each.secret, each.owner)]
    old = sum(1 for each in kept if each.owner not in closed and not vault.is_current(each.secret))
    if closed:
        yield fail(
            "secret keys",
            f"No key opens the tokens of {', '.join(closed)}.",
            "Put the key back with which they were encrypted, or have the app installed there again.",
        )
    if old:
        yield warn(
            "secret keys", f"{old} tokens open with an older key only.", "Call readbot db rotate-keys."
        )
    if not closed and not old:
        yield well(
            "secret keys",
            f"They open all {len(kept)} tokens in the database."
            if kept
            else "They can encrypt; no token is kept yet.",
        )


def _opens(vault: Vault, sealed: bytes, owner: str) -> bool:
    try:
        vault.open(sealed, owner=owner)
    except VaultError:
        return False
    return True


def _print_json(platform: str, findings: list[Finding]) -> None:
    rows = [
        {
            "verdict": finding.verdict,
            "subject": finding.subject,
            "found": finding.found,
            "advice": finding.advice,
            "link": finding.link,
        }
        for finding in findings
    ]
    click.echo(json.dumps({"platform": platform, "findings": rows}, ensure_ascii=False))


def _print_findings(console: Console, findings: list[Finding]) -> None:
    width = max(cell_len(finding.subject) for finding in findings)
    for finding in findings:
        _print_finding(console, finding, subject_width=width)
    failures = sum(1 for finding in findings if finding.verdict is Verdict.FAIL)
    warnings = sum(1 for finding in findings if finding.verdict is Verdict.WARN)
    console.print(
        Text(f"\n{failures} to mend, {warnings} to look at." if failures or warnings else "\nAll well.")
    )


def _print_finding(console: Console, finding: Finding, *, subject_width: int) -> None:
    """Print what was found in a column of its own; a link whole on its own line, so that it can be copied."""
    verdict, style = _LOOKS[finding.verdict]
    head = Text(set_cell_size(verdict, _VERDICT_WIDTH), style=style)
    head.append("  " + set_cell_size(finding.subject, subject_width) + "  ", style="default")
    room = max(console.width - head.cell_len, _LEAST_ROOM)
    lines = [Text(line) for line in _wrap(finding.found, room)]
    if finding.advice:
        style = "dim" if finding.verdict is Verdict.SKIPPED else "cyan"
        lines += [Text(line, style=style) for line in _wrap(f"→ {finding.advice}", room)]
    if finding.link:
        lines.append(Text(finding.link))
    for number, line in enumerate(lines):
        # Soft: what has no room is not folded.
        console.print(head if number == 0 else " " * head.cell_len, line, sep="", soft_wrap=True)


def _wrap(words: str, width: int) -> list[str]:
    """Return *words* as lines, each of whole words: an address or a command in them stays whole as well."""
    return [
        wrapped
        for line in words.splitlines()
        for wrapped in textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
    ]
