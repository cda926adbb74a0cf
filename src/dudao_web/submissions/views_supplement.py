"""Pages of the 补充表: the county's, a school's, the table of all schools. Fetch with permission, draft, action, answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from dudao.intake import template
from dudao.standards.model import Standard
from dudao_web.evidence.views import attachment
from dudao_web.orgs.access import page
from dudao_web.orgs.models import Role
from dudao_web.standards import queries as standards
from dudao_web.submissions import drafts, foresight, rules, supplement_page, told
from dudao_web.submissions.drafts import Draft
from dudao_web.submissions.foresight import Stand
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet
from dudao_web.submissions.supplement_page import Said
from dudao_web.submissions.told import Unit
from dudao_web.submissions.views import fetch_set

PAGE = 40  # schools of the table on one page: a request takes at most 1000 answers
HISTORY = 20
LATE = "打开本页以后，这里的补充表有变动。下面是刚才填写的内容，核对后再保存。"


@dataclass(frozen=True)
class _Desk:
    """What every page here works with: the set as it stands today, and whether the office may fill it in."""

    request: HttpRequest
    of: ReturnSet
    standard: Standard
    today: date
    now: Stand
    may: bool

    @property
    def context(self) -> dict[str, Any]:
        membership = self.request.membership
        return {"of": self.of, "may": self.may, "county_office": membership.role == Role.COUNTY_OFFICER}


def _desk(request: HttpRequest, county: str, year: int, version: int) -> _Desk:
    of = fetch_set(request, county, year, version)
    today = timezone.localdate()
    may = rules.may_upload(request.membership, of.county)
    return _Desk(request, of, standards.load(of.version), today, foresight.stand(of, today), may)


@page(rules.READERS, obj="补充表", methods=("GET", "POST"))
def county_page(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """The county's 补充表; a school is led to its own."""
    if request.membership.role == Role.SCHOOL and request.method == "GET":
        return redirect("submissions:supplement_school", county, year, version, request.membership.org.code)
    desk = _desk(request, county, year, version)
    unit = told.county(desk.of, desk.now.rows)
    if request.method != "POST":
        return _county(desk, unit)
    if request.membership.role not in rules.COUNTY or not desk.may:
        raise Http404
    values = drafts.answers(told.asked_of_county(desk.standard), request.POST.get, unit)
    draft = drafts.draft(desk.of, {unit.code: unit}, {unit.code: values}, desk.today)
    if _stands(request, draft, [unit]):
        if "preview" not in request.POST:
            _save(desk, draft, {unit.code: unit}, None)
            return redirect("submissions:supplement", *desk.of.args)
        return _county(desk, unit, draft)
    return _county(desk, unit, draft, late=_late(request, [unit]))


def _late(request: HttpRequest, units: list[Unit]) -> bool:
    return request.POST.get("seen", "") != "|".join(unit.seen for unit in units)


def _stands(request: HttpRequest, draft: Draft, units: list[Unit]) -> bool:
    """Whether a draft may be kept: nothing wrong in it, and nobody saved in the meantime."""
    return not draft.faults and not _late(request, units)


def _save(desk: _Desk, draft: Draft, units: Mapping[str, Unit], school: str | None) -> None:
    """Keep what changed, and say what is still lacking: of the county (None), a school, or all ("")."""
    if all(
        dict(own) == units[code].typed and not units[code].sent_back for code, own in draft.values.items()
    ):
        messages.success(desk.request, "没有改动。")
        return
    membership = desk.request.membership
    drafts.save(draft, org=membership.org, by=membership)
    lacks = draft.stand.lacks
    count = _of_schools(lacks) if school == "" else len(lacks.get(school, ()))
    messages.success(
        desk.request, f"已保存，影响判定的还缺 {count} 项。" if count else "已保存，影响判定的各项均已填写。"
    )


def _of_schools(lacks: foresight.Lacks) -> int:
    return sum(len(names) for code, names in lacks.items() if code is not None)


def _said(desk: _Desk, units: list[Unit], draft: Draft | None) -> list[Said]:
    """What is known of units: as kept, or as typed in a draft."""
    faults, notes = (
        drafts.kept(desk.of, desk.now, units) if draft is None else (dict(draft.faults), dict(draft.notes))
    )
    lacks = desk.now.lacks if draft is None else draft.stand.lacks
    return [
        supplement_page.said(
            unit,
            lacks.get(None if unit.form == "county_supplement" else unit.code, frozenset()),
            None if draft is None else dict(draft.values.get(unit.code, unit.typed)),
            faults,
            notes,
        )
        for unit in units
    ]


