"""Sends a message by e-mail."""

import smtplib
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage

from catalog.services.facts import Parameter
from catalog.services.notify.answers import NotDelivered
from catalog.services.notify.letter import Letter


def mail(receivers: Sequence[str], sender: str, letter: Letter) -> dict[str, Parameter]:
    """Send a letter to all receivers as one mail; raises `NotDelivered`. What the server says is not repeated."""
    _, address = parseaddr(sender)
    headers = {"Message-ID": f"<{letter.message_id}@{address.rpartition('@')[2] or 'localhost'}>"}
    message = EmailMessage(letter.subject, letter.text, sender, list(receivers), headers=headers)
    try:
        message.send()
    except smtplib.SMTPResponseException as error:
        raise NotDelivered("mail_refused", status=error.smtp_code) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise NotDelivered("receiver_refused") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered("mail_server", kind=type(error).__name__) from error
    return {}
