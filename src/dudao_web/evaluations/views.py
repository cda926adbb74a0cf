"""Pages of evaluations: fetch with permission, build, answer. What is shown is built in ``verdict_page``, ``schools_table`` and
``items_page``. Not here: numbers walked back (``views_explain``), files (``views_files``)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dudao.standards.model import SchoolRule
from dudao_web import clock
from dudao_web.evaluations import (
    actions,
    asked,
    frozen,
    items_page,
    queries,
    rules,
    schools_table,
    verdict_page,
)
from dudao_web.evaluations.models import Evaluation
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Role
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions as submissions
from dudao_web.submissions import queries as sets
from dudao_web.submissions.views import fetch_set

SCHOOL_TOO = rules.OFFICES | {Role.SCHOOL}
COUNTY = frozenset({Role.COUNTY_OFFICER})


def fetch(request: HttpRequest, pk: int, *, done: bool = True) -> Evaluation:
    """A run that the office may open; 404 for a stranger, and for one that has no result yet unless asked for."""
    rows = queries.visible(request.membership)
    return get_object_or_404(rows.filter(state="done") if done else rows, pk=pk)


def base(evaluation: Evaluation) -> dict[str, Any]:
    """What every page of a result shows: the run, its standard, what was evaluated, whether it is final."""
    return {
        "evaluation": evaluation,
        "standard": standards.load(evaluation.version),
        "subject": evaluation.version.title.removesuffix("办法"),
        "status": queries.status(evaluation),
    }


@page(rules.OFFICES, obj="结论")
def index(request: HttpRequest) -> HttpResponse:
    """Runs of the office's counties, the latest first."""
    rows = queries.marked(queries.visible(request.membership).defer("result", "inputs"))
    listed = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "evaluations/index.html", {"page": listed})


