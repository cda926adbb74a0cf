"""What time does: each app's own part (its module ``tick``), then the day's heads of the record. Harmless when run again.

A module ``tick`` may also have ``marked``: what acts left marked for a job is done within seconds, not by the day.
"""

import fcntl
import importlib
import importlib.util
import logging
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.db import close_old_connections

from dudao_web import clock
from dudao_web.operations import log
from dudao_web.operations.home import Trouble

PACKAGE = "dudao_web."
EVERY_SECONDS = 3600  # how often the worker asks; a new day is noticed within this
MARKS_SECONDS = 3  # how often it looks for marks

Part = Callable[[date], list[str]]  # does what is due on that day, and says it in lines; again: nothing


def parts() -> list[tuple[str, Part]]:
    """(app, its part), upper apps first: what they ask for today is reminded of today."""
    return [(label, module.tick) for label, module in _modules()]


def _modules() -> list[tuple[str, ModuleType]]:
    names = [
        (app.label, f"{app.name}.tick") for app in apps.get_app_configs() if app.name.startswith(PACKAGE)
    ]
    return [(label, importlib.import_module(name)) for label, name in names if importlib.util.find_spec(name)]


def marked() -> int:
    """Do what acts left marked, in every app that has such marks; how much was done."""
    return sum(module.marked() for _, module in _modules() if hasattr(module, "marked"))


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
    """In the worker: at once, then every hour, in a thread that ends with the process; marks every few seconds in another."""
    for every, do in ((EVERY_SECONDS, lambda: tick(clock.today())), (MARKS_SECONDS, marked)):
        threading.Thread(target=_watch, args=(every, do), daemon=True, name="tick").start()


def _watch(every: int, do: Callable[[], object]) -> None:
    pause = threading.Event()
    while True:
        close_old_connections()
        try:
            do()
        except Trouble as trouble:
            logging.getLogger(__name__).error("%s", trouble)
        except Exception:
            logging.getLogger(__name__).exception("tick")
        close_old_connections()
        pause.wait(every)
