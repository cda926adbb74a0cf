"""2017's re-checks and spot-checks in the demo (演示数据): drawn, given to teams, scored item by item, handed in, objected to once.

The seven districts re-check in July, 镇江新区 in December after its late forwarding; the city draws twice, so that both are in. In 2018
扬中 has just begun. Not here: what becomes of the problems (``demo_ledger``), the self-checks before (``demo_lookback``).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time

from django.utils import timezone

from dudao_web.campaigns import closing
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections import drawing, frames, objections, queries, scoring, teams, visits
from dudao_web.inspections.models import Sheet, Team
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Membership, Role
from dudao_web.pages.demo_self_check import place
from dudao_web.pages.demo_titles import draw
from dudao_web.pages.demo_units import CITY, YANGZHONG
from dudao_web.pages.demo_world import Step, World, document

SOURCE = "江苏体彩7位数开奖号码（演示数据）"
FIRST = ("321181", "321183", YANGZHONG, "321112", "321102", "321111", "321101")  # the districts in time
NEW_DISTRICT = "321171"
TEAMS = ("第一督导组", "第二督导组")
ORDINALS = "一二三四五六"
LEFT_OUT = "321181"  # one unit of 丹阳 was drawn and not looked at: it is certain in 2018
MENDED_IN_TIME = ("321181", "321183", YANGZHONG, "321112", "321102", "321101", NEW_DISTRICT)
MENDED = "整改结果已书面报告，未销号的问题继续整改。"
# What is noted and listed: of the first item of an area, which is about its rules (``demo_items``), and of the others.
OF_RULES = (
    ("演示：制度已修订，没有按规定公开。", "演示：修订后的制度没有公开。"),
    ("演示：查阅制度，没有写明责任人和时限。", "演示：制度没有写明责任人和时限。"),
)
FOUND = (
    ("演示：现场查看，记录不全。", "演示：活动记录不全，缺少过程材料。"),
    ("演示：抽查台账，与自查所述不一致。", "演示：台账与实际不一致。"),
)
HIGHER = "演示：现场补充核对了材料，已达到要求。"
OPINION = "演示：本单位自查认真，材料基本齐全；对指出的问题请在一个月内整改并报告。"
NOTICE = "定于{day}对你单位进行现场检查，请准备自查材料和佐证材料。参加座谈的人员由督导组当场按名册号码抽取。（演示数据）"


def steps() -> list[Step]:
    """Both years, in the order of the days."""
    late = [NEW_DISTRICT]
    return [
        Step(date(2017, 5, 4), "各地聘任督学", _inspectors),
        Step(date(2017, 7, 20), "2017年复查：公布抽样框", _planned(2017, "recheck", FIRST, date(2017, 7, 22))),
        Step(date(2017, 7, 23), "2017年复查：抽取单位，组成督导组", _drawn(2017, "recheck", FIRST, "0722 4915386")),
        Step(date(2017, 7, 27), "2017年复查：现场评定", _scored(2017, "recheck", FIRST)),
        Step(date(2017, 7, 29), "2017年复查：扬中一所学校申辩", _objected),
        Step(date(2017, 7, 30), "2017年复查：答复申辩", _answered),
        Step(date(2017, 7, 31), "2017年复查办结", _closed(2017, "recheck", FIRST, "复查完毕，意见已反馈各单位。")),
        Step(date(2017, 8, 15), "2017年复查申辩结束", _ended("recheck", FIRST)),
        Step(date(2017, 8, 18), "2017年报送自查和复查报告", _closed(2017, "district_report", FIRST, "自查报告、复查报告已报送。")),
        Step(date(2017, 9, 4), "2017年抽查：公布抽样框", _planned(2017, "spot_check", [CITY[0]], date(2017, 9, 6))),
        Step(date(2017, 9, 7), "2017年抽查：抽取单位，组成督导组", _drawn(2017, "spot_check", [CITY[0]], "0906 2750638")),
        Step(date(2017, 9, 8), "2017年抽查：发出督导通知", _noticed),
        Step(date(2017, 9, 20), "2017年抽查：现场评定", _scored(2017, "spot_check", [CITY[0]])),
        Step(date(2017, 12, 11), "2017年镇江新区复查：公布抽样框", _planned(2017, "recheck", late, date(2017, 12, 12))),
        Step(date(2017, 12, 13), "2017年镇江新区复查：抽取单位", _drawn(2017, "recheck", late, "1212 8830157")),
        Step(date(2017, 12, 18), "2017年镇江新区复查：现场评定", _scored(2017, "recheck", late)),
        Step(date(2017, 12, 19), "2017年镇江新区复查办结", _closed(2017, "recheck", late, "复查完毕，意见已反馈各单位。")),
        Step(date(2017, 12, 20), "2017年镇江新区报送报告", _closed(2017, "district_report", late, "自查报告、复查报告已报送。")),
        Step(date(2017, 12, 21), "2017年抽查第二轮：公布抽样框", _planned(2017, "spot_check", [CITY[0]], date(2017, 12, 22))),
        Step(date(2017, 12, 25), "2017年抽查第二轮：抽取单位", _drawn(2017, "spot_check", [CITY[0]], "1222 6049271")),
        Step(date(2017, 12, 27), "2017年抽查第二轮：现场评定", _scored(2017, "spot_check", [CITY[0]])),
        Step(date(2017, 12, 29), "2017年抽查办结", _closed(2017, "spot_check", [CITY[0]], "市级抽查完毕。")),
        Step(date(2018, 1, 12), "2017年督查报告", _closed(2017, "report", [CITY[0]], "督查报告已印发。")),
        Step(date(2018, 1, 10), "2017年抽查、镇江新区复查申辩结束", _ended_late),
        Step(date(2018, 2, 9), "2017年整改结果书面报告", _closed(2017, "rectification", MENDED_IN_TIME, MENDED)),
        Step(date(2018, 3, 2), "润州区报送整改结果", _closed(2017, "rectification", ["321111"], MENDED)),
        Step(date(2018, 7, 6), "2018年扬中复查：公布抽样框", _planned(2018, "recheck", [YANGZHONG], date(2018, 7, 8))),
        Step(date(2018, 7, 9), "2018年扬中复查：抽取单位，开始评定", _begun),
    ]  # fmt: skip


# --- people


def _inspectors(world: World) -> None:
    """Six inspectors of each district and of the city, called by their office and a number."""
    for code in (*FIRST, NEW_DISTRICT, CITY[0]):
        org = world.orgs[code]
        for n, ordinal in enumerate(ORDINALS, 1):
            orgs.invite(
                by=world.decider(code), org=org, role=Role.INSPECTOR, username=f"dx{code}{n}",
                title=f"{org.name}督学（{ordinal}）", on=date(2017, 5, 4),
            )  # fmt: skip


def _held(code: str) -> list[Membership]:
    rows = Membership.objects.filter(org__code=code, role=Role.INSPECTOR, user__username__startswith="dx")
    return list(rows.select_related("user", "org").order_by("user__username"))


# --- draws


def _planned(year: int, stage: str, codes: Iterable[str], seed_on: date) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in codes:
            found = place(year, stage, code)
            at = timezone.make_aware(datetime.combine(seed_on, time(20, 30)))
            number = f"第{seed_on.year % 100}{seed_on.timetuple().tm_yday:03d}期"
            source = f"{SOURCE}{number}"
            drawing.plan(
                place=found, by=world.decider(code), quota=_quota(found), seed_source=source, seed_at=at
            )

    return act


def _quota(found: StageDate) -> dict[tuple[str, str], int]:
    """The plan's numbers less what is drawn already, and no more than there are to be drawn now: the city draws twice."""
    free: dict[str, int] = {}
    for line in frames.frame(found):
        free[line.district] = free.get(line.district, 0) + (line.take != "out")
    asked = frames.quotas(found) or {}
    return {(district, kind): min(n, free.get(district, 0)) for (district, kind), n in asked.items()}


