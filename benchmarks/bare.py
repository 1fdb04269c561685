"""The named reference: a bare FastAPI route that does one INSERT through psycopg, behind the same server."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

pool = AsyncConnectionPool(os.environ["BARE_DSN"], min_size=10, max_size=10, open=False)


class Note(BaseModel):
    client_msg_id: str
    text: str


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    await pool.open(wait=True)
    async with pool.connection() as connection:
        await connection.execute("create table if not exists bare_note (id text primary key, body text not null)")
    yield
    await pool.close()


app = FastAPI(lifespan=lifespan)


@app.post("/notes", status_code=201)
async def create_note(note: Note) -> dict[str, str]:
    async with pool.connection() as connection:
        await connection.execute("insert into bare_note values (%s, %s)", (note.client_msg_id, note.text))
    return {"id": note.client_msg_id}
