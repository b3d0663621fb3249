"""Commands of `territories`."""
