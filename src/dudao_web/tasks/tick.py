"""What time does to tasks: reminders of what is due soon and of what is overdue."""

from datetime import date

from dudao_web.tasks import actions


def tick(on: date) -> list[str]:
    """Write the day's reminders; one line for the log where there are new ones."""
    number = actions.remind(on=on)
    return [f"提醒 {number} 条"] if number else []
