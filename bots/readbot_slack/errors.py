"""What a person sees when something goes wrong: one policy for every listener.

1. An error of readbot's own (``ReadbotError``): its sentence, which was written for people.
2. Anything else is a bug: a sentence with an id, and the log has the traceback under that id.
"""

import logging
import secrets

from readbot.conversation.language import say
from readbot.conversation.reply import Paragraph, Reply, code, command, text
from readbot.exceptions import ReadbotError

logger = logging.getLogger(__name__)


def explain(error: Exception) -> Reply:
    """Return the private reply that a person gets for *error*, and log it where it is a bug."""
    if isinstance(error, ReadbotError):
        return Reply(parts=(Paragraph(text=text(str(error))),))
    return Reply(
        parts=(
            Paragraph(
                text=say("Something went wrong on my side. Try again, or {help}.", help=command("help"))
            ),
            Paragraph(
                text=say(
                    "If it keeps happening, tell whoever runs readbot: error {id}.", id=code(log_bug(error))
                ),
                subdued=True,
            ),
        )
    )


def log_bug(error: Exception) -> str:
    """Log *error* with its traceback and return the id it stands under."""
    error_id = secrets.token_hex(4)
    logger.error("error %s", error_id, exc_info=error)
    return error_id
