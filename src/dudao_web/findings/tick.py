"""What time does to findings: what is overdue climbs."""

from datetime import date

from dudao_web.findings import climbing


def tick(on: date) -> list[str]:
    """The steps that are due; one line for the log where there are any."""
    number = climbing.climb(on=on)
    return [f"逾期问题升级 {number} 项"] if number else []
