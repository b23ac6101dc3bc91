"""What is known to be wrong with links, in the replies that show them."""

from dataclasses import replace

from readbot.conversation.library import LinkDoctor
from readbot.conversation.reply import LinkCard, Reply


def mark_troubles(reply: Reply, doctor: LinkDoctor) -> Reply:
    """Return *reply* with what *doctor* knows to be wrong with its links; the very same where that is nothing."""
    parts = tuple(_mark(part, doctor) if isinstance(part, LinkCard) else part for part in reply.parts)
    return reply if parts == reply.parts else replace(reply, parts=parts)


def _mark(card: LinkCard, doctor: LinkDoctor) -> LinkCard:
    trouble, archived_url = doctor.find_trouble(card.url) or ("", "")
    also_troubles = tuple(doctor.find_trouble(each.url) or ("", "") for each in card.also)
    if not trouble and not any(said for said, _ in also_troubles):
        return card
    return replace(card, trouble=trouble, archived_url=archived_url, also_troubles=also_troubles)
