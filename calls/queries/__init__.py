"""Reads of `calls`, split by noun."""
