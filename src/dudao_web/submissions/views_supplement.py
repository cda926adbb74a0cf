"""Pages of the 补充表: the county's, a school's, the table of all schools. Fetch with permission, draft, action, answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dudao.intake import template
from dudao.standards.model import Standard
from dudao_web import clock
from dudao_web.evidence.views import attachment
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import record_export
from dudao_web.orgs.models import Role
from dudao_web.standards import queries as standards
from dudao_web.submissions import drafts, foresight, merging, rules, supplement_page, told
from dudao_web.submissions.drafts import Draft
from dudao_web.submissions.foresight import Stand
from dudao_web.submissions.merging import Held, Place
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet
from dudao_web.submissions.supplement_page import Said
from dudao_web.submissions.told import Unit
from dudao_web.submissions.views import fetch_set

PAGE = 40  # schools of the table on one page: a request takes at most 1000 answers
HISTORY = 20
NOTHING = Held()
SAVED = (
    "saved_form"  # in the session: the form that was saved last, so that a browser forgets what it kept of it
)
JOINED = "打开本页以后另有人保存，两处填写的已合并。"


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
    today = clock.today()
    may = rules.may_upload(request.membership, of.county)
    return _Desk(request, of, standards.load(of.version), today, foresight.stand(of, today), may)


@page(rules.READERS, obj="补充表", methods=("GET", "POST"))
def county_page(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """The county's 补充表; a school is led to its own."""
    if request.membership.role == Role.SCHOOL and request.method == "GET":
        fetch_set(request, county, year, version)  # of another county: 404 like everywhere
        return redirect("submissions:supplement_school", county, year, version, request.membership.org.code)
    desk = _desk(request, county, year, version)
    unit = told.county(desk.of, desk.now.rows)
    if request.method != "POST":
        return _county(desk, unit)
    if request.membership.role not in rules.COUNTY or not desk.may:
        raise Http404
    values = drafts.answers(told.asked_of_county(desk.standard), request.POST.get, unit)
    made, held = _answered(desk, {unit.code: unit}, {unit.code: values}, None)
    if "preview" in request.POST:
        return _county(desk, unit, made, held)
    if not held:
        return redirect("submissions:supplement", *desk.of.args)
    desk = _desk(request, county, year, version)
    return _county(desk, told.county(desk.of, desk.now.rows), held=held)


def _answered(
    desk: _Desk, units: Mapping[str, Unit], values: Mapping[str, drafts.Values], school: str | None
) -> tuple[Draft, Held]:
    """Keep what can be saved of what was typed, unless only a preview is asked for; what is held back comes back."""
    post = desk.request.POST
    chosen = {_place(desk.of, name): post.get(f"choose.{name}", "") for name in post.getlist("both")}
    sent = merging.Sent(values, post.get("seen", ""), chosen)
    made, held = merging.settle(desk.of, units, sent, desk.now, desk.today)
    if "preview" not in post:
        _save(desk, made, units, school, held)
        if not held:
            desk.request.session[SAVED] = post.get("form", "")[:40]
    return made, held


def _place(of: ReturnSet, name: str) -> Place:
    """The unit and field of a control of a form; a field of the county stands alone."""
    code, _, field = name.rpartition(".")
    return code or of.county.code, field


def _control(of: ReturnSet, place: Place) -> str:
    code, name = place
    return name if code == of.county.code else f"{code}.{name}"


def _save(desk: _Desk, draft: Draft, units: Mapping[str, Unit], school: str | None, held: Held) -> None:
    """Keep what changed, and say what is still lacking: of the county (None), a school, or all ("")."""
    shown = set(desk.request.POST.get("seen", "").split("|"))
    joined = JOINED if any(unit.seen not in shown for unit in units.values()) else ""
    _passed_over(desk, units)
    if not draft.values:
        if not held:
            messages.success(desk.request, joined or "没有改动。")
        return
    membership = desk.request.membership
    drafts.save(draft, org=membership.org, by=membership)
    lacks = draft.stand.lacks
    count = _of_schools(lacks) if school == "" else len(lacks.get(school, ()))
    rest = f"影响判定的还缺 {count} 项。" if count else "影响判定的各项均已填写。"
    messages.success(desk.request, f"{'其余' if held else ''}已保存，{rest}{joined}")


def _passed_over(desk: _Desk, units: Mapping[str, Unit]) -> None:
    """Say what was typed in boxes that a file has filled in the meantime."""
    labels = {field.name: field.label for field in desk.standard.fields}
    names = [_place(desk.of, name) for name, text in desk.request.POST.items() if text.strip()]
    lost = [
        labels[name]
        for code, name in names
        if name in labels
        and code in units
        and units[code].locked(name)
        and desk.request.POST[_control(desk.of, (code, name))].strip() != units[code].filed.get(name)
    ]
    if lost:
        messages.warning(desk.request, f"已由上传的文件填写，刚才填写的没有采用：{'、'.join(lost)}。")


def _of_schools(lacks: foresight.Lacks) -> int:
    return sum(len(names) for code, names in lacks.items() if code is not None)


def _said(desk: _Desk, units: list[Unit], draft: Draft | None, held: Held) -> list[Said]:
    """What is known of units: as kept, or as typed in a draft; over it what was typed and held back."""
    faults, notes = (
        drafts.kept(desk.of, desk.now, units) if draft is None else (dict(draft.faults), dict(draft.notes))
    )
    lacks = desk.now.lacks if draft is None else draft.stand.lacks
    typed = {} if draft is None else draft.values
    asked = drafts.asked(units) if draft is None and desk.may else {}
    return [
        supplement_page.said(
            unit,
            lacks.get(None if unit.form == "county_supplement" else unit.code, frozenset()),
            dict(typed.get(unit.code, unit.typed)),
            faults | held.faults,
            notes,
            held,
            asked,
        )
        for unit in units
    ]


