"""Messages owed to people: outbox and inbox."""
