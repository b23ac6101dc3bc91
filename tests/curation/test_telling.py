from dataclasses import dataclass, field
from typing import Any, cast

from readbot.conversation.reply import Paragraph, Reply, text
from readbot.curation.curators import Curators
from readbot.curation.telling import make_teller
from readbot.digests.model import Channel
from readbot.digests.outcomes import PostOutcome, Refusal, Refused, Sent
from readbot.ports import Messenger
from readbot.store import Store
from readbot.store.installations import StoredInstallation

REPLY = Reply(parts=(Paragraph(text=text("2 moved")),))


@dataclass
class OneWorkspace:
    """A messenger that reaches people of one workspace."""

    workspace_id: str = ""
    told: list[tuple[str, str]] = field(default_factory=list)

    async def tell(self, channel: Channel, person_id: str, reply: Reply) -> PostOutcome:
        if person_id == "BROKEN":
            raise RuntimeError("bug")
        if channel.workspace_id != self.workspace_id:
            return Refused(refusal=Refusal.UNREACHABLE, reason="not here")
        self.told.append((person_id, reply.fallback))
        return Sent(message_id="1")


def teller(store: Store, curators: str, **messengers: OneWorkspace) -> Any:
    return make_teller(Curators(curators), cast("dict[str, Messenger]", messengers), store, timeout_s=60)


def install(store: Store, *workspaces: str) -> None:
    for workspace_id in workspaces:
        store.installations.save(
            StoredInstallation(
                platform="slack",
                workspace_id=workspace_id,
                secret=b"x",
                installed_by="U1",
            )
        )


async def test_every_curator_is_told_once(store: Store) -> None:
    slack, discord = OneWorkspace(), OneWorkspace()
    await teller(store, "slack:U1,discord:2,matrix:3", slack=slack, discord=discord)(REPLY)
    assert (slack.told, discord.told) == ([("U1", "2 moved")], [("2", "2 moved")])


async def test_a_curator_is_found_in_the_workspace_where_they_are(store: Store) -> None:
    install(store, "T1", "T2", "T3")
    slack = OneWorkspace("T2")
    await teller(store, "slack:U1", slack=slack)(REPLY)
    assert slack.told == [("U1", "2 moved")]


async def test_one_who_cannot_be_told_keeps_it_from_nobody(store: Store) -> None:
    slack = OneWorkspace()
    await teller(store, "slack:BROKEN,slack:U1", slack=slack)(REPLY)
    assert slack.told == [("U1", "2 moved")]
