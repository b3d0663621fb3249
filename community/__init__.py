"""Organisations, their members and mandates."""
