"""No log line carries what a person said or who they are, even when a developer slips."""

import io
import logging

import pytest
import structlog

from osler.core import log

CANARY = "Zéphyrine-Canari-4711"


@pytest.fixture
def lines() -> io.StringIO:
    log.configure("debug")
    stream = io.StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    return stream


@pytest.mark.parametrize("key", sorted(log.FORBIDDEN_KEYS))
def test_value_under_a_forbidden_key_is_dropped(lines: io.StringIO, key: str) -> None:
    logger = structlog.stdlib.get_logger()
    logger.info("patient_read", **{key: CANARY})
    logger.info("patient_read", nested={"list": [{key.upper(): CANARY}]})
    assert CANARY not in lines.getvalue()
    assert "patient_read" in lines.getvalue()


def test_exception_text_stays_out_but_its_place_is_kept(lines: io.StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        structlog.stdlib.get_logger().error("request_failed", exc_info=True)
        logging.getLogger("some.library").exception("it failed")
    assert CANARY not in lines.getvalue()
    assert "ValueError" in lines.getvalue()
    assert "test_log.py" in lines.getvalue()


def test_bound_ids_are_written(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.stdlib.get_logger().info("patient_read", patient_id="p-1")
    assert '"request_id": "r-1"' in lines.getvalue()