def _shown(desk: _Desk, draft: Draft | None, late: bool) -> dict[str, Any]:
    """What a page says of a draft: what is wrong, or what would follow."""
    if draft is None:
        return {}
    if draft.faults or late:
        return {
            "late": LATE if late else "",
            "faults": [
                (name if code == desk.of.county.code else f"{code}.{name}", text)
                for (code, name), texts in draft.faults.items()
                for text in texts
            ],
        }
    return {"foreseen": foresight.foreseen(desk.now, draft.stand)}


def _county(desk: _Desk, unit: Unit, draft: Draft | None = None, *, late: bool = False) -> HttpResponse:
    stand = desk.now if draft is None else draft.stand
    said = _said(desk, [unit], draft)[0]
    sections = supplement_page.sections(desk.standard, said, stand.judgements)
    questions = [q for section in sections for block in section.blocks for q in block.questions]
    may = desk.may and desk.request.membership.role in rules.COUNTY
    rows = Submission.objects.filter(**desk.of.key, form="county_supplement")
    context = {
        **desk.context,
        **_shown(desk, draft, late),
        "may": may,
        "unit": unit,
        "seen": unit.seen,
        "sections": sections,
        "counts": supplement_page.Counts.of(questions),
        "schools": _of_schools(stand.lacks),
        "asks_schools": bool(told.asked_of_schools(desk.standard)),
        "history": rows.select_related("upload", "by").order_by("-pk")[:HISTORY],
    }
    wrong = bool(context.get("faults") or late)
    return render(desk.request, "submissions/supplement.html", context, status=422 if wrong else 200)


@page(rules.READERS, obj="学校补充表", methods=("GET", "POST"))
def school_page(request: HttpRequest, county: str, year: int, version: int, code: str) -> HttpResponse:
    """One school's 补充表: of what its type and stages ask."""
    if request.membership.role == Role.SCHOOL and request.membership.org.code != code:
        raise Http404
    desk = _desk(request, county, year, version)
    unit = told.schools(desk.now.rows).get(code)
    if unit is None and request.membership.role != Role.SCHOOL:
        raise Http404
    stages = desk.now.stages.get(code)
    if unit is None or stages is None:
        if request.method == "POST":
            raise Http404
        context = desk.context | {"unit": unit, "org": request.membership.org}
        return render(request, "submissions/supplement_none.html", context)
    if request.method != "POST":
        return _school(desk, unit, stages)
    if not desk.may:
        raise Http404
    fields = told.asked_of_schools(desk.standard)
    values = drafts.answers(fields, request.POST.get, unit, f"{code}.")
    draft = drafts.draft(desk.of, {code: unit}, {code: values}, desk.today)
    if _stands(request, draft, [unit]):
        _save(desk, draft, {code: unit}, code)
        return redirect("submissions:supplement_school", *desk.of.args, code)
    return _school(desk, unit, stages, draft, late=_late(request, [unit]))


def _school(
    desk: _Desk, unit: Unit, stages: tuple[str, ...], draft: Draft | None = None, *, late: bool = False
) -> HttpResponse:
    said = _said(desk, [unit], draft)[0]
    questions = supplement_page.of_school(desk.standard, said, stages)
    rows = Submission.objects.filter(**desk.of.key, form="supplement", code=unit.code)
    context = {
        **desk.context,
        **_shown(desk, draft, late),
        "unit": unit,
        "seen": unit.seen,
        "questions": questions,
        "counts": supplement_page.Counts.of(questions),
        "may_choose": _may_choose(desk, unit),
        "history": rows.select_related("upload", "by").order_by("-pk")[:HISTORY],
    }
    wrong = bool(context.get("faults") or late)
    return render(desk.request, "submissions/supplement_school.html", context, status=422 if wrong else 200)


def _may_choose(desk: _Desk, unit: Unit) -> bool:
    """Whether the office may set uploaded 补充表 of a unit aside: the county office any, a school those it handed in itself."""
    membership = desk.request.membership
    if membership.role == Role.SCHOOL:
        return desk.may and all(row.upload.org_id == membership.org_id for row in unit.uploaded)
    return desk.may


