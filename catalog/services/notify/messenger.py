"""Sends a message to whatever Apprise knows: chats, phones, desktops."""

import json
import subprocess
import sys
from pathlib import Path

from catalog.services.notify import relay
from catalog.services.notify.answers import NotDelivered
from catalog.services.notify.letter import Letter

LONGEST_SECONDS = 60.0
COMMAND = (sys.executable, "-P", str(Path(relay.__file__)))
NOT_A_MENTION = "@\N{ZERO WIDTH SPACE}"
"""What a tab or an artist is called must not call everybody of a chat."""

CAUSES = {
    relay.NOT_SENT: "apprise_refused",
    relay.UNKNOWN: "apprise_unknown",
    relay.MISSING: "apprise_missing",
}


def hand_over(url: str, letter: Letter) -> None:
    """Send a letter to one address of Apprise's; raises `NotDelivered`."""
    text, subject = (said.replace("@", NOT_A_MENTION) for said in (letter.text, letter.subject))
    said = json.dumps({"url": url, "subject": subject, "text": text})
    try:
        ended = subprocess.run(  # noqa: S603 - our own program
            COMMAND, input=said, text=True, timeout=LONGEST_SECONDS, check=False, capture_output=True
        )
    except subprocess.TimeoutExpired as error:
        raise NotDelivered("apprise_slow", seconds=round(LONGEST_SECONDS)) from error
    if ended.returncode:
        raise NotDelivered(CAUSES.get(ended.returncode, "apprise_broken"))
