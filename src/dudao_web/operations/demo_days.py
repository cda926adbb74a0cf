"""On which day a demo may stand. Known before Django starts, so that nothing is cleared for a day that cannot be.

Not here: what happens before that day (``demo``), how the platform asks for it (``dudao_web.clock``).
"""

from datetime import date

from dudao_web.operations.home import Trouble

OPENS_ON = date(2018, 7, 10)  # in the middle of the self-check: some are late, much is to be decided
EARLIEST = date(2018, 1, 1)  # before it there is too little to see


def day(asked: date | None) -> date:
    """The day that was asked for, else the usual one; Trouble for one before the story."""
    if asked is not None and asked < EARLIEST:
        raise Trouble(
            f"演示数据的日期不能早于 {EARLIEST}（收到 {asked}）。请改用这一天或以后的日期。", code=2
        )
    return asked or OPENS_ON
