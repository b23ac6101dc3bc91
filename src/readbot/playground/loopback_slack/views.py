"""The Web API's methods about modals and Home tabs.

Source: https://docs.slack.dev/surfaces/modals and https://docs.slack.dev/surfaces/app-home
"""

import secrets
from typing import Any

from readbot.playground.loopback_slack.arguments import text
from readbot.playground.loopback_slack.checks import check_view
from readbot.playground.loopback_slack.shapes import view_json
from readbot.playground.loopback_slack.state import ChangeKind, SlackError, Workspace
from readbot.playground.loopback_slack.surfaces import Json, View

#: Root and two more.
MAX_VIEW_STACK = 3


def views_open(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    check_view(arguments.get("view"))
    trigger = workspace.spend_trigger(text(arguments, "trigger_id"))
    view = open_view(workspace, trigger.user, arguments["view"], channel=trigger.channel)
    return {"view": view_json(workspace, view)}


def views_push(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    check_view(arguments.get("view"))
    trigger = workspace.spend_trigger(text(arguments, "trigger_id"))
    stack = workspace.stack(trigger.user)
    if not stack:
        raise SlackError("invalid_arguments", "there is no open view to push onto")
    view = open_view(workspace, trigger.user, arguments["view"], previous=stack[-1])
    return {"view": view_json(workspace, view)}


def views_update(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    wanted_id, external_id = arguments.get("view_id"), arguments.get("external_id")
    for view in (*workspace.views.values(), *workspace.homes.values()):
        if view.id == wanted_id or (external_id and view.body.get("external_id") == external_id):
            break
    else:
        raise SlackError("not_found")
    _check_hash(view, arguments)
    check_view(arguments.get("view"))
    replace_view(workspace, view, arguments["view"])
    return {"view": view_json(workspace, view)}


def views_publish(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    user = workspace.find_user(text(arguments, "user_id"))
    check_view(arguments.get("view"))
    if arguments["view"]["type"] != "home":
        raise SlackError("invalid_arguments", "only a home can be published")
    home = workspace.homes.get(user.id)
    if home is None:
        home = _make_view(user.id, arguments["view"])
        workspace.homes[user.id] = home
        workspace.tell(ChangeKind.HOME_PUBLISHED, home)
    else:
        _check_hash(home, arguments)
        replace_view(workspace, home, arguments["view"])
    return {"view": view_json(workspace, home)}


def open_view(
    workspace: Workspace, user: str, body: Any, *, previous: View | None = None, channel: str = ""
) -> View:
    """Show somebody a modal, upon *previous* if that is given.

    Raises:
        SlackError: It is no modal that Slack would take, or the third upon the first.
    """
    check_view(body)
    if body["type"] != "modal":
        raise SlackError("invalid_arguments", "only a modal can be opened")
    if previous and len(workspace.stack(user)) >= MAX_VIEW_STACK:
        raise SlackError("push_limit_reached")
    view = _make_view(user, body)
    view.channel = previous.channel if previous else channel
    if previous:
        view.root_view_id, view.previous_view_id = previous.root_view_id, previous.id
    workspace.views[view.id] = view
    workspace.tell(ChangeKind.VIEW_OPENED, view)
    return view


def replace_view(workspace: Workspace, view: View, body: Json) -> None:
    """Show something else in a view; fields that are still there keep what was put into them."""
    view.body, view.hash = body, _make_hash()
    is_home = body["type"] == "home"
    workspace.tell(ChangeKind.HOME_PUBLISHED if is_home else ChangeKind.VIEW_UPDATED, view)


def _make_view(user: str, body: Json) -> View:
    view_id = f"V{secrets.token_hex(4).upper()}"
    return View(id=view_id, user=user, body=body, hash=_make_hash(), root_view_id=view_id)


def _make_hash() -> str:
    return secrets.token_hex(4)


def _check_hash(view: View, arguments: Json) -> None:
    if arguments.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
