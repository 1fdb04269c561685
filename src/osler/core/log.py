"""Structured logs without personal data: an event in the past tense, then ids, counts, durations and versions."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Keys that could carry what a person said or who they are. A value under one of them never reaches a log.
FORBIDDEN_KEYS = frozenset(
    """address answer birth_date birthdate body chief_complaint contact content cookie csrf_token display_name dob email
    first_name given_name family_name full_name identifier ins last_name message name note password patient_name phone
    prompt question reason recipient recovery_code secret subject_line summary text token totp transcript username
    utterance value""".split()
)


def drop_phi(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value under a forbidden key, at any depth, so that a slip is visible but harmless."""
    for key in list(event):
        if key != "event":
            event[key] = _scrub(key, event[key])
    return event


def _scrub(key: str, value: Any) -> Any:
    if key.lower() in FORBIDDEN_KEYS:
        return "[dropped]"
    if isinstance(value, dict):
        return {str(inner): _scrub(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrub("", item) for item in value]
    return value


def exception_without_text(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep an exception's class and the places it passed, not its text, which may quote a patient."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        places = []
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}:{code.co_name}")
            trace = trace.tb_next
        event["error"] = type(error).__name__
        event["places"] = places[-12:]
    return event


def configure(level: str = "info", *, as_json: bool = True) -> None:
    """Set up structlog for this process and route the standard library's loggers through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exception_without_text,
        drop_phi,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("sqlalchemy", "alembic", "asyncio", "aiosmtplib", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger() -> Any:
    """Return the logger of the calling module (structlog's lazy proxy has no useful static type)."""
    return structlog.stdlib.get_logger()
