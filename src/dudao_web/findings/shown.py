"""How a finding is shown: its state as shape, colour and word, the clause it stands against, how far it has climbed.

Used by the ledger's page, the finding's page and the table. Not here: which findings there are (``queries``, ``ledger_page``).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from dudao.standards.model import Indicator
from dudao_web.campaigns.models import Judgement
from dudao_web.findings.models import Finding
from dudao_web.standards import queries as standards
from dudao_web.ui.templatetags.ui import MARKS

SOON = 7  # days before the date from which it is said how many are left
LEVELS = ("", "已提醒", "已督办", "已提约谈建议")  # by Finding.level
# state -> (shape, colour); the word is the state's own. Colour is the third signal (ui guide §4).
LOOKS: dict[str, tuple[str, str]] = {
    "planning": ("pencil", "none"),
    "open": ("pencil", "blue"),
    "handed_up": ("up", "blue"),
    "answered": ("return", "near"),
    "mended": ("up", "blue"),
    "returned": ("return", "near"),
    "struck": ("barred-square", "ok"),
    "withdrawn": ("dash", "none"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Shape, colour class and word."""

    shape: str
    colour: str
    word: str


def late(finding: Finding, on: date) -> int:
    """By how many days it is overdue; 0: it is not."""
    if finding.due is None or finding.state not in Finding.DUE:
        return 0
    return max(0, (on - finding.due).days)


def state(finding: Finding) -> Mark:
    """Its state."""
    return Mark(*LOOKS[finding.state], finding.get_state_display())


def when(finding: Finding, on: date) -> Mark | None:
    """How it stands to its date: overdue, or due within a week; None where there is nothing to say."""
    if finding.due is None or finding.state not in Finding.LIVE:
        return None
    if days := late(finding, on):
        return Mark("disc-alert", "bad", f"逾期 {days} 天")
    left = (finding.due - on).days
    if not 0 <= left <= SOON:
        return None
    return Mark("clock", "near", f"剩 {left} 天" if left else "今天到期")


def mark(finding: Finding, on: date) -> Mark:
    """What a line of the ledger says: how late it is, or how few days are left, before its state; what waits to be verified says so."""
    if finding.state == "mended":
        return state(finding)
    return when(finding, on) or state(finding)


def level(finding: Finding) -> str:
    """How far it has climbed since it was overdue."""
    return LEVELS[min(finding.level, len(LEVELS) - 1)]


def indicator(finding: Finding) -> Indicator | None:
    """The indicator of the case's own standard; None where it stands against none, or one that the text does not know."""
    if not finding.indicator:
        return None
    try:
        return standards.load(finding.case.version).indicator(finding.indicator)
    except KeyError:
        return None


def against(finding: Finding) -> str:
    """What it stands against, in one line: the clause given with it, else number and title of the indicator."""
    found = indicator(finding)
    if found is not None:
        return f"{found.code}　{found.title}"
    return finding.clause or finding.indicator


def found(finding: Finding) -> str:
    """What the indicator was judged when the problem was listed, in words; "" where nothing was."""
    said, value = finding.before, finding.before.get("value", "")
    if not value:
        return ""
    points = f"{said['points']} 分" if said.get("points") is not None else ""
    word = MARKS[value][2] if value in MARKS else value
    return "　".join(
        part for part in (Judgement.SOURCES.get(said.get("source", ""), ""), word, points) if part
    )


def mended_href(finding: Finding) -> str:
    """Where the indicator stands before and after, while it is verified and later; "" where no app above shows it."""
    if finding.state not in ("mended", "struck") or not finding.indicator:
        return ""
    try:
        return reverse("evaluations:mended", args=(finding.pk,))
    except NoReverseMatch:
        return ""


def iso(value: date | datetime | None) -> str:
    """A day as tables have it, 2018-06-12; "" for none."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value:%Y-%m-%d}" if value else ""
