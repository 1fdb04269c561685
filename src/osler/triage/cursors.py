"""Places in a list as opaque, signed text, so that the next page starts where the last one ended."""

import base64
import binascii
import hmac
from typing import Final

import orjson

from osler.core import crypto
from osler.core.errors import Problem

SIGNATURE_BYTES: Final = 16
Value = str | int


class InvalidCursor(Problem):
    status = 400
    title = "This page reference is not valid any more; start the list again"


def write_cursor(kind: str, values: list[Value]) -> str:
    """Return a reference to the place after `values` in the list called `kind`."""
    content = orjson.dumps([kind, *values])
    return base64.urlsafe_b64encode(_signature(content) + content).decode().rstrip("=")


def read_cursor(kind: str, cursor: str) -> list[Value]:
    """Return the values of a reference that this installation wrote for `kind`. Raises `InvalidCursor`."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError, UnicodeEncodeError) as error:
        raise InvalidCursor from error
    signature, content = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(content)):
        raise InvalidCursor
    found, *values = orjson.loads(content)
    if found != kind:
        raise InvalidCursor
    return list(values)


def _signature(content: bytes) -> bytes:
    return crypto.mac("session", b"cursor|" + content)[1][:SIGNATURE_BYTES]
