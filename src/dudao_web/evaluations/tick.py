"""What the worker does for evaluations: cases that are marked are computed again (``recompute``), within seconds and once more by the day."""

from datetime import date

from dudao_web.evaluations import recompute

_failed: set[int] = set()  # cases that could not be computed: not every few seconds once more


def marked() -> int:
    """Compute again what was marked since; how many. Those that failed wait for the next ``tick``."""
    done = recompute.stale(but=tuple(_failed))
    _failed.update(done.failed)
    return done.count


def tick(on: date) -> list[str]:
    """All that is marked, also what failed before; one line for the log where there was any."""
    _failed.clear()
    done = marked()
    return [f"重新计算 {done} 个单位"] if done else []