def _shown(desk: _Desk, draft: Draft | None, held: Held) -> dict[str, Any]:
    """What a page says of a draft: what is held back, and what would follow. ``form``: names this form, for the browser."""
    request = desk.request
    posted = request.method == "POST" and draft is None
    found: dict[str, Any] = {
        "form": uuid4().hex,
        "saved_form": request.POST.get("form", "") if posted else request.session.get(SAVED, ""),
        "previewed": draft is not None,
        "held": held,
    }
    if draft is not None:
        found["foreseen"] = foresight.foreseen(desk.now, draft.stand)
    labels = {field.name: field.label for field in desk.standard.fields}
    faults = [
        (_control(desk.of, place), text)
        for place, texts in held.faults.items()
        for text in dict.fromkeys(texts)
    ]
    both = [
        (_control(desk.of, place), f"{labels[place[1]]}：另有人保存为“{text or '未填'}”，请选定采用哪一处。")
        for place, text in held.both.items()
    ]
    return found | {"faults": [*both, *faults]}


def _county(desk: _Desk, unit: Unit, draft: Draft | None = None, held: Held = NOTHING) -> HttpResponse:
    stand = desk.now if draft is None else draft.stand
    said = _said(desk, [unit], draft, held)[0]
    sections = supplement_page.sections(desk.standard, said, stand.judgements)
    questions = [q for section in sections for block in section.blocks for q in block.questions]
    may = desk.may and desk.request.membership.role in rules.COUNTY
    rows = Submission.objects.filter(**desk.of.key, form="county_supplement")
    context = {
        **desk.context,
        **_shown(desk, draft, held),
        "may": may,
        "unit": unit,
        "seen": unit.seen,
        "sections": sections,
        "counts": supplement_page.Counts.of(questions),
        "schools": _of_schools(stand.lacks),
        "asks_schools": bool(told.asked_of_schools(desk.standard)),
        "history": rows.select_related("upload", "by").order_by("-pk")[:HISTORY],
    }
    return render(desk.request, "submissions/supplement.html", context, status=422 if held else 200)


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
    _, held = _answered(desk, {code: unit}, {code: values}, code)
    if not held:
        return redirect("submissions:supplement_school", *desk.of.args, code)
    desk = _desk(request, county, year, version)
    return _school(desk, told.schools(desk.now.rows)[code], stages, held)


def _school(desk: _Desk, unit: Unit, stages: tuple[str, ...], held: Held = NOTHING) -> HttpResponse:
    said = _said(desk, [unit], None, held)[0]
    questions = supplement_page.of_school(desk.standard, said, stages)
    rows = Submission.objects.filter(**desk.of.key, form="supplement", code=unit.code)
    context = {
        **desk.context,
        **_shown(desk, None, held),
        "unit": unit,
        "seen": unit.seen,
        "questions": questions,
        "counts": supplement_page.Counts.of(questions),
        "may_choose": _may_choose(desk, unit),
        "history": rows.select_related("upload", "by").order_by("-pk")[:HISTORY],
    }
    return render(desk.request, "submissions/supplement_school.html", context, status=422 if held else 200)


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
    before = merging.shown_from(desk.of, request.POST.get("seen", ""))
    asked = {_place(desk.of, name)[0] for name in request.POST.getlist("both")}
    changed = {code: own for code, own in values.items() if own != before.get(code, {}) or code in asked}
    _, held = _answered(desk, by_code, changed, "")
    if not held:
        return redirect(request.get_full_path())
    desk = _desk(request, county, year, version)
    stages = desk.now.stages
    return _schools(
        desk, [unit for code, unit in told.schools(desk.now.rows).items() if code in stages], held
    )


def _schools(desk: _Desk, units: list[Unit], held: Held = NOTHING) -> HttpResponse:
    only = desk.request.GET.get("only") == "open"
    if only:
        wrong = {code for code, _ in held.texts}
        units = [unit for unit in units if desk.now.lacks.get(unit.code) or unit.code in wrong]
    listed = Paginator(units, PAGE).get_page(desk.request.GET.get("page"))
    shown = list(listed)
    said = _said(desk, shown, None, held)
    columns, rows = supplement_page.table(desk.standard, [(of, desk.now.stages[of.unit.code]) for of in said])
    context = {
        **desk.context,
        **_shown(desk, None, held),
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
    return render(desk.request, "submissions/supplement_schools.html", context, status=422 if held else 200)


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


@page(rules.READERS, obj="补充表", methods=("POST",))
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
    asked = desk.standard
    if own:  # a school's own workbook has no sheet of the county
        fields = tuple(field for field in asked.fields if field.form != "county_supplement")
        asked = replace(asked, fields=fields)
    data = template.supplement(asked, county=None if own else row(whole), schools=schools)
    name = request.membership.org.name if own else desk.of.county.name
    asked = {"county": county, "year": year, "version": version}
    record_export(
        by=request.membership,
        action="submissions.export",
        what="补充表",
        rows=len(schools) + (not own),
        asked=asked,
    )
    return attachment(data, f"补充表_{name}_{desk.of.year}.xlsx")
