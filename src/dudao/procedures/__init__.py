"""Procedures (工作程序) as data: stages, quotas, deadlines as printed, calendars of working days, and the dates that follow.

Not here: a campaign that runs (``dudao_web.campaigns``), the standard that units are judged by (``dudao.standards``), and today's date:
every day is handed in.
"""

from dudao.procedures.calendars import Calendar, load_calendar, load_calendars, working_days_after
from dudao.procedures.clocks import Dated, dated, schedule
from dudao.procedures.deadline import Deadline, DeadlineError, parse
from dudao.procedures.load import CATALOGUE, ProcedureError, load_procedure, procedure_from, procedures
from dudao.procedures.model import Procedure, Stage

__all__ = [
    "CATALOGUE",
    "Calendar",
    "Dated",
    "Deadline",
    "DeadlineError",
    "Procedure",
    "ProcedureError",
    "Stage",
    "dated",
    "load_calendar",
    "load_calendars",
    "load_procedure",
    "parse",
    "procedure_from",
    "procedures",
    "schedule",
    "working_days_after",
]
