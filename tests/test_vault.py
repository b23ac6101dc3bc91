"""Secrets at rest, and the commands that look after their keys."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from readbot.cli import main
from readbot.exceptions import SettingsError, VaultError
from readbot.settings import Secret
from readbot.store import Database, Store, StoredInstallation
from readbot.vault import Vault, new_key

OLD, NEW = new_key(), new_key()


def open_vault(*keys: str) -> Vault:
    return Vault(Secret(",".join(keys)))


class TestVault:
    def test_what_is_sealed_opens_again_and_cannot_be_read(self) -> None:
        vault = open_vault(OLD)
        sealed = vault.seal({"bot_token": "zanzibar"}, owner="slack T1")
        assert b"zanzibar" not in sealed
        assert vault.open(sealed, owner="slack T1") == {"bot_token": "zanzibar"}

    def test_the_first_key_encrypts_and_all_decrypt(self) -> None:
        sealed = open_vault(OLD).seal({"a": "b"}, owner="o")
        both = open_vault(NEW, OLD)
        assert both.open(sealed, owner="o") == {"a": "b"}
        assert not both.is_current(sealed)
        renewed = both.renew(sealed, owner="o")
        assert both.is_current(renewed)
        assert open_vault(NEW).open(renewed, owner="o") == {"a": "b"}

    def test_another_key_opens_nothing(self) -> None:
        sealed = open_vault(OLD).seal({"a": "b"}, owner="slack T1")
        with pytest.raises(VaultError, match="secrets of slack T1 open with none"):
            open_vault(NEW).open(sealed, owner="slack T1")

    def test_a_secret_does_not_open_in_anothers_row(self) -> None:
        vault = open_vault(OLD)
        sealed = vault.seal({"a": "b"}, owner="slack T1")
        with pytest.raises(VaultError):
            vault.open(sealed, owner="slack T2")

    def test_a_secret_that_was_changed_does_not_open(self) -> None:
        vault = open_vault(OLD)
        sealed = bytearray(vault.seal({"a": "b"}, owner="o"))
        sealed[20] ^= 1
        with pytest.raises(VaultError):
            vault.open(bytes(sealed), owner="o")

    @pytest.mark.parametrize(
        "keys",
        ["zanzibar", f"{OLD},zanzibar", f"{OLD},", OLD[:-3], "ключ"],
        ids=["a word", "a word behind a key", "nothing behind a key", "a key cut short", "no ASCII"],
    )
    def test_a_malformed_key_says_how_to_make_one_and_is_not_shown(self, keys: str) -> None:
        with pytest.raises(SettingsError, match="readbot db new-key") as caught:
            Vault(Secret(keys))
        assert "zanzibar" not in str(caught.value)
        assert OLD not in str(caught.value)
        assert caught.value.__cause__ is None

    def test_no_key_shows_in_a_representation(self) -> None:
        vault = open_vault(NEW, OLD)
        assert not {NEW, OLD} & {str(vault), repr(vault)}
        assert all(key not in repr(vault.__dict__) for key in (NEW, OLD))


class TestCommands:
    @pytest.fixture
    def store(self, sqlite_url: str) -> Iterator[Store]:
        with Database.open(sqlite_url) as database:
            yield Store(database)

    def install(self, store: Store, *teams: str, key: str = OLD) -> None:
        for team in teams:
            secret = open_vault(key).seal({"bot_token": f"token of {team}"}, owner=f"slack {team}")
            store.installations.save(StoredInstallation(platform="slack", workspace_id=team, secret=secret))

    def rotate(self, sqlite_url: str, *keys: str) -> tuple[int, str]:
        environ = {"DATABASE_URL": sqlite_url, "READBOT_SECRET_KEYS": ",".join(keys)}
        result = CliRunner().invoke(main, ["db", "rotate-keys"], env=environ)
        return result.exit_code, result.output

    def test_a_new_key_is_one_that_a_vault_takes(self) -> None:
        result = CliRunner().invoke(main, ["db", "new-key"])
        assert result.exit_code == 0
        assert Vault(Secret(result.output.strip())).key_count == 1

    def test_all_tokens_are_encrypted_anew_with_the_first_key(self, store: Store, sqlite_url: str) -> None:
        self.install(store, "T1", "T2")
        code, said = self.rotate(sqlite_url, NEW, OLD)
        assert code == 0
        assert "tokens of 2 workspaces" in said
        assert "cut to its first key" in said
        for installation in store.installations.list_():
            opened = open_vault(NEW).open(installation.secret, owner=installation.owner)
            assert opened == {"bot_token": f"token of {installation.workspace_id}"}

    def test_where_one_opens_with_no_key_all_stay_and_each_is_named(
        self, store: Store, sqlite_url: str
    ) -> None:
        self.install(store, "T1")
        self.install(store, "T2", "T3", key=new_key())
        before = [installation.secret for installation in store.installations.list_()]
        code, said = self.rotate(sqlite_url, NEW, OLD)
        assert code == 2
        assert "no key opens the secrets of slack T2, slack T3" in said
        assert [installation.secret for installation in store.installations.list_()] == before

    def test_without_a_second_key_it_says_how_to_change_one(self, store: Store, sqlite_url: str) -> None:
        self.install(store, "T1")
        assert "put a new one before it" in self.rotate(sqlite_url, OLD)[1]

    def test_without_workspaces_there_is_nothing_to_do(self, sqlite_url: str) -> None:
        assert self.rotate(sqlite_url, NEW) == (
            0,
            "No workspace has installed readbot: there is nothing to encrypt anew.\n",
        )

    def test_without_keys_it_says_which_to_set(self, sqlite_url: str) -> None:
        code, said = self.rotate(sqlite_url)
        assert code == 2
        assert "READBOT_SECRET_KEYS: is not set" in said
