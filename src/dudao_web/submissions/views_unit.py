"""Pages of one unit's return and of the issues: fetch with permission, form, action, answer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao.intake import annotate
from dudao.issues import Issue
from dudao_web.evidence import queries as evidence
from dudao_web.evidence.views import attachment, stored
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions, queries, rules, sets, unit_page
from dudao_web.submissions.forms import ExplainForm, ReasonForm
from dudao_web.submissions.models import IssueRecord, Submission
from dudao_web.submissions.views import fetch_set

PAGE = 100


def fetch(request: HttpRequest, pk: int) -> Submission:
    """A return the office may open."""
    return get_object_or_404(queries.seen_submissions(request.membership), pk=pk)


@page(rules.READERS, obj="填报")
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """One return: figures with their cells, issues under them, what changed against the one before."""
    row = fetch(request, pk)
    issues = list(queries.seen_issues(request.membership).filter(submission=row, open=True))
    old = row.replaces.order_by("-pk").first()
    context = {
        "of": queries.set_of(row),
        "row": row,
        "groups": unit_page.groups(standards.load(row.version), row, issues),
        "loose": [issue for issue in issues if issue.cell is None],
        "issues": issues,
        "old": old,
        "differences": sets.differences(row.version, old, row) if old else [],
        "may_decide": rules.may_decide(request.membership, row.county) and row.current,
        "may_file": queries.may_have_file(request.membership, row),
        "explainable": {issue.pk for issue in issues if rules.may_explain(request.membership, issue)},
    }
    return render(request, "submissions/submission.html", context)


@page(rules.COUNTY, obj="填报", methods=("GET", "POST"))
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The county office sends a return back, with a reason."""
    return _decide(request, pk, actions.send_back, "submissions/send_back.html", "已退回")


@page(rules.COUNTY, obj="填报", methods=("POST",))
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The county office undoes sending back."""
    row = fetch(request, pk)
    if not rules.may_decide(request.membership, row.county):
        raise Http404
    try:
        actions.take_back(submission=row, by=request.membership)
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"已撤销退回{row}。")
    return redirect("submissions:submission", row.pk)


@page(rules.COUNTY, obj="填报", methods=("GET", "POST"))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A return that does not belong in the set leaves it."""
    return _decide(request, pk, actions.withdraw, "submissions/withdraw.html", "已撤下")


def _decide(request: HttpRequest, pk: int, act: Any, name: str, done: str) -> HttpResponse:
    row = fetch(request, pk)
    if not rules.may_decide(request.membership, row.county):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(submission=row, reason=form.cleaned_data["reason"], by=request.membership)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{done}{row}。")
            return redirect("submissions:submission", row.pk)
    issues = queries.seen_issues(request.membership).filter(submission=row, open=True)
    context = {"form": form, "row": row, "of": queries.set_of(row), "issues": issues}
    return render(request, name, context, status=422 if form.errors else 200)


@page(rules.READERS, obj="填报")
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The file that holds the return, as it was handed in; a school has it too when the county handed it in for that school alone."""
    row = fetch(request, pk)
    if not queries.may_have_file(request.membership, row):
        raise Http404
    return stored(row.file)


@page(rules.READERS, obj="填报")
def annotated(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook as it was handed in, its bad cells coloured and commented."""
    row = fetch(request, pk)
    if not queries.may_have_file(request.membership, row):
        raise Http404
    rows = queries.seen_issues(request.membership).filter(
        submission__path=row.path, open=True, **queries.set_of(row).key
    )
    issues = [
        Issue(item.level, item.code, item.file, item.sheet, item.cell, item.found, item.mend) for item in rows
    ]
    data = annotate.write(row.path, evidence.content(row.file), issues)
    stem = row.path.rpartition("/")[2].rpartition(".")[0]
    return attachment(data, f"退回_{stem}.xlsx")


@page(rules.READERS, obj="数据问题")
def issues(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """The issues of a set, filtered by kind, answer, school and code."""
    of = fetch_set(request, county, year, version)
    asked = unit_page.asked(request.GET)
    rows = queries.seen_issues(request.membership).filter(**of.key, open=True)
    listed = Paginator(unit_page.wanted(rows, asked), PAGE).get_page(request.GET.get("page"))
    context = {
        "of": of,
        "asked": asked,
        "counts": unit_page.counts(rows),
        "codes": unit_page.codes(rows),
        "page": listed,
        "explainable": {issue.pk for issue in listed if rules.may_explain(request.membership, issue)},
    }
    part = request.htmx and request.htmx.target == "issues"
    return render(request, "submissions/_issues.html" if part else "submissions/issues.html", context)


@page(rules.HANDERS, obj="数据问题", methods=("GET", "POST"))
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """A query is explained in writing."""
    issue: IssueRecord = get_object_or_404(queries.seen_issues(request.membership), pk=pk)
    if not rules.may_explain(request.membership, issue):
        raise Http404
    form = ExplainForm(request.POST or None, initial={"text": issue.explanation})
    if request.method == "POST" and form.is_valid():
        try:
            actions.explain(issue=issue, text=form.cleaned_data["text"], by=request.membership)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "说明已保存。")
            if issue.submission_id:
                return redirect("submissions:submission", issue.submission_id)
            return redirect("submissions:issues", *queries.set_of(issue).args)
    context = {"form": form, "issue": issue, "of": queries.set_of(issue)}
    return render(request, "submissions/explain.html", context, status=422 if form.errors else 200)
