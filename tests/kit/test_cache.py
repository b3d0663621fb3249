"""The cache whose absence slows nothing for long."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache.backends.redis import RedisCacheClient
from redis.exceptions import ConnectionError as NoConnection, ResponseError

from kit import clock
from kit.cache import REST, ForgivingRedisCache

NOW = datetime(2018, 2, 26, 11, tzinfo=UTC)


@pytest.fixture
def asked(monkeypatch):
    """The calls that reached a Redis that is away."""
    calls = []

    def refuse(name):
        def call(self, *args, **kwargs):
            calls.append(name)
            raise NoConnection

        return call

    for name in ("get", "get_many", "has_key", "add", "set", "set_many", "touch", "incr", "delete", "delete_many", "clear"):
        monkeypatch.setattr(RedisCacheClient, name, refuse(name))
    monkeypatch.setattr(ForgivingRedisCache, "silent_until", datetime.min.replace(tzinfo=UTC))
    return calls


@pytest.fixture
def cache(asked):
    return ForgivingRedisCache("redis://localhost:1/0", {})


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda cache: cache.get("a"), None),
        (lambda cache: cache.get("a", "rien"), "rien"),
        (lambda cache: cache.get("a", default="rien"), "rien"),
        (lambda cache: cache.get_many(["a"]), {}),
        (lambda cache: cache.has_key("a"), False),
        (lambda cache: cache.add("a", 1), True),
        (lambda cache: cache.set("a", 1), None),
        (lambda cache: cache.set_many({"a": 1}), []),
        (lambda cache: cache.touch("a"), False),
        (lambda cache: cache.incr("a"), 1),
        (lambda cache: cache.delete("a"), False),
        (lambda cache: cache.delete_many(["a"]), None),
        (lambda cache: cache.clear(), True),
        (lambda cache: cache.get_or_set("a", lambda: 5), 5),
    ],
)
def test_without_redis_it_is_an_empty_cache(cache, call, answer):
    assert call(cache) == answer


def test_redis_is_left_alone_after_a_failure_then_asked_again(cache, asked):
    with clock.standing_at(NOW):
        cache.get("a")
        cache.get("b")
    with clock.standing_at(NOW + REST - timedelta(microseconds=1)):
        cache.get("c")
    with clock.standing_at(NOW + REST):
        cache.get("d")

    assert asked == ["get", "get"]


def test_a_fault_of_ours_is_not_hidden(cache, monkeypatch):
    def fault(self, *args):
        raise ResponseError

    monkeypatch.setattr(RedisCacheClient, "get", fault)

    with pytest.raises(ResponseError):
        cache.get("a")
