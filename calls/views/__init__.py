"""Pages of `calls`, split by noun."""
