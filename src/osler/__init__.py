"""Osler: a self-hosted AI front desk and clinical copilot for a medical practice."""

__version__ = "0.1.0"
