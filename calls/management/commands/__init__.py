"""Commands of `calls`."""
