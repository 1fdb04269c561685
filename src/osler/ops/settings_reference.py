"""The reference of all settings, written from the settings themselves so that it cannot be wrong."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from osler.core.settings import Settings

HEAD: Final = """# Settings

How an installation is deployed is said by environment variables; how the practice works is in the database and
changed in the application. This page is made by `osler settings-reference`; a test fails when it is stale.

Durations are ISO 8601 (`PT15M`) or seconds; lists are JSON (`["10.0.0.1"]`); a variable that is not set takes its
default. Secrets have no default.

| Variable | Kind | Default | What it says |
|---|---|---|---|
"""
KINDS: Final = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    timedelta: "duration",
    SecretStr: "secret text",
}


def render() -> str:
    """Return the page."""
    return HEAD + "".join(_rows(Settings, "OSLER_"))


def variables() -> frozenset[str]:
    """Return the name of every variable."""
    return frozenset(row.split("`")[1] for row in _rows(Settings, "OSLER_"))


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _rows(inner, f"{prefix}{name.upper()}__")
        else:
            words = [f"`{prefix}{name.upper()}`", _kind(inner), _default(field), field.description or ""]
            yield "| " + " | ".join(words) + " |\n"


def _kind(annotation: Any) -> str:
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
    if get_origin(annotation) is tuple:
        return f"list of {_kind(get_args(annotation)[0])}"
    return KINDS[annotation]


def _default(field: FieldInfo) -> str:
    value = field.get_default()
    if value is None or value == ():
        return ""
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"`PT{minutes}M`" if not seconds else f"`PT{minutes * 60 + seconds}S`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
