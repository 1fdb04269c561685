"""Files, encrypted, under the data directory; named by a random id, never by what a client called them."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from osler.core.crypto import Key
from osler.core.errors import Problem
from osler.core.ids import new_id

MAX_BLOB_BYTES = 25 * 1024 * 1024


class BlobTooLarge(Problem):
    status = 413
    title = "The file is too large"


class BlobNotFound(Problem):
    status = 404
    title = "The file does not exist any more"


@dataclass(frozen=True, slots=True)
class BlobStore:
    """A directory of sealed files, two levels deep by the id's last digits."""

    root: Path

    def _path(self, blob_id: UUID) -> Path:
        return self.root / blob_id.hex[-2:] / blob_id.hex

    async def put(self, content: bytes, key: Key) -> UUID:
        """Store `content` durably (written aside, synced, renamed) and return its id. Raises `BlobTooLarge`."""
        if len(content) > MAX_BLOB_BYTES:
            raise BlobTooLarge(limit_bytes=MAX_BLOB_BYTES)
        blob_id = new_id()
        await asyncio.to_thread(_write, self._path(blob_id), key.encrypt(content, ("blob", "content", blob_id)))
        return blob_id

    async def get(self, blob_id: UUID, key: Key) -> bytes:
        """Return what was stored. Raises `BlobNotFound`, `crypto.CryptoError`."""
        try:
            sealed = await asyncio.to_thread(self._path(blob_id).read_bytes)
        except FileNotFoundError as error:
            raise BlobNotFound from error
        return key.decrypt(sealed, ("blob", "content", blob_id))

    async def delete(self, blob_id: UUID) -> None:
        """Remove a file; removing one that is gone is fine."""
        await asyncio.to_thread(self._path(blob_id).unlink, missing_ok=True)


def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