def _drawn(year: int, stage: str, codes: Iterable[str], seed: str) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in codes:
            found, by = place(year, stage, code), world.decider(code)
            sample = found.samples.get(state="planned")
            drawing.draw(sample=sample, by=by, frame_sha256=sample.frame_sha256, seed=seed)
            _given(found, by, code)

    return act


def _given(found: StageDate, by: Membership, code: str) -> None:
    """Two teams of three share the units; in the second round those that are there."""
    held = _held(code)
    groups = [
        found.teams.filter(name=name).first()
        or teams.form(
            place=found,
            by=by,
            name=name,
            members=list(zip(three, ("leader", "inspector", "inspector"), strict=True)),
        )
        for name, three in zip(TEAMS, (held[:3], held[3:]), strict=True)
    ]
    waiting = list(queries.to_review(found).exclude(sheets__place=found).order_by("path"))
    for n, team in enumerate(groups):
        if some := waiting[n :: len(groups)]:
            teams.assign(team=team, by=by, cases=some)


# --- scores


def _scored(year: int, stage: str, codes: Iterable[str]) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in codes:
            found = place(year, stage, code)
            for n, sheet in enumerate(_open(found)):
                if not (n == 0 and (year, stage, code) == (2017, "recheck", LEFT_OUT)):
                    _score(sheet, all_three=code == YANGZHONG)

    return act


def _open(found: StageDate) -> list[Sheet]:
    rows = found.sheets.filter(state="open").select_related(
        "case__unit", "case__version", "case__campaign", "place__stage__campaign__procedure", "team"
    )
    return list(rows.order_by("case__path"))


def _members(team: Team) -> list[Membership]:
    """The leader first."""
    rows = team.members.filter(left_at=None).select_related("membership__user", "membership__org")
    return [one.membership for one in sorted(rows, key=lambda one: (one.kind != "leader", one.pk))]


