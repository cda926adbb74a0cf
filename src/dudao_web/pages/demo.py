"""What the demo's units have handed in (演示数据): last year confirmed, this year under way, another county with errors,
one that meets the standard, and one whose 补充表 is not finished.

Everything goes through the actions of the apps, as if officers had done it; reading and computing, which the worker
does otherwise, are done at once. The units and accounts are made by ``operations.demo``.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from dudao.intake import template
from dudao.standards.model import Standard
from dudao_web import clock
from dudao_web.campaigns import launching, procedures
from dudao_web.campaigns.launching import Plan
from dudao_web.documents import actions as documents
from dudao_web.evaluations import actions as evaluations
from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs.models import Kind, Membership, Org
from dudao_web.pages import demo_forms, demo_supplement
from dudao_web.pages.demo_units import DANTU, DANYANG, EVEN, JURONG, YANGZHONG, groups
from dudao_web.pages.demo_world import Step, World
from dudao_web.standards import actions as versions
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions as submissions
from dudao_web.submissions import drafts, queries, reading, told
from dudao_web.submissions.models import IssueRecord
from dudao_web.submissions.queries import ReturnSet

STANDARD = ("cn-2017-quality-balance", "default")
FOUR_LEVELS = "yangzhong-quality-balance"
MISSING = "演示第十一小学"  # its 教学仪器设备值 is blank this year
SURVEYED = frozenset({"P1", "Q9", "V5"})  # not known before the survey and the monitoring
EXPLAINED = "演示第六小学"
CORRECTED = "演示第四小学"
RETURNED = "演示第七小学"


def steps(on: date, share: int) -> list[Step]:
    """The returns of the year of ``on`` and of the one before; the year is confirmed by its own end."""
    return [
        Step(date(on.year - 1, 11, 15), "扬中市上年填报，确认", _yangzhong_last_year),
        Step(on - timedelta(days=36), "启动扬中市优质均衡四级评估", _four_levels),
        Step(on - timedelta(days=8), "句容市填报，确认", lambda world: _jurong(world, on.year, share)),
        Step(on - timedelta(days=6), "丹徒区填报", lambda world: _dantu(world, on.year)),
        Step(on - timedelta(days=5), "丹阳市填报（有错误）", lambda world: _danyang(world, on.year)),
        Step(on - timedelta(days=1), "扬中市填报", lambda world: _yangzhong(world, on.year)),
    ]


def _set(world: World, county: str, year: int) -> tuple[ReturnSet, Standard, Membership]:
    """A county's set of a year, its standard, and the county's office."""
    version = versions.register(standard=STANDARD[0], profile=STANDARD[1], by=None)
    by = world.offices[county]
    return ReturnSet(by.org, year, version), standards.load(version), by


def _yangzhong_last_year(world: World) -> None:
    today = clock.today()
    of, standard, by = _set(world, YANGZHONG, today.year)
    _last_year(of, standard, by)
    _confirm(of, by, today)


def _yangzhong(world: World, year: int) -> None:
    _this_year(*_set(world, YANGZHONG, year), clock.today())


def _danyang(world: World, year: int) -> None:
    _with_errors(*_set(world, DANYANG, year))


def _jurong(world: World, year: int, share: int) -> None:
    rows = demo_supplement.even_schools(EVEN[JURONG], groups(JURONG, share))
    _even(*_set(world, JURONG, year), rows, clock.today(), finished=True)


def _dantu(world: World, year: int) -> None:
    _even(*_set(world, DANTU, year), demo_supplement.even_schools(EVEN[DANTU]), clock.today(), finished=False)


def _four_levels(world: World) -> None:
    """The four levels over 扬中 alone, with its returns as the first stage; the stages' days are of this year and the next."""
    today = clock.today()
    of, _, _ = _set(world, YANGZHONG, today.year)
    draft = launching.prepare(
        by=world.city,
        procedure="quality-balance-four-levels",
        year=today.year,
        title="扬中市义务教育优质均衡发展督导评估",
        key=FOUR_LEVELS,
    )
    stages = procedures.load(draft.procedure).stages
    days = {
        stage.key: (
            (today + timedelta(days=50 * n)).isoformat(),
            (today + timedelta(days=50 * (n + 1))).isoformat(),
        )
        for n, stage in enumerate(stages)
    }
    plan = Plan(standards={Kind.COUNTY: of.version.pk}, districts=(YANGZHONG,), dates=days)
    launching.revise(campaign=draft, by=world.city, plan=plan)
    document = documents.issue(
        by=world.city,
        word="镇教督",
        year=today.year,
        no=12,
        title="关于开展扬中市义务教育优质均衡发展督导评估的通知",
        body="请扬中市组织学校填报数据，完成县自评。\n\n（演示数据）",
        main_to="扬中市教育督导室",
        issued_on=today,
    )
    launching.launch(campaign=draft, by=world.city, document=document)


def _take(of: ReturnSet, name: str, data: bytes, by: Membership, org: Org | None = None) -> None:
    """Hand a file in and read it at once."""
    upload = submissions.receive(of=of, name=name, data=data, org=org or by.org, by=by)
    reading.read(upload.pk)


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def _returns(
    standard: Standard,
    code: str,
    changes: dict[str, demo_forms.Values],
    *,
    growth: Decimal = Decimal(1),
    most: int = 99,
) -> dict[str, bytes]:
    """File name -> workbook of every school; ``changes`` by name of the school are typed over."""
    files = {}
    for row in demo_forms.schools()[:most]:
        values = demo_forms.school_values(code, row, growth=growth) | changes.get(row["name"], {})
        files[f"{row['name']}.xlsx"] = demo_forms.workbook(standard, "school", values)
    return files


