"""What people do with modals: fill in, submit, close; and what an answer to that does.

Source: https://docs.slack.dev/surfaces/modals
"""

from readbot.playground.loopback_slack.actions import Actions
from readbot.playground.loopback_slack.checks import check_view
from readbot.playground.loopback_slack.delivery import INTERACTION, Ack
from readbot.playground.loopback_slack.interactions import Delivered, Seen
from readbot.playground.loopback_slack.shapes import view_json
from readbot.playground.loopback_slack.state import SlackError, Workspace
from readbot.playground.loopback_slack.surfaces import Json, View, state_key
from readbot.playground.loopback_slack.views import open_view, replace_view


class Forms(Actions):
    """The side of the loopback that has to do with modals."""

    async def submit(
        self, view: View, values: Json | None = None, *, user: str, workspace: str | None = None
    ) -> Seen:
        """Let a person submit a modal.

        Args:
            view: The one on top of what they have open.
            values: By block id and action id, as Slack's ``state``: what they put into fields, beside
                what is in them.
            user: The person.
            workspace: Theirs.

        Raises:
            LookupError: Slack would not let them: the view is not theirs, or a field is empty that has
                to be filled in.
        """
        team = self.team(workspace)
        if team.views.get(view.id) is not view or view.user != user:
            raise LookupError(f"{user} has no such view open")
        view.fill(user, values or {})
        empty = find_empty(view)
        if empty:
            raise LookupError(f"nobody can submit while this is empty: {', '.join(empty)}")
        payload = self._payload(team, user, "view_submission") | {
            "view": view_json(team, view),
            "response_urls": self._make_response_urls(team, view),
        }
        return await self._interact(
            Delivered(
                team=team,
                user=user,
                kind=INTERACTION,
                payload=payload,
                on_ack=lambda ack: _take_answer(team, view, ack),
                waits=True,
            )
        )

    async def close(
        self, view: View, *, user: str, clears: bool = False, workspace: str | None = None
    ) -> Seen:
        """Let a person close a modal, or all that they have open; the app hears of it where it asked to."""
        team = self.team(workspace)
        for closed in [each for each in team.stack(user) if clears or each is view]:
            team.close_view(closed)
        if not view.body.get("notify_on_close"):
            return Seen(ack=None, shown=[], views=[])
        payload = self._payload(team, user, "view_closed")
        del payload["trigger_id"]
        payload |= {"view": view_json(team, view), "is_cleared": clears}
        return await self._interact(Delivered(team=team, user=user, kind=INTERACTION, payload=payload))

    def _make_response_urls(self, team: Workspace, view: View) -> list[Json]:
        """Return an address for each chosen channel whose field asks for one."""
        found = []
        for block, element in view.located:
            if not element.get("response_url_enabled"):
                continue
            held = view.state(view.user)[block["block_id"]][element["action_id"]]
            channel = held[state_key(element) or ""]
            made = team.make_response_url(channel=channel, user=view.user)
            found.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": self.response_url(made),
                }
            )
        return found


def find_empty(view: View) -> list[str]:
    """Return the labels of fields that have to be filled in and are not."""
    state = view.state(view.user)
    return [
        block["label"]["text"]
        for block, element in view.located
        if block["type"] == "input"
        and not block.get("optional")
        and (key := state_key(element))
        and not state[block["block_id"]][element["action_id"]].get(key)
    ]


def _take_answer(team: Workspace, view: View, ack: Ack) -> str:
    """Do what the answer to a submission says; return why Slack would not."""
    try:
        match ack.body.get("response_action"):
            case None:
                if ack.body:
                    raise SlackError("invalid_arguments", "an answer needs a response_action")
                team.close_view(view)
            case "errors":
                _check_errors(view, ack.body.get("errors"))
            case "update":
                check_view(ack.body.get("view"))
                replace_view(team, view, ack.body["view"])
            case "push":
                open_view(team, view.user, ack.body.get("view"), previous=view)
            case "clear":
                for each in team.stack(view.user):
                    team.close_view(each)
            case other:
                raise SlackError("invalid_arguments", f"there is no response_action {other!r}")
    except SlackError as error:
        return str(error)
    return ""


def _check_errors(view: View, errors: object) -> None:
    inputs = {block["block_id"] for block in view.shown_blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_arguments", f"errors belong to input blocks, of which there are {inputs}")
