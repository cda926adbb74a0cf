"""What the demo's units have handed in (演示数据): last year confirmed, this year under way, another county with errors,
one that meets the standard, and one whose 补充表 is not finished.

Everything goes through the actions of the apps, as if officers had done it; reading and computing, which the worker
does otherwise, are done at once. The units and accounts are made by ``operations.demo``.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dudao.intake import template
from dudao.standards.model import Standard
from dudao_web.evaluations import actions as evaluations
from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.pages import demo_forms, demo_supplement
from dudao_web.standards import actions as versions
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions as submissions
from dudao_web.submissions import drafts, queries, reading, told
from dudao_web.submissions.models import IssueRecord
from dudao_web.submissions.queries import ReturnSet

STANDARD = ("cn-2017-quality-balance", "default")
SHOWN, OTHER = "321182", "321181"  # 扬中市, 丹阳市
MET, OPEN = (
    ("321183", "华阳"),
    ("321112", "辛丰"),
)  # 句容市, 丹徒区, with the place in the names of their schools
MISSING = "演示第十一小学"  # its 教学仪器设备值 is blank this year
SURVEYED = frozenset({"P1", "Q9", "V5"})  # not known before the survey and the monitoring
EXPLAINED = "演示第六小学"
CORRECTED = "演示第四小学"
RETURNED = "演示第七小学"


def load(on: date) -> None:
    """Fill the sets of two counties; ``on`` is the day of the demo, its year the present one."""
    version = versions.register(standard=STANDARD[0], profile=STANDARD[1], by=None)
    standard = standards.load(version)
    shown, other = _office(SHOWN), _office(OTHER)
    if shown is not None:
        before = ReturnSet(shown.org, on.year - 1, version)
        _last_year(before, standard, shown)
        _confirm(before, shown, on)
        _this_year(ReturnSet(shown.org, on.year, version), standard, shown, on)
    if other is not None:
        _with_errors(ReturnSet(other.org, on.year, version), standard, other)
    for (code, place), finished in ((MET, True), (OPEN, False)):
        office = _office(code)
        if office is not None:
            _even(ReturnSet(office.org, on.year, version), standard, office, place, on, finished=finished)


def _office(code: str) -> Membership | None:
    return (
        Membership.objects.filter(org__code=code, role=Role.COUNTY_OFFICER)
        .select_related("org", "user")
        .first()
    )


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


def _even(of: ReturnSet, standard: Standard, by: Membership, place: str, on: date, *, finished: bool) -> None:
    """A small county in which every school meets its limits: confirmed, or with a 补充表 that is not finished."""
    rows = demo_supplement.even_schools(place)
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
