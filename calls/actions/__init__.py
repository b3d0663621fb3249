"""Writes of `calls`, split by noun."""