def _score(sheet: Sheet, *, all_three: bool = False, only: int | None = None) -> None:
    """The leader (or all three) scores every item, or the first ``only`` ones; a whole sheet is handed in."""
    members = _members(sheet.team)
    asked = [(one.indicator, one.base) for one in scoring.settled(sheet)]
    for code, base in asked[:only]:
        value, note, problem = _found(sheet, code, base.value if base else "")
        for by in members if all_three else members[:1]:
            scoring.score(sheet=sheet, by=by, indicator=code, value=value, note=note, problem=problem)
    if only is None:
        scoring.submit(sheet=sheet, by=members[0], opinion=OPINION)


def _found(sheet: Sheet, code: str, base: str) -> tuple[str, str, str]:
    """Value, reason and problem. One item in fourteen is found lower than before; a few that were B are found mended."""
    number = draw(sheet.case.unit.code, f"{sheet.source} {sheet.case.campaign.year} {code}")
    if code.startswith("#"):
        return ("not_met", FOUND[0][0], "") if number % 9 == 0 else ("mended", "", "")
    known = OF_RULES if code.endswith(".1") else FOUND
    note, problem = known[number // 14 % len(known)]
    if base == "A" and number % 14 == 0:
        return "B", note, problem
    if base == "B":
        return ("A", HIGHER, "") if number % 3 else ("B", "", problem)
    return base or "met", "", ""


# --- an objection


def _objected(world: World) -> None:
    """A school of 扬中 whose item was found lower objects to it."""
    for sheet in place(2017, "recheck", YANGZHONG).sheets.filter(state="submitted").order_by("case__path"):
        against = objections.open_to(sheet)
        code = next((code for code, row in against.items() if row.value == "B" and row.note), "")
        by = world.offices.get(sheet.case.unit.code)
        if code and by is not None:
            text = "演示：检查当日该项材料由档案室保管，未能当场出示，现补充提交，请复核。"
            objections.file(sheet=sheet, by=by, text=text, indicators=[code])
            return


def _answered(world: World) -> None:
    found = place(2017, "recheck", YANGZHONG)
    for sheet in found.sheets.filter(objections__state="filed"):
        row = sheet.objections.get(state="filed")
        by, reason = world.offices[YANGZHONG], "演示：已查看补充材料，记录完整，采纳申辩意见。"
        changed = {code: Answered(code, "A", note=reason) for code in row.frozen}
        findings = [one for some in objections.may_go(row, by).values() for one in some]
        objections.answer(
            objection=row, by=by, result="upheld", answer=reason, changed=changed, findings=findings
        )


def _ended(stage: str, codes: Sequence[str]) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in codes:
            objections.end(place=place(2017, stage, code), by=world.decider(code))

    return act


def _ended_late(world: World) -> None:
    _ended("spot_check", [CITY[0]])(world)
    _ended("recheck", [NEW_DISTRICT])(world)


# --- visits and the end of a stage


def _noticed(world: World) -> None:
    """The units of 扬中 that the city spot-checks get their written notices."""
    found, on = place(2017, "spot_check", CITY[0]), date(2017, 9, 20)
    for n, sheet in enumerate(
        found.sheets.filter(case__district__code=YANGZHONG).select_related("case__unit", "team")
    ):
        visit = visits.plan(
            case=sheet.case, place=found, team=sheet.team, by=world.city, on=on,
            matters="对照标准现场检查，核对自查和复查意见（演示数据）",
            hear=[visits.Hear("教师", 40, 6), visits.Hear("家长", 300, 8)],
        )  # fmt: skip
        title = f"关于对{sheet.case.unit.name}进行市级抽查的通知"
        day = f"{on.month}月{on.day}日"
        paper = document(world.city, "镇教督", 21 + n, title, NOTICE.format(day=day), sheet.case.unit.name)
        visits.notify(visit=visit, by=world.city, document=paper)


def _closed(year: int, stage: str, codes: Sequence[str], note: str) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in codes:
            closing.close(place=place(year, stage, code), by=world.decider(code), note=f"演示：{note}")

    return act


def _begun(world: World) -> None:
    """扬中 draws and begins: one sheet is handed in, one half scored; the demo's inspector leads a team of its own."""
    found, by = place(2018, "recheck", YANGZHONG), world.offices[YANGZHONG]
    sample = found.samples.get(state="planned")
    drawing.draw(sample=sample, by=by, frame_sha256=sample.frame_sha256, seed="0708 3316092")
    mine, held = world.inspectors[YANGZHONG], _held(YANGZHONG)
    teams.form(
        place=found, by=by, name=TEAMS[0],
        members=[(mine, "leader"), (held[0], "inspector"), (held[1], "inspector")],
    )  # fmt: skip
    teams.form(
        place=found,
        by=by,
        name=TEAMS[1],
        members=list(zip(held[2:5], ("leader", "inspector", "inspector"), strict=True)),
    )
    approved: list[Case] = [
        case for case in queries.to_review(found).order_by("path") if case.state == "approved"
    ]
    first, second = found.teams.order_by("pk")
    teams.assign(team=first, by=by, cases=approved[::2])
    if approved[1::2]:
        teams.assign(team=second, by=by, cases=approved[1::2])
    for sheet, only in zip((one for one in _open(found) if one.team_id == first.pk), (None, 5), strict=False):
        _score(sheet, only=only)