def _county_return(standard: Standard, of: ReturnSet) -> bytes:
    values = demo_forms.county_values(of.county.code, of.county.name, of.year)
    return demo_forms.workbook(standard, "county", values)


def _last_year(of: ReturnSet, standard: Standard, by: Membership) -> None:
    """A whole set without an error: fewer pupils, rooms and grounds, all figures given."""
    changes: dict[str, demo_forms.Values] = {}
    for row in demo_forms.schools():
        if row["sports_area"] != "0":
            values = demo_forms.school_values(of.county.code, row)
            share = Decimal(86 + 4 * (int(row["no"]) % 5)) / 100
            changes[row["name"]] = {
                name: int(values[name] * share) for name in ("grounds_area", "teaching_area", "backbone")
            }
    changes[MISSING]["equipment"] = Decimal("101.20")
    _take(of, "区县填报表.xlsx", _county_return(standard, of), by)
    files = _returns(standard, of.county.code, changes, growth=Decimal("0.96"))
    _take(of, "学校填报表.zip", _zip(files), by)
    _take(of, "补充表.xlsx", _supplement(standard, of, demo_forms.schools()), by)


def _supplement(standard: Standard, of: ReturnSet, rows: Sequence[dict[str, str]]) -> bytes:
    """The 补充表 of a county and these schools, whole."""
    county = {"county_code": of.county.code, "county_name": of.county.name, "year": str(of.year)}
    schools = [
        {"school_code": demo_forms.code_of(of.county.code, row), "school_name": row["name"]}
        | demo_supplement.school(row)
        for row in rows
        if row["type"] != "特殊教育学校"
    ]
    return template.supplement(standard, county=county | demo_supplement.county(standard), schools=schools)


def _typed(of: ReturnSet, standard: Standard, by: Membership, on: date, without: frozenset[str]) -> None:
    """The county's 补充表 typed on the web, without some items."""
    unit = told.county(of, queries.submissions(of))
    values = {unit.code: demo_supplement.county(standard, without=without)}
    drafts.save(drafts.draft(of, {unit.code: unit}, values, on), org=by.org, by=by)


def _even(
    of: ReturnSet,
    standard: Standard,
    by: Membership,
    rows: Sequence[dict[str, str]],
    on: date,
    *,
    finished: bool,
) -> None:
    """A county in which every school meets its limits: confirmed, or with a 补充表 that is not finished."""
    files = {
        f"{row['name']}.xlsx": demo_forms.workbook(
            standard, "school", demo_forms.school_values(of.county.code, row)
        )
        for row in rows
    }
    _take(of, "区县填报表.xlsx", _county_return(standard, of), by)
    _take(of, "学校填报表.zip", _zip(files), by)
    if finished:
        _take(of, "补充表.xlsx", _supplement(standard, of, rows), by)
        _confirm(of, by, on)
    else:
        _typed(of, standard, by, on, SURVEYED)
        _run(of, by, on)


def _confirm(of: ReturnSet, by: Membership, on: date) -> None:
    for issue in IssueRecord.objects.filter(**of.key, open=True, level="query"):
        submissions.explain(issue=issue, text="已核对，数据属实。", by=by)
    submissions.confirm(of=of, seen=queries.digest(of), by=by)
    _run(of, by, on)


def _run(of: ReturnSet, by: Membership, on: date) -> Evaluation:
    run = evaluations.start(of=of, on=on, by=by)
    evaluations.run(run.pk)
    return run


def _this_year(of: ReturnSet, standard: Standard, by: Membership, on: date) -> None:
    """As picture 2 of the UI guide: one figure missing, a query explained, a return replaced, one sent back."""
    code = of.county.code
    changes: dict[str, demo_forms.Values] = {
        EXPLAINED: {"indoor_sports_area": 520},
        CORRECTED: {"media_rooms": 32},
        RETURNED: {"classes": 7},
    }
    _take(of, "区县填报表.xlsx", _county_return(standard, of), by)
    _take(of, "学校填报表.zip", _zip(_returns(standard, code, changes)), by)
    row = next(row for row in demo_forms.schools() if row["name"] == CORRECTED)
    _typed(of, standard, by, on, SURVEYED)
    corrected = demo_forms.workbook(standard, "school", demo_forms.school_values(code, row))
    _take(of, f"{CORRECTED}（更正）.xlsx", corrected, by)
    explained = IssueRecord.objects.filter(
        **of.key, open=True, level="query", submission__name=EXPLAINED
    ).first()
    if explained is not None:
        submissions.explain(issue=explained, text="另有室内乒乓球房，未计入体育馆面积。", by=by)
    returned = queries.submissions(of).filter(name=RETURNED).first()
    if returned is not None:
        submissions.send_back(
            submission=returned, reason="班级总数与各班额段个数之和不符，请核对后重报。", by=by
        )
    _run(of, by, on)


def _with_errors(of: ReturnSet, standard: Standard, by: Membership) -> None:
    """A set that cannot be confirmed yet: text in a number cell, a room larger than the house, a file that is no workbook."""
    names = {row["name"]: row["name"].replace("演示", "演示云阳") for row in demo_forms.schools()}
    changes: dict[str, demo_forms.Values] = {name: {"school_name": new} for name, new in names.items()}
    first, second, third = list(names)[:3]
    changes[first] |= {"pupils_primary": "1,986"}
    changes[second] |= {"indoor_sports_area": 18000}
    changes[third] |= {"media_rooms": None}
    files = _returns(standard, of.county.code, changes, most=6)
    files = {f"{names[name.removesuffix('.xlsx')]}.xlsx": data for name, data in files.items()}
    files["演示云阳第七小学.xlsx"] = b"PK\x03\x04 broken"
    _take(of, "学校填报表.zip", _zip(files), by)
