"""Views of cohorts: the list, a rule previewed and frozen, the frozen list and its file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.evidence.views import attachment
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused, object_key, record_export
from dudao_web.titles import actions, queries, rules
from dudao_web.titles.forms import FreezeForm, RuleForm
from dudao_web.titles.models import Cohort, Title
from dudao_web.titles.views import PAGE_SIZE


@page(rules.OFFICES, obj="名单")
def cohorts(request: HttpRequest) -> HttpResponse:
    """The frozen lists that concern the office."""
    rows = list(rules.visible_cohorts(request.membership).defer("text"))
    for row in rows:
        row.until = queries.until(row)
        row.count = len({code for code, _ in row.units})
        row.whole = rules.sees_whole(request.membership, row)
    context = {"cohorts": rows, "may_edit": request.membership.role in rules.OWNERS}
    return render(request, "titles/cohorts.html", context)


@page(rules.OWNERS, obj="名单", methods=("GET", "POST"))
def create(request: HttpRequest) -> HttpResponse:
    """A rule, the list it chooses today, and its freezing under a name."""
    who, today = request.membership, clock.today()
    titles = Title.objects.filter(org=who.org)
    kind = FreezeForm if request.method == "POST" else RuleForm
    form = kind(request.POST or request.GET or None, titles=titles, today=today)
    valid = form.is_valid()
    if valid and request.method == "POST":
        try:
            made = actions.freeze_cohort(by=who, org=who.org, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"名单“{made.name}”已冻结。")
            return redirect("titles:cohort", made.pk)
    rule = form if kind is RuleForm else RuleForm(request.POST, titles=titles, today=today)
    found = None
    if rule.is_valid():
        found = queries.chosen(rule.cleaned_data["titles"], rule.cleaned_data["awarded_until"], today)
    context = {
        "rule": rule,
        "form": form if kind is FreezeForm else FreezeForm(titles=titles, today=today),
        "found": found,
        "shown": found.awards[:PAGE_SIZE] if found else (),
        "titles": titles,
    }
    return render(
        request, "titles/new_cohort.html", context, status=422 if form.is_bound and form.errors else 200
    )


@page(rules.OFFICES, obj="名单")
def cohort(request: HttpRequest, pk: int) -> HttpResponse:
    """A frozen list: its rule, its hash and how to compute it again, the units as they were and as they are today."""
    found = get_object_or_404(rules.visible_cohorts(request.membership), pk=pk)
    today = clock.today()
    lines = queries.lines(found, today, request.membership)
    context = {
        "cohort": found,
        "until": queries.until(found),
        "whole": rules.sees_whole(request.membership, found),
        "lines": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
        "units": len({line.unit.pk for line in lines}),
        "now": len({org.pk for line in lines for org in line.today}),
        "counts": queries.counted(line.title for line in lines),
        "changed": [line for line in lines if line.moved or line.gone],
    }
    return render(request, "titles/cohort.html", context)


@page(rules.OFFICES, obj="名单", methods=("POST",))
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The canonical list, byte for byte what was hashed: for whoever sees all of it."""
    found: Cohort = get_object_or_404(rules.visible_cohorts(request.membership), pk=pk)
    if not rules.sees_whole(request.membership, found):
        raise Http404
    what = f"{object_key(found)} {found.name}"
    record_export(by=request.membership, action="titles.export", what=what, rows=len(found.units))
    return attachment(found.text.encode(), f"{found.name}.csv", "text/csv; charset=utf-8")
