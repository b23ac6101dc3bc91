"""Forms as people filled them in, until they are right: Discord closes a modal when it is sent."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from readbot.conversation.form import Form

#: As long as the message that offers to go on can be changed.
LIVES_S = 15 * 60.0

#: When there are more, the oldest goes: who comes back to it begins with an empty form.
MAX_DRAFTS = 500


class Drafts:
    """Keeps forms in memory: nobody fills one in for longer than a process lives."""

    def __init__(self, *, elapsed_s: Callable[[], float] = time.monotonic) -> None:
        """Keep nothing yet; *elapsed_s* tells seconds since some fixed moment."""
        self._elapsed_s = elapsed_s
        self._kept: OrderedDict[str, tuple[float, str, Form]] = OrderedDict()

    def keep(self, form: Form, person_id: str) -> str:
        """Keep *form* for one person, and return the id under which they find it."""
        now = self._elapsed_s()
        while self._kept and (len(self._kept) >= MAX_DRAFTS or self._is_over(next(iter(self._kept)), now)):
            self._kept.popitem(last=False)
        draft_id = secrets.token_hex(4)
        self._kept[draft_id] = (now, person_id, form)
        return draft_id

    def find(self, draft_id: str, person_id: str) -> Form | None:
        """Return a form that *person_id* filled in, or None where it is no longer there or another's."""
        if draft_id not in self._kept or self._is_over(draft_id, self._elapsed_s()):
            return None
        _, owner_id, form = self._kept[draft_id]
        return form if owner_id == person_id else None

    def _is_over(self, draft_id: str, now: float) -> bool:
        return now - self._kept[draft_id][0] > LIVES_S
