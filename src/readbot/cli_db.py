"""``readbot db``: looks after the database and the secrets in it."""

import os

import click

from readbot.exceptions import SettingsError, VaultError
from readbot.settings import Settings
from readbot.storage import visit_store
from readbot.store import Store
from readbot.vault import Vault
from readbot.vault import new_key as make_key


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version; every start does so too."""
    with visit_store(Settings.from_environ(os.environ)):
        click.echo("The database is up to date.")


@db.command("new-key")
def new_key() -> None:
    """Print a fresh key for READBOT_SECRET_KEYS; whoever has it can read the tokens in the database."""
    click.echo(make_key())


@db.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt every token in the database anew with the first of READBOT_SECRET_KEYS.

    To change the key: put a new one before the old one (new,old), restart readbot everywhere, call this,
    and take the old one away. Either all tokens are encrypted anew or none.
    """
    settings = Settings.from_environ(os.environ)
    if settings.secret_keys is None:
        raise SettingsError(
            "READBOT_SECRET_KEYS: is not set; put the new key first and the old one behind it, a comma between"
        )
    vault = Vault(settings.secret_keys)
    with visit_store(settings) as store:
        _make_sure_all_open(store, vault)
        count = store.installations.rewrite_secrets(lambda sealed, owner: vault.renew(sealed, owner=owner))
    click.echo(_report(count, vault.key_count))


def _make_sure_all_open(store: Store, vault: Vault) -> None:
    """Name every workspace whose secret no key opens, not only the first.

    Raises:
        SettingsError: There are such.
    """
    closed = []
    for installation in store.installations.list_():
        try:
            vault.open(installation.secret, owner=installation.owner)
        except VaultError as error:
            closed.append(error.owner)
    if closed:
        raise SettingsError(
            f"READBOT_SECRET_KEYS: no key opens the secrets of {', '.join(closed)}; nothing was changed. Put "
            "the key back with which they were encrypted, or have the app installed there again."
        )


def _report(count: int, key_count: int) -> str:
    if not count:
        return "No workspace has installed readbot: there is nothing to encrypt anew."
    done = (
        f"Encrypted the tokens of {count} {'workspace' if count == 1 else 'workspaces'} with the first key."
    )
    if key_count == 1:
        return f"{done} There is no other key: to change it, put a new one before it and call this again."
    return f"{done} READBOT_SECRET_KEYS can be cut to its first key, once every readbot knows that one."
