"""Menus that complete what is typed into them: whole queries, and fields of forms."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from readbot.conversation.form import Lookup
from readbot.language import speaking
from readbot_slack.listeners.answering import acknowledge
from readbot_slack.modals import LOOKUP_PREFIX, find_lookup, to_field_options
from readbot_slack.rendering import ACTION_PREFIX, OWN_PREFIX, QUERY_SUFFIX, to_query_options
from readbot_slack.requests import workspace_of
from readbot_slack.service import Service

Json = dict[str, Any]

#: More than anybody looks through; Slack takes a hundred.
_MAX_SHOWN = 20

_QUERY = re.compile(f"({re.escape(ACTION_PREFIX)}|{re.escape(OWN_PREFIX)})\\d+{re.escape(QUERY_SUFFIX)}")
_FIELD = re.compile(f"{re.escape(LOOKUP_PREFIX)}.+")


def register(app: AsyncApp, service: Service) -> None:
    @app.options(_QUERY)
    async def complete_query(body: Json) -> BoltResponse:
        typed = body.get("value") or ""
        with speaking(_locale(body)):
            found = service.complete(typed, Lookup.QUERY, limit=_MAX_SHOWN, workspace=workspace_of(body))
            return acknowledge(options=to_query_options(found, typed=typed))

    @app.options(_FIELD)
    async def complete_field(body: Json) -> BoltResponse:
        typed = body.get("value") or ""
        what, is_optional = find_lookup(body["action_id"])
        # All sections, all zones: whoever has typed nothing looks through them.
        limit = _MAX_SHOWN if typed.strip() else 100
        with speaking(_locale(body)):
            found = service.complete(typed, what, limit=limit, workspace=workspace_of(body))
            return acknowledge(options=to_field_options(found, typed=typed, is_optional=is_optional))

    def _locale(body: Json) -> str:
        return service.languages.find(workspace_of(body).id, (body.get("user") or {}).get("id", ""))
