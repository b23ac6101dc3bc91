"""What people type, as Slack passes it on.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re

_ADDRESS = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?()\[\]'\"]")


def escape(text: str) -> str:
    """Return words with Slack's three signs written as themselves."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_typed(text: str) -> str:
    """Return a message as somebody typed it: nothing in it is markup but its web addresses.

    >>> as_typed("a < b, see https://example.com/a?b&c.")
    'a &lt; b, see <https://example.com/a?b&amp;c>.'
    """
    return _ADDRESS.sub(lambda found: f"<{found[0]}>", escape(text))
