"""Handing a task to the broker without anybody waiting for it.

A broker that refuses, or that accepts and never answers, costs Celery's `delay` five to seven seconds. What is owed is already a
row, so the request leaves the call on a short queue and goes; a thread of the process makes it, and gives up at the first failure:
the periodic sweep finds the row. The queue is bounded, and what it cannot hold is left to the sweep too.
"""

import logging
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from queue import Full, Queue
from typing import Any

from kit.breaker import Breaker

logger = logging.getLogger(__name__)

QUEUE_SIZE = 1000
REST = timedelta(seconds=10)


class Hand:
    """The thread that makes the calls, started at the first one; a forked child starts its own."""

    def __init__(self, size: int = QUEUE_SIZE, rest: timedelta = REST) -> None:
        self._size = size
        self.breaker = Breaker(rest)
        self.start_afresh()
        os.register_at_fork(after_in_child=self.start_afresh)

    def start_afresh(self) -> None:
        """Forget the thread and the queue: neither survives a fork."""
        self._queue: Queue[tuple[Callable[..., Any], tuple[Any, ...]]] = Queue(self._size)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def give(self, call: Callable[..., Any], *args: Any) -> bool:
        """Have `call(*args)` made soon; False when it will not be, because the broker rests or the queue is full."""
        if self.breaker.is_open:
            return False
        try:
            self._queue.put_nowait((call, args))
        except Full:
            return False
        self._ensure_thread()
        return True

    def wait(self) -> None:
        """Until every call given so far was made or dropped; for tests and commands, never for a request."""
        self._queue.join()

    def _ensure_thread(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="broker-hand", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            call, args = self._queue.get()
            self._make(call, args)
            self._queue.task_done()

    def _make(self, call: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if self.breaker.is_open:
            return
        try:
            call(*args)
        except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the row and the sweep remain
            self.breaker.trip()
            logger.warning("The broker does not answer (%s); the sweep will deliver what is due.", error)


hand = Hand()


def warm_up() -> None:
    """Import now what Celery imports at its first call: half a second of CPU that the first request would share with the thread."""
    for name in ("celery.canvas", "celery.result", "celery.backends.base", "kombu.transport.redis", "kombu.mixins"):
        import_module(name)
