"""The 整改台账 of the demo (演示数据): problems of 2017 planned, mended, verified and struck off; some sent back, some overdue, one back.

Not here: who found them (``demo_reviews``, ``demo_self_check``), what a day does to what is overdue (``findings.climbing``).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from dudao_web import clock
from dudao_web.evidence import actions as evidence
from dudao_web.findings import actions as findings
from dudao_web.findings import climbing, ledger
from dudao_web.findings.models import Finding
from dudao_web.orgs.models import Membership
from dudao_web.pages import demo_answers
from dudao_web.pages.demo_cases import CODES
from dudao_web.pages.demo_self_check import cases
from dudao_web.pages.demo_titles import draw
from dudao_web.pages.demo_units import YANGZHONG
from dudao_web.pages.demo_world import Step, World

PLAN = "演示：由专人负责，两周内补齐材料，建立每月检查制度。"
PROGRESS = "演示：已完成一半，其余月底前完成。"
MENDED = "演示：已按方案整改到位，材料见附件。"
ON_SITE = "演示：现场查看，材料齐全，整改到位。"
SENT_BACK = "演示：附件只有一次活动的记录，请补齐后重报。"


def steps() -> list[Step]:
    """From the plans of August 2017 to what is still open in July 2018."""
    return [
        Step(date(2017, 8, 7), "2017年整改方案", _planned),
        Step(date(2017, 8, 24), "2017年整改完成报告", _reported(7)),
        Step(date(2017, 9, 1), "2017年核验销号", _verified(7)),
        Step(date(2017, 9, 28), "2017年抽查问题整改方案", _planned),
        Step(date(2017, 10, 16), "2017年第二批整改完成报告", _reported(6)),
        Step(date(2017, 10, 20), "2017年第二批核验销号", _verified(6)),
        Step(date(2018, 1, 8), "2018年初整改方案", _planned),
        Step(date(2018, 1, 22), "2017年第三批整改完成报告", _reported(6)),
        Step(date(2018, 1, 26), "2017年第三批核验销号，督办逾期问题", _verified(6)),
        Step(date(2018, 6, 27), "一个已销号的问题再次出现", _again),
        Step(date(2018, 7, 9), "逾期问题逐级督办", _climb),
    ]


def _of(world: World, *states: str) -> Iterator[tuple[Finding, Membership]]:
    """The findings of 2017 in these states, with the office of who mends them."""
    rows = Finding.objects.filter(year=2017, state__in=states).select_related("unit", "responsible", "office")
    for row in rows.order_by("serial"):
        by = world.offices.get(row.responsible.code)
        if by is not None:
            yield row, by


def _number(row: Finding) -> int:
    return draw(row.unit.code, f"mend {row.year} {row.number}")


def _planned(world: World) -> None:
    for row, by in _of(world, "planning"):
        if _number(row) % 19:
            ledger.plan(finding=row, by=by, measure=PLAN)


def _reported(of_ten: int) -> Callable[[World], None]:
    """So many of ten are mended, with a proof; the others tell how far they are."""

    def act(world: World) -> None:
        climbing.climb(on=clock.today())
        for row, by in _of(world, "open", "returned"):
            if (_number(row) + clock.today().month) % 10 >= of_ten:
                ledger.progress(finding=row, by=by, note=PROGRESS)
                continue
            today = clock.today()
            text = f"演示数据：{row.text}{today} 整改材料。"
            filed = evidence.add(
                org=row.responsible,
                by=by,
                name=f"整改材料{row.register_number}.txt",
                data=text.encode(),
                effective_on=today,
            )
            ledger.report(finding=row, by=by, note=MENDED, on=today, proofs=[filed.proof.current])

    return act


def _verified(of_ten: int) -> Callable[[World], None]:
    """The offices verify: most is struck off, on paper or on the spot; some is sent back; the rest waits."""

    def act(world: World) -> None:
        today = clock.today()
        climbing.climb(on=today)
        for row, _ in _of(world, "mended"):
            by, number = world.decider(row.office.code), _number(row)
            if number % 12 == 3:
                ledger.send_back(finding=row, by=by, reason=SENT_BACK, due=today + timedelta(days=20))
            elif number % 10 < of_ten + 2:
                method = "on_site" if number % 3 == 0 else "material"
                note = ON_SITE if method == "on_site" else ""
                ledger.strike(finding=row, by=by, method=method, note=note, on=today)

    return act


def _again(world: World) -> None:
    """A school of 扬中 finds in 2018 what was struck off in 2017."""
    for case in cases(2018, YANGZHONG):
        old = Finding.objects.filter(unit=case.unit, year=2017, state="struck").exclude(indicator="").first()
        if old is not None and case.unit.code not in CODES:
            findings.note(
                case=case, by=world.offices[case.unit.code], text=f"{old.text.rstrip('。')}（再次出现）。",
                indicator=old.indicator, mendable=True, measure=demo_answers.FINDINGS[0][2],
                due=clock.today() + timedelta(days=60),
            )  # fmt: skip
            return


def _climb(_world: World) -> None:
    climbing.climb(on=clock.today())
