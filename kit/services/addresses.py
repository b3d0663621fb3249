"""Where the embedded services of a folder listen, computed from the folder alone."""

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from kit.services.faults import ServiceFault

SOCKET_ROOT = Path("/tmp")  # noqa: S108 - a Unix socket's path is limited to 107 bytes; the folder itself is made 0700
DATABASE = "frenchimpact"


def socket_dir(var_dir: Path) -> Path:
    """A short folder for the Unix sockets of the services whose data are in `var_dir`."""
    digest = hashlib.sha256(str(var_dir.resolve()).encode()).hexdigest()[:12]
    return SOCKET_ROOT / f"frenchimpact-{digest}"


def make_socket_dir(var_dir: Path, uid: int, gid: int) -> Path:
    """Make the folder of sockets, for `uid` alone (and root); anything else under that name is someone else's doing."""
    folder = socket_dir(var_dir)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (found.st_uid != uid and os.geteuid() != 0):
        raise ServiceFault(f"Le dossier {folder} appartient à un autre compte : supprimez-le avec ce compte, puis recommencez.")
    if found.st_uid != uid:
        os.chown(folder, uid, gid)
    folder.chmod(0o700)
    return folder


def drop_socket_dir(var_dir: Path) -> None:
    """Remove the folder of sockets once nothing listens there; one that still holds something, or that is not there, is left alone."""
    with contextlib.suppress(OSError):
        socket_dir(var_dir).rmdir()


def database_url(var_dir: Path) -> str:
    return f"postgresql:///{DATABASE}?host={socket_dir(var_dir)}&user=postgres"


def redis_url(var_dir: Path) -> str:
    return f"unix://{socket_dir(var_dir)}/valkey.sock"


def broker_url(redis_url: str) -> str:
    """Kombu names a socket `redis+socket://` where redis-py says `unix://`."""
    return redis_url.replace("unix://", "redis+socket://", 1)
