"""Estimators and statistics: arrays in, arrays out. Nothing here yet that needs one."""
