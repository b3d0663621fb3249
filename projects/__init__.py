"""Projects of organisations."""
