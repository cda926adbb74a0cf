"""What time does to findings: what is overdue climbs, what waits for an office follows a unit that has moved."""

from datetime import date

from dudao_web.findings import asking, climbing


def tick(on: date) -> list[str]:
    """The steps that are due; one line for the log where there are any."""
    done = (("逾期问题升级", climbing.climb(on=on)), ("改请单位现在的督导室办理", asking.follow()))
    return [f"{what} {number} 项" for what, number in done if number]
