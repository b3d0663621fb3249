"""Commands of `notifications`."""
