"""Discord's own OpenAPI document, where it lies beside the checkout, as a judge of responses."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from readbot.playground.loopback_discord.rest import Call

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "discord_openapi.json"


@cache
def _load() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    return document


class OpenApi:
    """Finds what a response breaks of the schema of its operation."""

    def __init__(self) -> None:
        self._document = _load()

    def complaints(self, call: Call) -> list[str]:
        """Return what is wrong with the answer to *call*; an error, or an answer that never came, is not judged."""
        if call.status is None or call.status >= 400:
            return []
        responses = self._operation(call)["responses"]
        described = responses.get(str(call.status))
        if described is None:
            return [f"{call.method} {call.path}: status {call.status} is not described"]
        content = described.get("content", {}).get("application/json")
        if content is None:
            return [] if call.answer is None else [f"{call.method} {call.path}: no body is described"]
        schema = {**content["schema"], "components": self._document["components"]}
        return [
            f"{call.method} {call.path}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in Draft202012Validator(schema).iter_errors(call.answer)
        ]

    def _operation(self, call: Call) -> dict[str, Any]:
        # Literal steps win over parameters: "@me" is no id.
        for template in sorted(self._document["paths"], key=lambda path: path.count("{")):
            pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template))
            operation = self._document["paths"][template].get(call.method.lower())
            if operation and re.fullmatch(pattern, call.path):
                found: dict[str, Any] = operation
                return found
        raise LookupError(f"Discord has no {call.method} {call.path}")
