"""OpenTelemetry traces, only when a collector is configured; nothing of it is loaded otherwise."""

from importlib import import_module

from starlette.types import ASGIApp

from osler.core.settings import Settings


def instrument(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Return `app` reporting spans (route, status, duration; no headers, no bodies) to the configured collector."""
    if settings.otlp_endpoint is None:
        return app
    # Loaded by name so that `import osler.app` stays light for the many installations without a collector.
    trace = import_module("opentelemetry.trace")
    sdk = import_module("opentelemetry.sdk.trace")
    export = import_module("opentelemetry.sdk.trace.export")
    otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    resources = import_module("opentelemetry.sdk.resources")
    asgi = import_module("opentelemetry.instrumentation.asgi")
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": "osler"}))
    endpoint = settings.otlp_endpoint.rstrip("/") + "/v1/traces"
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    instrumented: ASGIApp = asgi.OpenTelemetryMiddleware(
        app, tracer_provider=provider, exclude_spans=["receive", "send"]
    )
    return instrumented
