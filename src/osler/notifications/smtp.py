"""One SMTP conversation: TLS with a verified certificate, a deadline, and a Message-ID that is the same every time."""

import asyncio
import contextlib
import hashlib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Final

import aiosmtplib

from osler.core.settings import SmtpSettings

IMPLICIT_TLS_PORT: Final = 465


class NotDelivered(Exception):
    """The server did not take the letter. `code` is a class name and SMTP status, never the server's text."""

    def __init__(self, code: str, *, is_final: bool) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Mail:
    dedupe_key: str
    recipient: str
    subject: str
    body: str
    written_at: datetime


def domain_of(sender: str) -> str:
    return sender.rpartition("@")[2] or "localhost"


def compose(mail: Mail, *, sender: str) -> EmailMessage:
    """Return the message; the same letter always gets the same Message-ID, so that receivers drop a second copy."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.written_at)
    digest = hashlib.sha256(mail.dedupe_key.encode()).hexdigest()[:40]
    message["Message-ID"] = f"<{digest}@{domain_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


async def transmit(mail: Mail, *, settings: SmtpSettings) -> None:
    """Hand one letter to the configured server; a password travels over TLS or not at all. Raises `NotDelivered`."""
    is_implicit = settings.port == IMPLICIT_TLS_PORT
    if settings.username is not None and not (is_implicit or settings.starttls):
        raise NotDelivered("LoginNeedsTls", is_final=False)
    try:
        message = compose(mail, sender=settings.sender)
    except ValueError:
        raise NotDelivered("NotAnAddress", is_final=True) from None
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        local_hostname=domain_of(settings.sender),
        use_tls=is_implicit,
        start_tls=settings.starttls and not is_implicit,
        timeout=settings.timeout_s,
        tls_context=ssl.create_default_context(),
    )
    try:
        async with asyncio.timeout(2 * settings.timeout_s):
            await _converse(client, message, settings)
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [refused.code for refused in error.recipients]
        raise NotDelivered(f"SMTPRecipientsRefused {max(codes)}", is_final=min(codes) >= 500) from None
    except aiosmtplib.SMTPDataError as error:
        raise NotDelivered(f"SMTPDataError {error.code}", is_final=error.code >= 500) from None
    except aiosmtplib.SMTPResponseException as error:
        # A refused login or sender is a matter of configuration: worth another try once somebody has mended it.
        raise NotDelivered(f"{type(error).__name__} {error.code}", is_final=False) from None
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise NotDelivered(type(error).__name__, is_final=False) from None
    finally:
        client.close()


async def _converse(client: aiosmtplib.SMTP, message: EmailMessage, settings: SmtpSettings) -> None:
    await client.connect()
    if settings.username is not None:
        password = "" if settings.password is None else settings.password.get_secret_value()
        await client.login(settings.username, password)
    await client.send_message(message)
    # The letter is accepted by now; a server that hangs up instead of saying goodbye has still taken it.
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await client.quit()
