"""Keeping the installation running: health, first accounts, the demo, and what the operator asks for."""
