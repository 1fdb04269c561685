"""Ten codes of 80 bits for a lost phone; each works once."""

import secrets
import unicodedata
from base64 import b32encode
from typing import Final
from uuid import UUID

from sqlalchemy import delete, insert, update

from osler.core import clock
from osler.core.crypto import token_hash
from osler.core.db import Session
from osler.core.ids import new_id
from osler.identity.tables import RecoveryCode

COUNT: Final = 10
CODE_BYTES: Final = 10
LENGTH: Final = 16
# Base 32 has no 0, 1 and 8; whoever reads them from paper meant the letters they look like.
_MISREAD: Final = str.maketrans("018", "OIB")


async def replace(session: Session, *, user_id: UUID) -> list[str]:
    """Give a user ten new codes, `XXXX-XXXX-XXXX-XXXX`; the old ones stop working."""
    await remove(session, user_id=user_id)
    codes = [b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(COUNT)]
    await session.execute(
        insert(RecoveryCode),
        [
            {"id": new_id(), "user_id": user_id, "code_hash": _hash(user_id, code), "created_at": clock.now()}
            for code in codes
        ],
    )
    return ["-".join(code[start : start + 4] for start in range(0, LENGTH, 4)) for code in codes]


async def remove(session: Session, *, user_id: UUID) -> None:
    """Remove a user's codes."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


async def spend(session: Session, *, user_id: UUID, code: str) -> bool:
    """Say whether `code` is one of the user's unused ones, and use it up; of parallel submissions one is told yes."""
    used = await session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(user_id, canonical(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    return used is not None


def canonical(code: str) -> str:
    """Return a typed code as it was made: capitals without separators, misread digits as the letters meant."""
    kept = (character for character in unicodedata.normalize("NFKC", code).upper() if character.isalnum())
    return "".join(kept).translate(_MISREAD)


def _hash(user_id: UUID, code: str) -> bytes:
    return token_hash(f"{user_id}|{code}")
