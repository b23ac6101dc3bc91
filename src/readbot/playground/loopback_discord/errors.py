"""Discord's refusals, as its API words them.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from typing import Any


class CannotDoThatError(Exception):
    """Discord's client would not let a person do this: no such command, option or button."""


class ApiError(Exception):
    """A request that Discord answers with an error; carries what goes over the wire."""

    def __init__(self, status: int, code: int, message: str, *, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} (error code: {code}): {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def unknown_channel() -> ApiError:
    return ApiError(404, 10003, "Unknown Channel")


def unknown_guild() -> ApiError:
    return ApiError(404, 10004, "Unknown Guild")


def unknown_member() -> ApiError:
    return ApiError(404, 10007, "Unknown Member")


def unknown_message() -> ApiError:
    return ApiError(404, 10008, "Unknown Message")


def unknown_user() -> ApiError:
    return ApiError(404, 10013, "Unknown User")


def unknown_webhook() -> ApiError:
    return ApiError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> ApiError:
    return ApiError(404, 10062, "Unknown interaction")


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def needs_tag() -> ApiError:
    return ApiError(400, 40067, "A tag is required to create a forum post in this channel")


def no_message_in_forum() -> ApiError:
    return ApiError(400, 40058, "Cannot send messages in a forum channel")


def too_many_follow_ups() -> ApiError:
    return ApiError(400, 40094, "This interaction has hit the maximum number of follow up messages")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def others_message() -> ApiError:
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message")


def not_in_dm() -> ApiError:
    return ApiError(403, 50003, "Cannot execute action on a DM channel")


def no_text_channel() -> ApiError:
    return ApiError(400, 50008, "Cannot send messages in a non-text channel")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def wrong_channel_type() -> ApiError:
    return ApiError(400, 50024, "Cannot execute action on this channel type")


def thread_is_archived() -> ApiError:
    return ApiError(400, 50083, "Thread is archived")


def cannot_read_history() -> ApiError:
    return ApiError(400, 160002, "Cannot reply without permission to read message history")


def thread_exists() -> ApiError:
    return ApiError(400, 160004, "A thread has already been created for this message")


def thread_is_locked() -> ApiError:
    return ApiError(400, 160005, "Thread is locked")


def invalid_webhook_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def invalid_form(path: str, message: str, kind: str = "BASE_TYPE_BAD_LENGTH") -> ApiError:
    """Refuse a body; *path* leads to the field, its steps joined by dots."""
    errors: dict[str, Any] = {"_errors": [{"code": kind, "message": message}]}
    for step in reversed(path.split(".")):
        errors = {step: errors}
    return ApiError(400, 50035, "Invalid Form Body", errors=errors)
