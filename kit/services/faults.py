"""What stops a service from starting, said in one French sentence to whoever starts it."""

ELSEWHERE = "Vous pouvez aussi désigner vos propres serveurs par DATABASE_URL et REDIS_URL."


class ServiceFault(Exception):
    """The text is the whole explanation: it is shown alone, without a traceback."""
