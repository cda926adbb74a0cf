"""Views of single awards: a unit's awards, giving, correcting and withdrawing one, and the workbook of many."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dudao_web import clock
from dudao_web.evidence.views import attachment
from dudao_web.orgs import rules as orgs_rules
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.forms import ImportForm
from dudao_web.orgs.models import Org
from dudao_web.orgs.sheet import RowIssue
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.titles import actions, rules, sheet
from dudao_web.titles.forms import AwardForm, NewAwardForm, WithdrawForm
from dudao_web.titles.models import Award, Title
from dudao_web.titles.views import XLSX, shown_title


def _own_award(request: HttpRequest, pk: int) -> Award:
    """An award of a title of the own office; otherwise there is no such page."""
    rows = rules.visible_awards(request.membership).select_related("title__org", "unit")
    found = get_object_or_404(rows, pk=pk)
    if not rules.owns(request.membership, found.title.org):
        raise Http404
    return found


def _clauses(version: StandardVersion | None) -> dict[str, str]:
    """The items of a standard in words, by code."""
    return {one.code: one.title for one in standards.load(version).indicators} if version else {}


@page(rules.READERS, obj="称号")
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """The awards of a unit and of those that went into it, with what the assessment found."""
    who, today = request.membership, clock.today()
    org = get_object_or_404(rules.visible_units(who), code=code)
    rows = rules.visible_awards(who).filter(orgs_rules.own(org, "unit"))
    rows = rows.select_related("title__org", "version", "unit").defer("version__text")
    awards = list(rows.order_by("-awarded_on", "-pk"))
    for award in awards:
        words = _clauses(award.version)
        award.standing = award.stands(today)
        award.owned = rules.owns(who, award.title.org)
        award.below = [(item, words.get(item, ""), grade) for item, grade in award.below_a]
        award.counts = [(grade, list(award.grades.values()).count(grade)) for grade in "ABC"]
    context = {"unit": org, "awards": awards, "is_office": who.role in rules.OFFICES}
    return render(request, "titles/unit.html", context)


def _given(title: Title, org: Org, data: dict[str, Any]) -> actions.Given:
    """What a form says of an award."""
    names = ("awarded_on", "batch", "version", "grades", "problems")
    return actions.Given(unit=org, title=title, **{name: data[name] for name in names})


@page(rules.OWNERS, obj="称号", methods=("GET", "POST"))
def award(request: HttpRequest, key: str) -> HttpResponse:
    """One award of a title of the own office."""
    title = shown_title(request, key)
    if not rules.owns(request.membership, title.org):
        raise Http404
    form = NewAwardForm(
        request.POST or None,
        units=orgs_rules.visible(Org.objects.all(), request.membership),
        versions=standards.visible(request.membership),
    )
    if request.method == "POST" and form.is_valid():
        org = form.cleaned_data["code"]
        try:
            actions.award(by=request.membership, given=_given(title, org, form.cleaned_data))
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, f"已登记“{org.name}”的称号。")
            return redirect("titles:unit", org.code)
    context = {
        "form": form,
        "title": f"登记称号：{title.name}",
        "verb": "登记",
        "back": reverse("titles:title", args=[title.key]),
    }
    return render(request, "titles/form.html", context, status=422 if form.errors else 200)


@page(rules.OWNERS, obj="称号", methods=("GET", "POST"))
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words for an award as it was registered."""
    found = _own_award(request, pk)
    if found.withdrawn_on is not None:
        raise Http404
    versions = standards.visible(request.membership)
    form = AwardForm(request.POST or None, initial=AwardForm.words_of(found), versions=versions)
    if request.method == "POST" and form.is_valid():
        try:
            given = _given(found.title, found.unit, form.cleaned_data)
            actions.correct_award(by=request.membership, award=found, given=given)
        except Refused as refusal:
            form.add_error("awarded_on", str(refusal))
        else:
            messages.success(request, f"已更正“{found.unit.name}”的称号。")
            return redirect("titles:unit", found.unit.code)
    context = {
        "form": form,
        "title": f"更正称号：{found.unit.name}",
        "verb": "更正",
        "note": "更正不影响已冻结的名单，原来的内容留在操作记录中。",
        "back": reverse("titles:unit", args=[found.unit.code]),
    }
    return render(request, "titles/form.html", context, status=422 if form.errors else 200)


@page(rules.OWNERS, obj="称号", methods=("GET", "POST"))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a title back, after a page that says what will happen."""
    found = _own_award(request, pk)
    if found.withdrawn_on is not None and request.method == "GET":
        raise Http404
    form = WithdrawForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(by=request.membership, award=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("on", str(refusal))
        else:
            messages.success(request, f"已撤销“{found.unit.name}”的“{found.title.name}”。")
            return redirect("titles:unit", found.unit.code)
    context = {"form": form, "award": found}
    return render(request, "titles/withdraw.html", context, status=422 if form.errors else 200)


# --- the workbook


def _known(request: HttpRequest) -> sheet.Known:
    """What a workbook of the own office may name."""
    return sheet.known(
        orgs_rules.visible(Org.objects.all(), request.membership),
        Title.objects.filter(org=request.membership.org),
        standards.visible(request.membership).order_by("pk"),
    )


def _row_number(issue: RowIssue) -> int:
    """For sorting: A12 -> 12."""
    return int(issue.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@page(rules.OWNERS, obj="称号", methods=("GET", "POST"))
def import_awards(request: HttpRequest) -> HttpResponse:
    """Awards from a workbook: all bad cells are listed, and nothing is taken until none is left."""
    form = ImportForm(request.POST or None, request.FILES or None)
    form.fields["file"].label = "称号授予表"
    issues: list[RowIssue] = []
    if request.method == "POST" and form.is_valid():
        rows, issues = sheet.read(form.cleaned_data["file"].read(), _known(request))
        issues += [RowIssue(cell, text) for cell, text in actions.clashes(rows)]
        issues.sort(key=_row_number)
        if not issues:
            made = actions.import_awards(by=request.membership, rows=rows)
            kept = len(rows) - len(made)
            text = f"已登记 {len(made)} 项称号。" + (f"另有 {kept} 项原已登记，没有重复。" if kept else "")
            messages.success(request, text)
            return redirect("titles:index")
    context = {"form": form, "issues": issues, "columns": sheet.COLUMNS}
    return render(request, "titles/import.html", context, status=422 if issues or form.errors else 200)


@page(rules.OWNERS, obj="称号授予表")
def import_template(request: HttpRequest) -> HttpResponse:
    """The empty workbook."""
    titles = Title.objects.filter(org=request.membership.org)
    return attachment(sheet.template(titles), "称号授予表.xlsx", XLSX)
