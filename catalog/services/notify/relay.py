"""Hands one message to Apprise, in a process of its own: ``relay.py`` reads it as JSON from standard input.

Apprise needs 40 MB and seconds to load, and has no deadline for what it sends. A process of its own gives the memory
back, and can be ended. It exits with 0 if the message was sent, 1 if not, 2 if Apprise doesn't know such an address,
3 if it isn't installed.
"""

import json
import logging
import sys

SENT, NOT_SENT, UNKNOWN, MISSING = range(4)


def main() -> int:
    """Send what standard input says. Nothing is written: Apprise's own words may have tokens in them."""
    logging.disable()
    try:
        import apprise
    except ImportError:
        return MISSING
    said: dict[str, str] = json.load(sys.stdin)
    messenger = apprise.Apprise()
    if not messenger.add(said["url"]):  # pyright: ignore[reportUnknownMemberType]
        return UNKNOWN
    sent = messenger.notify(  # pyright: ignore[reportUnknownMemberType]
        body=said["text"], title=said["subject"], body_format=apprise.NotifyFormat.TEXT
    )
    return SENT if sent else NOT_SENT


if __name__ == "__main__":
    sys.exit(main())
