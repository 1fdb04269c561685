"""Serves the built web application: hashed assets for ever, everything else as the one page."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

IMMUTABLE: Final = "public, max-age=31536000, immutable"
MISSING: Final = "The web application has not been built yet; run `make web`.\n"


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = IMMUTABLE
        return response


def mount_web(app: FastAPI, dist: Path) -> None:
    """Serve `dist`; without it, say plainly that it has not been built."""
    if (dist / "assets").is_dir():
        app.mount("/assets", _Assets(directory=dist / "assets"), name="assets")

    async def page(request: Request) -> Response:
        path: str = request.path_params["path"]
        if path == "api" or path.startswith("api/"):
            raise HTTPException(404)
        index = dist / "index.html"
        if not index.is_file():
            return PlainTextResponse(MISSING, 503)
        # Only names that the build put at the top level: never a path the client composed.
        is_name = bool(path) and "/" not in path and not path.startswith(".")
        wanted = dist / path if is_name and (dist / path).is_file() else index
        return FileResponse(wanted, headers={"cache-control": "no-cache"})

    app.add_route("/{path:path}", page, methods=["GET"], include_in_schema=False)
