"""Forms of `calls`, split by noun."""
