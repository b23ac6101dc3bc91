"""Secrets at rest: what other people's workspaces entrusted to readbot, unreadable in the database.

Fernet (AES-128 in CBC mode with HMAC-SHA256) under the keys of READBOT_SECRET_KEYS: the first encrypts,
all decrypt, so that a key can be changed while readbot runs.

Source: https://cryptography.io/en/latest/fernet/
"""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from readbot.exceptions import SettingsError, VaultError
from readbot.settings import Secret

_HOW_TO = "make one with: readbot db new-key"


def new_key() -> str:
    """Return a fresh key for READBOT_SECRET_KEYS."""
    return Fernet.generate_key().decode()


class Vault:
    """Seals secrets and opens them again. Shows no key in its repr."""

    def __init__(self, keys: Secret) -> None:
        """Work with *keys*, commas between them, the one that encrypts first.

        Raises:
            SettingsError: One of them is no key.
        """
        fernets = []
        for number, key in enumerate(keys.reveal().split(","), start=1):
            try:
                fernets.append(Fernet(key.strip()))
            except ValueError:
                # Without its cause, which may quote the key.
                raise SettingsError(
                    f"READBOT_SECRET_KEYS: key {number} is no key of 32 bytes in base64; {_HOW_TO}"
                ) from None
        self._first = fernets[0]
        self._all = MultiFernet(fernets)
        #: How many keys there are.
        self.key_count = len(fernets)

    def seal(self, values: Mapping[str, str], *, owner: str) -> bytes:
        """Encrypt *values*.

        Args:
            values: Words by name.
            owner: Whose they are; it takes the same to open them, so that one workspace's secret does
                not open in another's row.
        """
        return self._first.encrypt(json.dumps({"owner": owner, "values": dict(values)}).encode())

    def open(self, sealed: bytes, *, owner: str) -> dict[str, str]:
        """Return what :meth:`seal` was given.

        Raises:
            VaultError: No key opens it, or it is somebody else's.
        """
        try:
            said = json.loads(self._all.decrypt(sealed))
        except InvalidToken:
            raise VaultError(owner) from None
        if said["owner"] != owner:
            raise VaultError(owner)
        values: dict[str, str] = said["values"]
        return values

    def renew(self, sealed: bytes, *, owner: str) -> bytes:
        """Return the same secret, encrypted with the first key.

        Raises:
            VaultError: No key opens it, or it is somebody else's.
        """
        return self.seal(self.open(sealed, owner=owner), owner=owner)

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether the first key opens it."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return False
        return True
