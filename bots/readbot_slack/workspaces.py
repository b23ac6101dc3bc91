"""Looks at every workspace that installed the app: does its token work, and may it do what it has to?"""

import asyncio
from collections.abc import AsyncIterator

from slack_sdk.web.async_client import AsyncWebClient

from readbot.exceptions import SettingsError, VaultError
from readbot.findings import Finding, fail, skip, well
from readbot.settings import Secret
from readbot.store import Store, StoredInstallation
from readbot.vault import Vault
from readbot_slack.requests import PLATFORM
from readbot_slack.scopes import find_missing
from readbot_slack.tokens import explain_token
from readbot_slack.web_api import Doubt, Failure, ask

#: Workspaces that are asked about at the same time.
_AT_ONCE = 8


async def look_at_workspaces(store: Store, keys: Secret, client: AsyncWebClient) -> AsyncIterator[Finding]:
    """Yield what is wrong, a finding for each workspace, and how many are well."""
    try:
        vault = Vault(keys)
    except SettingsError:
        # Which is said already, where the keys are looked at.
        return
    installed = await asyncio.to_thread(store.installations.list_, PLATFORM)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def look(installation: StoredInstallation) -> Finding | None:
        async with turns:
            return await _look_at(installation, vault, store, client)

    troubles = [found for found in await asyncio.gather(*map(look, installed)) if found is not None]
    for trouble in troubles:
        yield trouble
    if not installed:
        yield skip("workspaces", "None has installed the app yet.", "Open the install page.")
    elif len(troubles) < len(installed):
        yield well("workspaces", f"{len(installed) - len(troubles)} of {len(installed)} are well.")


async def _look_at(
    installation: StoredInstallation, vault: Vault, store: Store, client: AsyncWebClient
) -> Finding | None:
    """Return what is wrong with one; None where nothing is."""
    subject = f"workspace {installation.workspace_id}"
    missing = find_missing(installation.scopes)
    if missing:
        return fail(
            subject,
            f"{installation.name} does not let readbot do all that it has to: {', '.join(missing)} is missing.",
            "Somebody there has to install the app again, at the install page.",
        )
    try:
        tokens = vault.open(installation.secret, owner=installation.owner)
    except VaultError as error:
        return fail(subject, "Its token cannot be read.", str(error))
    if (
        installation.expires_at is not None
        and tokens.get("refresh_token")
        and installation.expires_at <= await asyncio.to_thread(store.now)
    ):
        # Nobody has asked anything there for a while; the next one who does has it renewed.
        return None
    answer = await ask(client.auth_test(token=tokens["bot_token"]))
    if not isinstance(answer, Failure):
        return None
    if answer.doubt is not Doubt.REFUSED:
        return fail(subject, f"Slack does not answer: {answer.reason}.", "Try again in a minute.")
    advice = explain_token(answer.reason) or "somebody there has to install the app again"
    return fail(
        subject, f"Slack refuses {installation.name}'s token: {answer.reason}.", f"{advice.capitalize()}."
    )
