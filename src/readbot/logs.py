"""Log lines as an operator reads them. Only entry points call this: a library sets up no logging."""

import logging


def set_up_logging(level: str) -> None:
    """Write log lines of *level* and above to standard error, one line an event."""
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z"
    )
