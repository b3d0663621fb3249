"""The person: account, sign-in, second factor, time zone, deletion."""