@page(rules.READERS - {Role.SCHOOL}, obj="学校补充表", methods=("GET", "POST"))
def schools_page(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """All schools with what their 补充表 say and lack; the county office fills in row by row, or pastes from a table."""
    desk = _desk(request, county, year, version)
    stages = desk.now.stages
    units = [unit for code, unit in told.schools(desk.now.rows).items() if code in stages]
    if request.method != "POST":
        return _schools(desk, units)
    if not desk.may:
        raise Http404
    sent = set(request.POST.getlist("code"))
    shown = [unit for unit in units if unit.code in sent]
    fields = told.asked_of_schools(desk.standard)
    values = {unit.code: drafts.answers(fields, request.POST.get, unit, f"{unit.code}.") for unit in shown}
    by_code = {unit.code: unit for unit in shown}
    changed = {code: own for code, own in values.items() if own != by_code[code].typed}
    draft = drafts.draft(desk.of, by_code, changed, desk.today)
    if _stands(request, draft, shown):
        _save(desk, draft, by_code, "")
        return redirect(request.get_full_path())
    return _schools(desk, units, draft, late=_late(request, shown))


def _schools(
    desk: _Desk, units: list[Unit], draft: Draft | None = None, *, late: bool = False
) -> HttpResponse:
    only = desk.request.GET.get("only") == "open"
    if only:
        units = [unit for unit in units if desk.now.lacks.get(unit.code)]
    listed = Paginator(units, PAGE).get_page(desk.request.GET.get("page"))
    shown = list(listed)
    said = _said(desk, shown, draft)
    columns, rows = supplement_page.table(desk.standard, [(of, desk.now.stages[of.unit.code]) for of in said])
    context = {
        **desk.context,
        **_shown(desk, draft, late),
        "page": listed,
        "paged": listed,
        "only": only,
        "columns": columns,
        "rows": rows,
        "seen": "|".join(unit.seen for unit in shown),
        "counts": supplement_page.Counts.of(q for row in rows for q in row.cells if q is not None),
        "lacking": _of_schools(desk.now.lacks),
        "uploaded": sum(bool(unit.uploaded) for unit in units),
        "doubled": sum(bool(unit.doubled) for unit in units),
    }
    wrong = bool(context.get("faults") or late)
    return render(desk.request, "submissions/supplement_schools.html", context, status=422 if wrong else 200)


@page(rules.HANDERS, obj="补充表", methods=("POST",))
def source(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """Which 补充表 stands: what is typed on the web, into which the uploaded answers move, or what was uploaded."""
    desk = _desk(request, county, year, version)
    code = request.POST.get("code", "")
    if code == desk.of.county.code:
        units = {code: told.county(desk.of, desk.now.rows)}
        back = redirect("submissions:supplement", *desk.of.args)
    else:
        found = told.schools(desk.now.rows)
        units = found if code == "" else {one: unit for one, unit in found.items() if one == code}
        back = redirect("submissions:supplement_schools", *desk.of.args)
        if code:
            back = redirect("submissions:supplement_school", *desk.of.args, code)
    office = request.membership.role in rules.COUNTY
    own = request.membership.org.code == code
    if not units or not (office or own) or not all(_may_choose(desk, unit) for unit in units.values()):
        raise Http404
    act = drafts.give_way if request.POST.get("which") == "file" else drafts.take_over
    act(desk.of, units, org=request.membership.org, by=request.membership, on=desk.today)
    messages.success(
        request,
        "已以上传的补充表为准。" if act is drafts.give_way else "已转为网上填写，上传的文件已撤下并保留。",
    )
    return back


@page(rules.READERS, obj="补充表")
def state(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """What the 补充表 of a set still lack: a fragment of the page of the set."""
    desk = _desk(request, county, year, version)
    own = request.membership.org.code if request.membership.role == Role.SCHOOL else None
    context = desk.context | {
        "lacking": len(desk.now.lacks.get(own, ())),
        "schools": 0 if own else _of_schools(desk.now.lacks),
        "asks_county": bool(told.asked_of_county(desk.standard)),
        "asks_schools": bool(told.asked_of_schools(desk.standard)),
    }
    return render(request, "submissions/_supplement_state.html", context)


@page(rules.READERS, obj="补充表")
def filled(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """The 补充表 with everything known filled in: for work without the web, and to be uploaded again. A school gets its own row."""
    desk = _desk(request, county, year, version)
    own = request.membership.org.code if request.membership.role == Role.SCHOOL else None
    units = [unit for code, unit in told.schools(desk.now.rows).items() if code in desk.now.stages]
    whole = told.county(desk.of, desk.now.rows)

    def row(unit: Unit) -> dict[str, str]:
        return {**told.naming(unit, desk.of, desk.standard), **unit.filed, **unit.typed}

    schools = (
        [row(unit) for unit in units if own in (None, unit.code)]
        if told.asked_of_schools(desk.standard)
        else []
    )
    data = template.supplement(desk.standard, county=None if own else row(whole), schools=schools)
    name = request.membership.org.name if own else desk.of.county.name
    return attachment(data, f"补充表_{name}_{desk.of.year}.xlsx")
