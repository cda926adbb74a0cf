"""A draft (网上填写): what was typed becomes the workbook of a filled 补充表 and is read as any file, before it is kept.

Here live the way from a form's answers to a workbook, and from what reading finds back to the fields. Not here: keeping it
(``actions.enter``), the page (``supplement_page``).
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from dudao.intake import read_file, template
from dudao.issues import Issue
from dudao.standards.model import Field, Standard
from dudao.tables import Return
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership, Org
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions, figures, foresight, queries, told
from dudao_web.submissions.foresight import Stand
from dudao_web.submissions.models import IssueRecord, Upload
from dudao_web.submissions.queries import ReturnSet
from dudao_web.submissions.told import Unit

Values = dict[str, str]
"""field name -> what was typed"""
Faults = dict[tuple[str, str], list[str]]
"""(code of the unit, field name) -> what is wrong there, in words; field "" of the unit as a whole"""
LONGEST = 2000  # characters; the reader's own bound is smaller and says so
GAPS = dict.fromkeys(map(ord, ",，' \u2009\u3000\xa0"))
CLEARED = "网上填写已清空"
MOVED = "转为网上填写"


@dataclass(frozen=True)
class Draft:
    """What was typed for some units, the workbook it makes, what is wrong in it, and the set as it would stand."""

    of: ReturnSet
    name: str
    data: bytes
    values: Mapping[str, Values]
    faults: Faults
    notes: Faults
    stand: Stand
    cleared: tuple[Unit, ...]
    filled: tuple[Unit, ...]


def typed(field: Field, text: str) -> str:
    """An answer as it is written into the workbook: of numbers the gaps and full-width digits are mended."""
    text = " ".join(text.split())
    if not field.numeric:
        return text
    digits = unicodedata.normalize("NFKC", text).translate(GAPS)
    return digits if digits.replace(".", "", 1).isascii() and digits.replace(".", "", 1).isdigit() else text


def answers(
    fields: Iterable[Field], get: Callable[[str], str | None], unit: Unit, prefix: str = ""
) -> Values:
    """What was typed for a unit, by field; what came in a file and is not changed here is passed over."""
    found = {}
    for field in fields:
        if not unit.locked(field.name):
            text = typed(field, (get(prefix + field.name) or "")[: LONGEST + 1])
            if text:
                found[field.name] = text
    return found


def draft(of: ReturnSet, units: Mapping[str, Unit], values: Mapping[str, Values], on: date) -> Draft:
    """The draft of these units: ``values`` by code of the unit, all that the web says of it."""
    standard = standards.load(of.version)
    filled = tuple(units[code] for code, own in values.items() if own)
    cleared = tuple(units[code] for code, own in values.items() if not own and units[code].entered)
    name = actions.free_name(of, _name(of, filled or cleared))
    data = _workbook(of, standard, filled, values)
    reading = read_file(name, data, standard)
    returns = [unit for unit in reading.returns if _code(unit, of) in values]
    gone = {units[code].entered.pk for code in values if units[code].entered is not None}
    stand = foresight.stand(of, on, without=gone, more=returns)
    faults, notes = _found(of, returns, [*reading.issues, *foresight.found_in(stand.intake, name)])
    for code, own in values.items():
        for field, text in own.items():
            if len(text) > LONGEST:
                faults.setdefault((code, field), []).append("填写的内容过长。请缩短到 1000 字以内。")
    return Draft(of, name, data, values, faults, notes, stand, cleared, filled)


def _name(of: ReturnSet, units: tuple[Unit, ...]) -> str:
    """The name of the file that a draft makes."""
    if len(units) == 1:
        return f"网上填写_{units[0].name}补充表.xlsx"
    return f"网上填写_{of.county.name}学校补充表.xlsx"


def _workbook(
    of: ReturnSet, standard: Standard, units: Iterable[Unit], values: Mapping[str, Values]
) -> bytes:
    county, schools = None, []
    for unit in units:
        row = {**told.naming(unit, of, standard), **values[unit.code]}
        if unit.form == "county_supplement":
            county = row
        else:
            schools.append(row)
    return template.supplement(standard, county=county, schools=schools)


def _code(unit: Return, of: ReturnSet) -> str:
    return of.county.code if unit.form == "county_supplement" else unit.text("school_code") or ""


def _found(of: ReturnSet, returns: Iterable[Return], issues: Iterable[Issue]) -> tuple[Faults, Faults]:
    """Errors and queries at the fields they are about. What is said of units, and not of an answer, is left to the list of issues."""
    at = {
        (figure.sheet, figure.cell): (_code(unit, of), name)
        for unit in returns
        for name, figure in unit.figures.items()
    }
    faults: Faults = {}
    notes: Faults = {}
    for issue in dict.fromkeys(issues):
        place = at.get((issue.sheet, issue.cell))
        if place is not None and not issue.code.startswith("UNIT-"):
            (faults if issue.level == "error" else notes).setdefault(place, []).append(
                issue.found + issue.mend
            )
    return faults, notes


def kept(of: ReturnSet, stand: Stand, units: Iterable[Unit]) -> tuple[Faults, Faults]:
    """Errors and queries at the answers of these units as they are kept, typed or uploaded."""
    faults: Faults = {}
    notes: Faults = {}
    for unit in units:
        for row in (unit.entered, *unit.uploaded):
            if row is not None:
                wrong, asked = _found(
                    of, [queries.as_return(row)], foresight.found_in(stand.intake, row.path)
                )
                faults |= wrong
                notes |= asked
    return faults, notes


def asked(units: Iterable[Unit]) -> dict[tuple[str, str], IssueRecord]:
    """(code of the unit, field name) -> the query that is open there, with its explanation."""
    rows = [(unit, row) for unit in units for row in (unit.entered, *unit.uploaded) if row is not None]
    at = {
        (row.pk, figure.sheet, figure.cell): (unit.code, name)
        for unit, row in rows
        for name, figure in figures.decode(row.figures).items()
        if figure.cell
    }
    records = IssueRecord.objects.filter(submission__in=[row for _, row in rows], open=True, level="query")
    found = ((at.get((record.submission_id, record.sheet, record.cell)), record) for record in records)
    return {place: record for place, record in found if place is not None}


def save(what: Draft, *, org: Org, by: Membership) -> Upload | None:
    """Keep a draft without faults: as a file that replaces what the web said before; what was cleared leaves the set."""
    for unit in what.cleared:
        if unit.entered is not None:
            actions.withdraw(submission=unit.entered, reason=CLEARED, by=by)
    if not what.filled:
        return None
    upload = actions.enter(of=what.of, name=what.name, data=what.data, org=org, by=by)
    if upload.state != "read":
        raise Refused("填写的内容已收下，但没有读完。请稍后在上传记录中重新读取。")
    return upload


def merged(unit: Unit, names: Iterable[str]) -> Values:
    """What the web would say of a unit once it stands for the uploaded 补充表 too; typed answers win."""
    both = unit.filed | unit.typed
    return {name: both[name] for name in names if name in both}


def yielding(unit: Unit) -> Values:
    """What the web would say of a unit without the answers that its uploaded 补充表 gives."""
    return {name: text for name, text in unit.typed.items() if name not in unit.filed}


def take_over(
    of: ReturnSet, units: Mapping[str, Unit], *, org: Org, by: Membership, on: date
) -> Upload | None:
    """The web takes the place of the uploaded 补充表 of these units: their answers move here, the files are withdrawn and kept."""
    standard = standards.load(of.version)
    names = [field.name for field in (*told.asked_of_county(standard), *told.asked_of_schools(standard))]
    values = {code: merged(unit, names) for code, unit in units.items() if unit.uploaded}
    moved = draft(of, units, values, on)
    with (
        transaction.atomic()
    ):  # first withdrawn: the same bytes as a return that counts would be no new return
        for row in (row for code in values for row in units[code].uploaded):
            actions.withdraw(submission=row, reason=MOVED, by=by)
        return save(moved, org=org, by=by)


def give_way(
    of: ReturnSet, units: Mapping[str, Unit], *, org: Org, by: Membership, on: date
) -> Upload | None:
    """The uploaded 补充表 of these units stand: answers that were typed beside them go."""
    values = {code: yielding(unit) for code, unit in units.items() if unit.uploaded and unit.entered}
    return save(draft(of, units, values, on), org=org, by=by)
