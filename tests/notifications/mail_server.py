"""A real SMTP server for tests, with STARTTLS and a certificate of its own, that can be told to misbehave."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ACCEPT = "250 Message accepted"


@dataclass
class Postbox:
    """What arrived. `replies` are given to the next letters, in order; then every letter is accepted."""

    letters: list[EmailMessage] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    recipient_reply: str = "250 OK"
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    is_silent: bool = False
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient_reply

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        reply = self.replies.pop(0) if self.replies else ACCEPT
        if reply.startswith("250") or self.is_silent:
            content = envelope.original_content or b""
            self.letters.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
            self.encrypted.append(session.ssl is not None)
        if self.is_silent:
            # Taken, and then the line goes dead before anybody hears of it.
            server.transport.abort()
        return reply

    def check(self, _server: SMTP, _session: Any, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == b"seaweed")


@asynccontextmanager
async def mail_server(postbox: Postbox, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve on a free port, which is yielded; with `tls` nothing is accepted before STARTTLS."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            postbox,
            hostname="mail.test",
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=postbox.check,
            auth_required=False,
            loop=loop,
        )

    server = await loop.create_server(session, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def make_certificate(directory: Path, *, name: str = "localhost") -> tuple[Path, ssl.SSLContext]:
    """Return the path of a self-signed certificate for `name` and a server context that uses it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = directory / f"{name}.pem", directory / f"{name}.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, key_pem)
    return pem, context
