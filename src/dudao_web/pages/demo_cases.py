"""Units of 扬中 with a story of their own in 2018 (演示数据): returned, half filled in, asked to be unlocked, changed after approval,
handed in twice. Not here: all the others (``demo_lookback``).
"""

from collections.abc import Callable
from datetime import date

from dudao_web.campaigns import actions
from dudao_web.campaigns.models import Case
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.actions import Spot
from dudao_web.findings import actions as findings
from dudao_web.findings.models import Finding
from dudao_web.pages import demo_answers
from dudao_web.pages.demo_self_check import begin, hand_in, place, sign
from dudao_web.pages.demo_units import YANGZHONG
from dudao_web.pages.demo_world import Step, World
from dudao_web.submissions.self_check import actions as self_check

RETURNED, DRAFT, UNLOCK, CHANGED, TWICE, LAST = (f"{YANGZHONG}{n:04d}" for n in range(1, 7))
TOWN = "321182100"  # 新坝镇: has not begun
CODES = frozenset({RETURNED, DRAFT, UNLOCK, CHANGED, TWICE, LAST, TOWN})
PROOFS = (
    # name of the file, what stands in it, where it is filed
    ("学校章程.txt", "演示数据：学校章程（2018年修订）。", "1.1", "演示：学校章程"),
    ("教师培训台账.txt", "演示数据：2017—2018学年教师培训台账。", "2.1", "演示：教师培训台账"),
)


def steps() -> list[Step]:
    """What happens to them, day by day."""
    told: tuple[tuple[date, str, Callable[[World], None]], ...] = (
        (date(2018, 6, 15), "四所学校提交自查", _first_in),
        (date(2018, 6, 20), "审核四所学校，退回一所", _first_decided),
        (date(2018, 6, 26), "一所学校重报，一所申请修改", _mended),
        (date(2018, 6, 27), "同意修改，演示第一小学提交自查", _unlocked),
        (date(2018, 7, 4), "修改后重新提交，重报通过", _changed),
        (date(2018, 7, 5), "演示第二小学填写中，答复上报的问题", _begun),
        (date(2018, 7, 6), "退回演示第一小学", _sent_back),
        (date(2018, 7, 9), "申请修改和新的提交", _last),
    )
    return [Step(day, f"扬中市：{what}", act) for day, what, act in told]


def case_of(code: str) -> Case:
    """The unit's case of 2018."""
    rows = Case.objects.select_related("campaign", "unit", "version", "place__stage", "place__org")
    return rows.get(campaign__key="zj-2018", unit__code=code)


def _in(world: World, *codes: str) -> None:
    found = [case_of(code) for code in codes]
    hand_in(world, found, place(2018, "district_plan", YANGZHONG).notice)


def _again(world: World, code: str) -> None:
    """Changed in one clause, and handed in once more."""
    case, by = case_of(code), world.offices[code]
    self_check.save(case=case, by=by, texts=demo_answers.changed(case.version_id, code, 2018))
    self_check.hand_in(case=case, by=by, report=demo_answers.REPORT)


def _first_in(world: World) -> None:
    _in(world, UNLOCK, CHANGED, TWICE)
    case = case_of(TWICE)
    for text in demo_answers.HANDED_UP[::2]:
        findings.note(
            case=case, by=world.offices[TWICE], text=text, mendable=False, measure=demo_answers.WHY_UP
        )
    sign(world, [case_of(code) for code in (UNLOCK, CHANGED, TWICE)])


def _first_decided(world: World) -> None:
    by = world.offices[YANGZHONG]
    actions.approve(cases=[case_of(UNLOCK), case_of(CHANGED)], by=by)
    reason = "演示：1.1 制度建设的材料不足，请据实修改后重报。"
    actions.send_back(case=case_of(TWICE), by=by, reason=reason, due=date(2018, 6, 29))


def _mended(world: World) -> None:
    _again(world, TWICE)
    reason = "演示：1.1 有一项制度已失效，申请据实修改。"
    actions.ask_unlock(case=case_of(CHANGED), by=world.offices[CHANGED], reason=reason)


def _unlocked(world: World) -> None:
    actions.unlock(case=case_of(CHANGED), by=world.offices[YANGZHONG], due=date(2018, 7, 5))
    _proofs(world)
    _in(world, RETURNED)
    sign(world, [case_of(RETURNED), case_of(TWICE)])


def _proofs(world: World) -> None:
    """Two of the proofs that the 细则 asks for; the others are gaps."""
    case, by = case_of(RETURNED), world.offices[RETURNED]
    for name, text, indicator, asked in PROOFS:
        spot = Spot(case.version.standard, indicator, asked)
        evidence.add(
            org=case.unit, by=by, name=name, data=text.encode(), effective_on=date(2018, 3, 1), spots=[spot]
        )


def _changed(world: World) -> None:
    _again(world, CHANGED)
    actions.approve(cases=[case_of(TWICE)], by=world.offices[YANGZHONG])


def _begun(world: World) -> None:
    begin(world, case_of(DRAFT), place(2018, "district_plan", YANGZHONG).notice)
    asked = Finding.objects.filter(case=case_of(TWICE), state="handed_up").first()
    if asked is not None:
        text = "演示：运动场地由市里统筹，9月底前与邻校共用。"
        findings.answer(finding=asked, by=world.offices[YANGZHONG], text=text)


def _sent_back(world: World) -> None:
    reason = "演示：2.2 自评达到要求，但没有组织实施的材料，请补充后重报。"
    by = world.offices[YANGZHONG]
    actions.send_back(case=case_of(RETURNED), by=by, reason=reason, due=date(2018, 7, 13))


def _last(world: World) -> None:
    reason = "演示：4.1 漏填一项改进措施，申请修改。"
    actions.ask_unlock(case=case_of(UNLOCK), by=world.offices[UNLOCK], reason=reason)
    _in(world, LAST)
