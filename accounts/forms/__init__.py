"""What a browser may send about a person: one module for signing up, one for signing in, one for one's account."""
