"""What time does: each app's own part (its module ``tick``), then the day's heads of the record. Harmless when run again."""

import fcntl
import importlib
import importlib.util
import logging
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import close_old_connections

from dudao_web import clock
from dudao_web.operations import log
from dudao_web.operations.home import Trouble

PACKAGE = "dudao_web."
EVERY_SECONDS = 3600  # how often the worker asks; a new day is noticed within this

Part = Callable[[date], list[str]]  # does what is due on that day, and says it in lines; again: nothing


def parts() -> list[tuple[str, Part]]:
    """(app, its part), upper apps first: what they ask for today is reminded of today."""
    found = []
    for app in apps.get_app_configs():
        name = f"{app.name}.tick"
        if app.name.startswith(PACKAGE) and importlib.util.find_spec(name):
            found.append((app.label, importlib.import_module(name).tick))
    return found


def tick(on: date) -> list[str]:
    """Everything due on ``on``; what was done. One part that fails does not keep the others from theirs."""
    if on > clock.today() and not settings.DEMO:
        raise Trouble(f"日期 {on} 还没有到。只有演示数据可以用以后的日期。", code=2)
    done: list[str] = []
    failed: list[str] = []
    with (Path(settings.HOME) / "tick.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # the command while the worker is at it
        for label, part in [*parts(), ("operations", _heads)]:
            try:
                done += part(on)
            except Exception:
                logging.getLogger(__name__).exception("tick %s on %s", label, on)
                failed.append(label)
    if failed:
        raise Trouble(f"{on} 的定时事项没有全部办完：{'、'.join(failed)}。详情见运行日志，办完后可再执行。")
    return done


def _heads(on: date) -> list[str]:
    new = log.write_heads(on)
    return [f"记下 {len(new)} 条操作记录链的末条校验值"] if new else []


def keep_time() -> None:
    """In the worker: at once, then every hour, in a thread that ends with the process."""

    def watch() -> None:
        pause = threading.Event()
        while True:
            close_old_connections()
            try:
                tick(clock.today())
            except Trouble as trouble:
                logging.getLogger(__name__).error("%s", trouble)
            except Exception:
                logging.getLogger(__name__).exception("tick")
            close_old_connections()
            pause.wait(EVERY_SECONDS)

    threading.Thread(target=watch, daemon=True, name="tick").start()
