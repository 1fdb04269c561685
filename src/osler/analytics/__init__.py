"""Figures over everything below: how much, how long, how often people agreed."""
