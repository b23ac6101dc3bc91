"""``readbot settings``: what can be set."""

import click

from readbot.settings import SETTINGS


@click.command("settings")
def list_settings() -> None:
    """List the settings: environment variables, their defaults and what they mean."""
    width = max(len(setting.env) for setting in SETTINGS)
    for setting in SETTINGS:
        default = f" [{setting.default}]" if setting.default else ""
        click.echo(f"{setting.env:{width}}  {setting.meaning}{default}")