@page(rules.OFFICES, obj="填报")
def of_set(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """Runs of one set: a fragment of the set's page, or a page of its own."""
    of = fetch_set(request, county, year, version)
    runs = (
        Evaluation.objects.filter(**of.key)
        .defer("result", "inputs")
        .select_related("county", "by", "confirmation")
    )
    context = {
        "of": of,
        "standing": sets.standing(of),
        "runs": list(runs[:20]),
        "may_run": rules.may_run(request.membership, of.county),
    }
    context["computable"] = context["may_run"] and actions.computable(of, context["standing"])
    name = "evaluations/_runs.html" if request.htmx else "evaluations/runs.html"
    return render(request, name, context)


@page(COUNTY, obj="填报", methods=("GET", "POST"))
def confirm(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """The county office stands for the set; the final run starts at once."""
    of = fetch_set(request, county, year, version)
    if not rules.may_run(request.membership, of.county):
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            seen, reason = request.POST.get("digest", ""), request.POST.get("reason", "")
            submissions.confirm(of=of, seen=seen, by=request.membership, absent_reason=reason)
            run = actions.start(of=of, on=clock.today(), by=request.membership)
        except Refused as error:
            refused = str(error)
        else:
            messages.success(request, f"{of.county.name}{of.year}年填报已确认，正在计算。")
            return redirect("evaluations:verdict", run.pk)
    context = {"of": of, "standing": sets.standing(of), "refused": refused}
    return render(request, "evaluations/confirm.html", context, status=422 if refused else 200)


@page(COUNTY, obj="填报", methods=("POST",))
def start(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """A run over the set as it is."""
    of = fetch_set(request, county, year, version)
    if not rules.may_run(request.membership, of.county):
        raise Http404
    try:
        run = actions.start(of=of, on=clock.today(), by=request.membership)
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("submissions:set", *of.args)
    return redirect("evaluations:verdict", run.pk)


@page(rules.OFFICES, obj="结论")
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict of a county; while the run is under way, its progress."""
    evaluation = fetch(request, pk, done=False)
    if evaluation.state != "done":
        name = "evaluations/_progress.html" if request.htmx else "evaluations/progress.html"
        return render(request, name, {"evaluation": evaluation})
    if request.htmx and request.htmx.target == "progress":
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = base(evaluation)
    context["table"] = table(request, evaluation, context["standard"])
    if request.htmx and request.htmx.target == "schools":
        return render(request, "evaluations/_schools.html", context)
    result, standard = evaluation.data, context["standard"]
    last, again = queries.last_year(evaluation.of), frozen.again(evaluation)
    first, more = verdict_page.reasons(result, standard, verdict_page.units(again.computed))
    context |= {
        "result": result,
        "same": again.same,
        "reasons": first,
        "more_reasons": more,
        "counted": verdict_page.counted(result, standard),
        "excluded": verdict_page.excluded(result),
        "absent": queries.absent(evaluation) if standard.levels else [],
        "dimensions": verdict_page.dimensions(result, standard),
        "chart": verdict_page.chart(result, standard, last.data if last else None, again.computed.composites),
        "chapters": items_page.chapters(again.computed),
        "may_run": rules.may_run(request.membership, evaluation.county),
        "supplement": _supplement(evaluation)
        if rules.may_fill(request.membership, evaluation.county)
        else "",
        "choose": choice(request, evaluation),
    }
    return render(request, "evaluations/verdict.html", context)


def _supplement(evaluation: Evaluation) -> str:
    """The address where what is missing on the 补充表 is typed; a school is led to its own."""
    return reverse("submissions:supplement", args=evaluation.of.args)


def choice(request: HttpRequest, evaluation: Evaluation) -> str:
    """Where the county chooses between a figure typed here and another in an uploaded 补充表; "" for who may not."""
    may = rules.may_run(request.membership, evaluation.county)
    return f"{_supplement(evaluation)}#sources" if may else ""


def table(request: HttpRequest, evaluation: Evaluation, standard: Any) -> schools_table.Table:
    """The table of schools as the address asks."""
    levels = tuple(stage.name for stage in standard.levels)
    codes = tuple(indicator.code for indicator in standard.indicators)
    wanted = asked.read(request.GET, levels, codes)
    towns = queries.towns(evaluation)
    return schools_table.build(standard, evaluation.data, evaluation.on, towns, wanted)


@page(rules.OFFICES, obj="结论")
def run_record(request: HttpRequest, pk: int) -> HttpResponse:
    """What a run was made of: returns, hashes, times."""
    evaluation = fetch(request, pk)
    rows = queries.inputs(evaluation).defer("figures")
    return render(request, "evaluations/record.html", base(evaluation) | {"inputs": rows})


@page(SCHOOL_TOO, obj="学校结果")
def school(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One school at one level: its indicators, what it lacks, and how it stands by the items judged school by school."""
    evaluation = fetch(request, pk)
    entry = school_entry(request, evaluation, number)
    context = base(evaluation)
    standard = context["standard"]
    heads = schools_table.columns(standard, evaluation.data)
    computed = frozen.again(evaluation).computed
    context |= {
        "number": number,
        "entry": entry,
        "level": standard.stage(entry["level"]).title,
        "lines": [
            (head, schools_table.cell(head, entry["indicators"][head.code], standard),
             schools_table.limit_words(head, entry["level"], evaluation.on))
            for head in heads
        ],
        "rule": next((item for item in standard.indicators if isinstance(item.rule, SchoolRule)), None),
        "items": items_page.of_school(computed, computed.schools[number].row.school.number),
        "supplement": _supplement(evaluation) if rules.may_fill(request.membership, evaluation.county) else "",
        "choose_schools": f"{reverse('submissions:supplement_schools', args=evaluation.of.args)}#sources",
        "missing": [
            item["field"]
            for item in evaluation.data["missing"]
            if (item["school"], item["level"]) == (entry["code"], entry["level"])
        ],
    }  # fmt: skip
    return render(request, "evaluations/school.html", context)


def school_entry(request: HttpRequest, evaluation: Evaluation, number: int) -> dict[str, Any]:
    """The school in place ``number`` of the result, where the office may see it."""
    entries = evaluation.data["schools"]
    if number >= len(entries) or not rules.sees_school(request.membership, entries[number]["code"]):
        raise Http404
    return entries[number]
