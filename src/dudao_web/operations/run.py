"""Serving: the web server, the worker, and both together for the demo."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from dudao_web.operations.home import Trouble

DEFAULT_BIND = "127.0.0.1:8000"
START_SECONDS = 60
STOP_SECONDS = 15
STARTER = "DUDAO_STARTED_BY"  # process id of the ``run`` that a server or worker belongs to


def bind_address(text: str | None) -> tuple[str, int]:
    """Host and port of BIND ("127.0.0.1:8000", "8000" or "[::1]:8000")."""
    given = text or DEFAULT_BIND
    host, _, port = given.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Trouble(f"BIND“{given}”不合规则。请写成 地址:端口，例如 {DEFAULT_BIND}。", code=2)
    return host.strip("[]") or "127.0.0.1", int(port)


def refuse_taken(host: str, port: int) -> None:
    """Say so before anything starts when the address cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Trouble(
                f"{host}:{port} 不能使用（{error.strerror}）。请停掉占用它的程序，或用 BIND=地址:端口 换一个。"
            ) from None


def serve(host: str, port: int, workers: int = 1) -> None:
    """The web server, until it is stopped."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "dudao_web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        websockets=False,
        log_level="warning",
        log_access=False,
    ).serve()


def worker() -> None:
    """The worker, until it is stopped; a running task is finished first. What time does is done here too."""
    from django.core.management import call_command

    from dudao_web.operations import tick

    tick.keep_time()
    call_command("db_worker", interval=0.5, queue_name="*", startup_delay=False, verbosity=1)


def stop_with_parent() -> None:
    """In a process that ``together`` started: stop when the starter is gone, however it ended."""
    starter = int(os.environ.get(STARTER) or 0)
    if not starter:
        return

    def watch() -> None:
        while os.getppid() == starter:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def together(host: str, port: int, ready: Callable[[], None]) -> int:
    """Server and worker as two processes that start and stop together; the exit code."""
    environment = {**os.environ, "BIND": f"{host}:{port}", STARTER: str(os.getpid())}
    command = [sys.executable, "-m", "dudao_web.cli"]
    children = [
        subprocess.Popen([*command, name], env=environment, start_new_session=True)
        for name in ("serve", "worker")
    ]
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        if _answers(host, port, children, stopping):
            ready()
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        _stop(children)
    return 0 if stopping else 1


def _answers(host: str, port: int, children: list["subprocess.Popen[bytes]"], stopping: list[int]) -> bool:
    """Wait until the server takes connections; False when that does not happen."""
    target = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not stopping and all(child.poll() is None for child in children):
        with contextlib.suppress(OSError), socket.create_connection((target, port), timeout=1):
            return True
        time.sleep(0.1)
    return False


def _stop(children: list["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
