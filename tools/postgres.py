"""Run a command with a PostgreSQL server of its own: ``tools/postgres.py COMMAND…`` sets DATABASE_URL for it.

The server lives in a temporary folder, listens on a unix socket there and nowhere else, runs as an unprivileged
user (``postgres`` where root starts it), and ends with the command. Its collation is that of the Chinese language,
as many an office's server has it: what needs the order of bytes must ask for it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

USER = "postgres"
START_SECONDS = 30
INIT = ("-A", "trust", "-U", USER, "-E", "UTF8", "--no-sync", "--locale=C")
COLLATION = ("--locale-provider=icu", "--icu-locale=zh")
# A server that is thrown away needs not survive a power cut. Rows of tests are taken back: the vacuum would note their tables as empty,
# and the planner then joins them in any order.
OPTIONS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
)


def programs() -> Path:
    """The folder of the newest server's programs; a missing one fails with the command that installs it."""
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    for path in reversed(found):
        if (path / "initdb").exists():
            return path
    sys.exit("没有 PostgreSQL，请先执行：apt-get install -y postgresql")


@contextmanager
def server() -> Iterator[str]:
    """A running server: its URL without the name of a database."""
    bin_folder = programs()
    account: dict[str, str] = {"user": USER, "group": USER} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="dudao-pg-", dir="/tmp"))  # a socket's path has at most 107 bytes
    try:
        if account:
            shutil.chown(folder, **account)
        log = folder / "log"
        quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        made = [bin_folder / "initdb", "-D", folder / "data", *INIT, *COLLATION]
        subprocess.run(made, check=True, **quiet, **account)
        command = [bin_folder / "postgres", "-D", folder / "data", "-k", folder]
        with log.open("w") as stream:
            started = subprocess.Popen(
                [*command, *(part for option in OPTIONS for part in ("-c", option))],
                stderr=stream,
                start_new_session=True,
                **quiet,
                **account,
            )
        try:
            _wait(folder, started, log)
            yield f"postgresql://{USER}@{quote(str(folder), safe='')}/"
        finally:
            started.send_signal(signal.SIGINT)  # fast shutdown: open sessions are cut off
            started.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, started: "subprocess.Popen[bytes]", log: Path) -> None:
    ready = [programs() / "pg_isready", "-q", "-h", folder]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ready, check=False).returncode:
        if started.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"PostgreSQL 没有启动：\n{log.read_text()}")
        time.sleep(0.1)


def main() -> int:
    """Run the command; its exit code."""
    if len(sys.argv) < 2:
        sys.exit("用法：tools/postgres.py 命令…")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        environment = {**os.environ, "DATABASE_URL": f"{url}postgres"}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
