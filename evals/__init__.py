"""Golden sets, their runners and thresholds: quality with the number of cases and an interval. Not tests."""
