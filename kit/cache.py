"""A cache whose absence slows the site and never stops it."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ClassVar, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as NoConnection, TimeoutError as NoAnswer

from kit import clock

logger = logging.getLogger(__name__)
T = TypeVar("T")
REST = timedelta(seconds=5)


def _or(fallback: Callable[..., T]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Run the method; when Redis does not answer, say so in the log and give what an empty cache would."""

    def decorate(method: Callable[..., T]) -> Callable[..., T]:
        @wraps(method)
        def forgiving(self: "ForgivingRedisCache", *args: Any, **kwargs: Any) -> T:
            if clock.now() < ForgivingRedisCache.silent_until:
                return fallback(*args, **kwargs)
            try:
                return method(self, *args, **kwargs)
            except (NoConnection, NoAnswer) as error:
                ForgivingRedisCache.silent_until = clock.now() + REST
                logger.warning("The cache does not answer to %s: %s", method.__name__, error)
                return fallback(*args, **kwargs)

        return forgiving

    return decorate


def _default(_key: str, default: Any = None, *_: Any, **__: Any) -> Any:
    return default


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, which behaves as an empty one while Redis is away.

    After a failure it is left alone for a few seconds, so that a page does not wait for it once a fragment. Nothing that must be kept lives in the cache. Limits of attempts, which do, are open meanwhile: an applicant can still sign in on closing day.
    """

    silent_until: ClassVar[datetime] = datetime.min.replace(tzinfo=UTC)

    get = _or(_default)(RedisCache.get)
    get_many = _or(lambda *_, **__: {})(RedisCache.get_many)
    has_key = _or(lambda *_, **__: False)(RedisCache.has_key)
    add = _or(lambda *_, **__: True)(RedisCache.add)
    set = _or(lambda *_, **__: None)(RedisCache.set)
    set_many = _or(lambda *_, **__: [])(RedisCache.set_many)
    touch = _or(lambda *_, **__: False)(RedisCache.touch)
    incr = _or(lambda _key, delta=1, *_, **__: delta)(RedisCache.incr)
    delete = _or(lambda *_, **__: False)(RedisCache.delete)
    delete_many = _or(lambda *_, **__: None)(RedisCache.delete_many)
    clear = _or(lambda *_, **__: True)(RedisCache.clear)  # type: ignore[arg-type,assignment] # the stubs say None where Redis says True
