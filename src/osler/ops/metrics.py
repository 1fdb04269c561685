"""Figures for Prometheus: what this process counted, and what the database and the disk say at this moment."""

from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Gauge, generate_latest

from osler import __version__
from osler.ops.health import Health

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def render(health: Health) -> bytes:
    """Return the exposition: request counts and times of this process, then one gauge per figure of `health`."""
    registry = CollectorRegistry()
    Gauge("osler_build_info", "Always 1.", ["version"], registry=registry).labels(__version__).set(1)
    up = Gauge("osler_check_up", "1 when a part works, also when degraded; 0 when down.", ["check"], registry=registry)
    for check in health.checks:
        if check.state != "not_configured":
            up.labels(check.name).set(0 if check.state == "down" else 1)
        for name, value in check.figures.items():
            gauge = Gauge(f"osler_{check.name}_{name}", f"{check.name}: {name}.", registry=registry)
            gauge.set(value)
    return generate_latest(REGISTRY) + generate_latest(registry)
