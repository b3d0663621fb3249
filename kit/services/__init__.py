"""The services that run beside the site in one folder: PostgreSQL, valkey, and their supervisor."""
