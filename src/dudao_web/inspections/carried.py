"""What a new score sheet carries in from before: items that were not A and problems written at the award or last time, and still open.

Frozen into ``Sheet.carried`` when the sheet is made. Not here: the topics that a procedure tells to look at first.
"""

from collections.abc import Iterable, Iterator, Sequence

from dudao_web import clock
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.campaigns.shown import WORDS
from dudao_web.findings.models import Finding
from dudao_web.inspections.models import Sheet
from dudao_web.orgs import rules as orgs
from dudao_web.standards import queries as standards
from dudao_web.titles import queries as titles

BELOW = ("B", "C", "basically_met", "not_met")  # judgements that fell short
SAID = WORDS | {"not_met": "未达标"}
Line = dict[str, str]


def carried(case: Case, source: str) -> list[Line]:
    """The lines for a sheet of a case, {"indicator", "text", "from"}: those of an item in the order of the standard, then those of none.

    A 抽查 carries the same as a 复查: what this year's 复查 found stands beside it anyway.
    """
    order = {one.code: n for n, one in enumerate(standards.load(case.version).indicators)}
    found: dict[tuple[str, str], Line] = {}
    for line in (*_award(case), *_last_time(case), *_open(case)):
        if line["indicator"] not in order and line["indicator"]:  # of an older text of the standard
            line = line | {"indicator": "", "text": f"{line['indicator']}　{line['text']}"}
        found.setdefault((line["indicator"], line["text"]), line)
    return sorted(found.values(), key=lambda line: order.get(line["indicator"], len(order)))


def coded(lines: Sequence[Line]) -> list[tuple[str, Line]]:
    """The lines that name no item, with the codes by which they are scored: #1, #2, …"""
    free = [line for line in lines if not line["indicator"]]
    return [(f"#{n}", line) for n, line in enumerate(free, 1)]


def label(code: str) -> str:
    """What an item is called beside its title: its code; of a problem that names no item 问题 1, which is no number of the standard."""
    return f"问题 {code.removeprefix('#')}" if code.startswith("#") else code


def coded_of(sheet: Sheet) -> list[tuple[str, Line]]:
    """The same of a sheet."""
    return coded(sheet.carried)


def _line(indicator: str, text: str, source: str) -> Line:
    return {"indicator": indicator, "text": text, "from": source}


def _award(case: Case) -> Iterator[Line]:
    """What the award that the unit holds was given with. Items of another standard's award are told by their code."""
    award = titles.award_of(case.unit, clock.today())
    if award is None:
        return
    told = f"{award.awarded_on.year}年授予“{award.title.name}”时"
    other = award.version is not None and award.version.standard != case.version.standard
    for item, grade in award.below_a:
        text = f"评定为 {grade}"
        yield _line("" if other else item, f"{item}　{text}" if other else text, told)
    for problem in award.problems:
        yield _line("", problem, told)


def _last_time(case: Case) -> Iterator[Line]:
    """What teams judged below A in the last campaign that they looked at the unit in, by the same standard; of both the 抽查."""
    rows = Judgement.objects.filter(
        orgs.own(case.unit, "case__unit"),
        source__in=Judgement.OF_TEAMS,
        superseded=False,
        case__version__standard=case.version.standard,
        case__campaign__year__lt=case.campaign.year,
    ).order_by("-case__campaign__year", "-case__campaign", "case", "pk")
    last = rows.values_list("case", flat=True).first()
    if last is None:
        return
    stands: dict[str, Judgement] = {}
    for row in rows.filter(case=last).select_related("case__campaign"):
        if row.source == "spot" or row.indicator not in stands:
            stands[row.indicator] = row
    for code, row in stands.items():
        if row.value in BELOW:
            word = f"评定为 {row.value}" if len(row.value) == 1 else f"评定为{SAID[row.value]}"
            text = f"{word}：{row.note}" if row.note else word
            yield _line(code, text, f"{row.case.campaign.year}年{row.get_source_display()}")


def _open(case: Case) -> Iterator[Line]:
    """Problems of earlier years that are not struck off."""
    rows = Finding.objects.filter(
        orgs.own(case.unit, "unit"), state__in=Finding.LIVE, case__campaign__year__lt=case.campaign.year
    )
    for row in rows.order_by("year", "serial", "pk"):
        yield _line(row.indicator, row.text, f"{row.year}年问题 {row.register_number}")


def struck(sheet: Sheet, codes: Iterable[str]) -> list[Finding]:
    """The problem struck off last in an earlier year, of each of these items."""
    rows = Finding.objects.filter(
        orgs.own(sheet.case.unit, "unit"),
        indicator__in=list(codes),
        state="struck",
        case__campaign__year__lt=sheet.case.campaign.year,
        case__version__standard=sheet.case.version.standard,
    )
    return list({row.indicator: row for row in rows.order_by("year", "serial", "pk")}.values())
