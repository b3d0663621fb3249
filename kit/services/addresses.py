"""Where the embedded services of a folder listen, computed from the folder alone."""

import hashlib
from pathlib import Path

SOCKET_ROOT = Path("/tmp")  # noqa: S108 - a Unix socket's path is limited to 107 bytes; the folder itself is made 0700


def socket_dir(var_dir: Path) -> Path:
    """A short folder for the Unix sockets of the services whose data are in `var_dir`."""
    digest = hashlib.sha256(str(var_dir.resolve()).encode()).hexdigest()[:12]
    return SOCKET_ROOT / f"frenchimpact-{digest}"


def database_url(var_dir: Path) -> str:
    return f"postgresql:///frenchimpact?host={socket_dir(var_dir)}&user=postgres"


def redis_url(var_dir: Path) -> str:
    return f"unix://{socket_dir(var_dir)}/valkey.sock"


def broker_url(redis_url: str) -> str:
    """Kombu names a socket `redis+socket://` where redis-py says `unix://`."""
    return redis_url.replace("unix://", "redis+socket://", 1)
