"""Pages of `community`, by noun."""
