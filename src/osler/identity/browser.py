"""What a browser brings along: its address, its cookie, its name; and the cookies it is given."""

import re
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from osler.core import db
from osler.core.auth import Actor, Kind
from osler.core.crypto import token_hash
from osler.core.settings import Settings
from osler.identity import sessions
from osler.identity.session_cache import cache

# 32 random bytes in unpadded base64url.
_COOKIE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_BROWSERS: Final = (
    ("Edge", re.compile(r"Edg(e|A|iOS)?/")),
    ("Opera", re.compile(r"OPR/|Opera")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/")),
    ("Firefox", re.compile(r"Firefox/|FxiOS/")),
    ("Chrome", re.compile(r"Chrome/|CriOS/|Chromium/")),
    ("Safari", re.compile(r"Safari/")),
)
_SYSTEMS: Final = (
    ("Android", re.compile(r"Android")),
    ("iPad", re.compile(r"iPad")),
    ("iPhone", re.compile(r"iPhone")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Mac OS X|Macintosh")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("Linux", re.compile(r"Linux|X11")),
)


async def authenticate(connection: HTTPConnection) -> Actor:
    """Return who is behind a connection, by its session cookie; an anonymous actor for a missing or dead one."""
    settings: Settings = connection.app.state.settings
    address = client_address(connection, settings)
    cookie = connection.cookies.get(cookie_name(settings), "")
    actor = None
    if _COOKIE.fullmatch(cookie):
        hashed = token_hash(cookie)
        actor = cache.get(hashed) or await _read(hashed, settings)
    return (
        Actor(id=None, kind=Kind.ANONYMOUS, address=address) if actor is None else sessions.at_address(actor, address)
    )


async def _read(hashed: bytes, settings: Settings) -> Actor | None:
    generation = cache.generation
    async with db.transaction() as session:
        found = await sessions.find(session, hashed, settings=settings.sessions)
    if found is None:
        return None
    cache.put(hashed, found.actor, found.expires_at, generation=generation)
    return found.actor


def client_address(connection: HTTPConnection, settings: Settings) -> str | None:
    """Return where a connection comes from; `X-Forwarded-For` counts only behind the configured proxies."""
    peer = connection.client.host if connection.client is not None else None
    if peer is None or not settings.trusted_proxies or not _is_trusted(peer, settings.trusted_proxies):
        return peer
    for hop in reversed(connection.headers.get("x-forwarded-for", "").split(",")):
        try:
            address = str(ip_address(hop.strip()))
        except ValueError:
            break
        if not _is_trusted(address, settings.trusted_proxies):
            return address
    return peer


@lru_cache(maxsize=1024)
def _is_trusted(address: str, proxies: tuple[str, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in ip_network(proxy, strict=False) for proxy in proxies)


def cookie_name(settings: Settings) -> str:
    """Return the session cookie's name; browsers accept the `__Host-` prefix only over TLS."""
    return "__Host-osler" if settings.is_secure else "osler"


def pending_cookie_name(settings: Settings) -> str:
    """Return the name of the cookie that holds a login between its password and its second factor."""
    return cookie_name(settings) + "-login"


def set_session_cookie(response: Response, cookie: str, settings: Settings) -> None:
    """Give the browser its session; it forgets it when it closes."""
    _set(response, cookie_name(settings), cookie, settings)


def set_pending_cookie(response: Response, cookie: str, settings: Settings, *, lifetime_s: int) -> None:
    """Give the browser a login that waits for its second factor."""
    _set(response, pending_cookie_name(settings), cookie, settings, max_age=lifetime_s)


def clear_cookie(response: Response, name: str, settings: Settings) -> None:
    """Take a cookie back."""
    _set(response, name, "", settings, max_age=0)


def _set(response: Response, name: str, value: str, settings: Settings, *, max_age: int | None = None) -> None:
    response.set_cookie(
        name, value, max_age=max_age, path="/", secure=settings.is_secure, httponly=True, samesite="lax"
    )


def device_of(connection: HTTPConnection) -> str | None:
    """Return a short name of the browser and its system, for its owner to recognise; nothing else is kept."""
    user_agent = connection.headers.get("user-agent", "")[:512]
    names = [
        next((name for name, pattern in known if pattern.search(user_agent)), None) for known in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in names if name) or None
