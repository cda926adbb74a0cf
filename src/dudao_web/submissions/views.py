"""Pages of sets and uploads: fetch with permission, form, action, answer. Single returns and issues: ``views_unit``."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from dudao.intake import template as forms_of
from dudao_web import clock
from dudao_web.evidence.views import attachment
from dudao_web.orgs import queries as orgs
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Org, Role
from dudao_web.standards import actions as versions
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions, queries, rules, sets
from dudao_web.submissions.forms import MOST_FILES, ReasonForm, SetForm, UploadForm
from dudao_web.submissions.models import Submission, Upload
from dudao_web.submissions.queries import ReturnSet

PAGE = 200
TOO_MANY = f"一次不超过 {MOST_FILES} 个文件，请压缩成一个 zip。"


def fetch_set(request: HttpRequest, county: str, year: int, version: int) -> ReturnSet:
    """The set of an address, where the office may see its county; 404 for a stranger."""
    org = get_object_or_404(counties(request), code=county)
    if not 2000 <= year <= 2100:
        raise Http404
    of = ReturnSet(org, year, get_object_or_404(standards.visible(request.membership), pk=version))
    if request.membership.role == Role.SCHOOL and not sets.is_begun(of):
        raise Http404
    return of


def counties(request: HttpRequest) -> Any:
    """County-level units whose sets the office may open: its own and those below, a school its own county.

    A filling unit without a form among the returns (town, department, kindergarten) opens none.
    """
    membership = request.membership
    if not rules.may_read(membership):
        return Org.objects.none()
    if membership.role == Role.SCHOOL:
        own = orgs.county_of(membership.org)
        return Org.objects.filter(pk=own.pk if own else None)
    return orgs.counties(membership, clock.today())


def fetch_upload(request: HttpRequest, pk: int) -> Upload:
    """An upload the office may open."""
    return get_object_or_404(queries.seen_uploads(request.membership), pk=pk)


@page(rules.READERS, obj="填报", methods=("GET", "POST"))
def index(request: HttpRequest) -> HttpResponse:
    """The sets the office may open; the county office begins one by naming year and standard."""
    today = clock.today()
    places = counties(request)
    form = SetForm(request.POST or None, today_year=today.year)
    mine = places.first() if request.membership.role in rules.COUNTY else None
    if request.method == "POST":
        if mine is None:
            raise Http404
        if form.is_valid():
            standard, _, profile = form.cleaned_data["standard"].partition("/")
            of = sets.begun(mine, form.cleaned_data["year"], standard, profile)
            if of is None:
                version = versions.register(standard=standard, profile=profile, by=request.membership)
                of = ReturnSet(mine, form.cleaned_data["year"], version)
            actions.begin(of=of, by=request.membership)
            return redirect("submissions:set", *of.args)
    # a school hands in for a set as soon as it is begun
    listed = sets.listed(places, request.membership, empty=request.membership.role == Role.SCHOOL)
    context = {
        "form": form,
        "may_begin": mine is not None,
        "sets": listed,
        "has_part": rules.may_read(request.membership),
    }
    return render(request, "submissions/index.html", context)


@page(rules.READERS, obj="填报")
def set_page(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """One set: what came in, what is wrong with it, what is still to be done."""
    of = fetch_set(request, county, year, version)
    membership = request.membership
    standing = queries.standing(of)
    found = sets.rows(of, membership, text=request.GET.get("q", ""), only=request.GET.get("only", ""))
    context = {
        "of": of,
        "standing": standing,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "text": request.GET.get("q", ""),
        "only": request.GET.get("only", ""),
        "absent": standing.absent if membership.role != Role.SCHOOL else (),
        "reading": list(queries.seen_uploads(membership).filter(**of.key).exclude(state="read")[:20]),
        "form": UploadForm(),
        "may_upload": rules.may_upload(membership, of.county),
        "may_decide": rules.may_decide(membership, of.county),
    }
    return render(request, "submissions/set.html", context)


@csrf_exempt  # checked by _receive: Django's own check answers too many files before this page can say so
@page(rules.HANDERS, obj="填报", methods=("GET", "POST"))
def upload(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """Files come in; they are read in the worker."""
    of = fetch_set(request, county, year, version)
    if not rules.may_upload(request.membership, of.county):
        raise Http404
    if request.method != "POST":
        return _upload_form(request, of, UploadForm(), [])
    try:
        len(request.FILES)
    except TooManyFilesSent:
        return _upload_form(request, of, UploadForm(), [TOO_MANY])
    return _receive(request, of)


@csrf_protect
def _receive(request: HttpRequest, of: ReturnSet) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        errors = [error for errors in form.errors.values() for error in errors]
        return _upload_form(request, of, form, errors)
    by, batch = request.membership, uuid4().hex
    refused: list[str] = []
    for file in form.cleaned_data["chosen"]:
        try:
            actions.admit(file.name, file.size)
            actions.receive(of=of, name=file.name, data=file.read(), org=by.org, by=by, batch=batch)
        except Refused as error:
            refused.append(str(error))
    count = len(form.cleaned_data["chosen"]) - len(refused)
    if not count:
        return _upload_form(request, of, form, refused)
    messages.success(request, f"已收到 {count} 个文件，正在读取。")
    if refused:
        messages.warning(request, f"{len(refused)} 个文件没有收：{' '.join(refused)}")
    return redirect("submissions:uploads", *of.args)


def _upload_form(request: HttpRequest, of: ReturnSet, form: UploadForm, refused: list[str]) -> HttpResponse:
    context = {"of": of, "form": form, "refused": refused, "may_upload": True}
    return render(request, "submissions/upload_form.html", context, status=422 if refused else 200)


@page(rules.READERS, obj="上传文件")
def uploads(request: HttpRequest, county: str, year: int, version: int) -> HttpResponse:
    """The files that came in and how far they are read; a fragment while HTMX watches it."""
    of = fetch_set(request, county, year, version)
    rows = queries.seen_uploads(request.membership).filter(**of.key)
    listed = Paginator(rows, 100).get_page(request.GET.get("page"))
    context = {
        "of": of,
        "page": listed,
        "unfinished": any(not row.finished for row in listed),
        "may_upload": rules.may_upload(request.membership, of.county),
    }
    watching = request.htmx and request.htmx.target == "uploads"
    return render(request, "submissions/_uploads.html" if watching else "submissions/uploads.html", context)


@page(rules.READERS, obj="上传文件")
def upload_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what was read from it, what it replaced and how that differs, what was not taken."""
    row = fetch_upload(request, pk)
    of = queries.set_of(row)
    scope = rules.scope(request.membership)
    taken = list(row.submissions.filter(scope).select_related("unit").prefetch_related("replaces"))
    context = {
        "of": of,
        "upload": row,
        "taken": [(unit, _changes(row, unit)) for unit in taken[:PAGE]],
        "more": max(0, len(taken) - PAGE),
        "issues": queries.seen_issues(request.membership).filter(upload=row, open=True)[:PAGE],
        "may_set_aside": rules.may_set_aside(request.membership, row),
        "may_again": rules.may_upload(request.membership, row.county) and actions.stale(row),
    }
    watching = request.htmx and request.htmx.target == "upload"
    return render(request, "submissions/_upload.html" if watching else "submissions/upload.html", context)


def _changes(row: Upload, unit: Submission) -> int | None:
    """How many figures differ from the return it replaced; None where it replaced none."""
    old = next(iter(unit.replaces.all()), None)
    return len(sets.differences(row.version, old, unit)) if old else None


@page(rules.HANDERS, obj="上传文件", methods=("POST",))
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a file once more whose reading was broken off."""
    row = fetch_upload(request, pk)
    if not rules.may_upload(request.membership, row.county):
        raise Http404
    actions.read_again(upload=row, by=request.membership)
    return redirect("submissions:upload", row.pk)


@page(rules.HANDERS, obj="上传文件", methods=("GET", "POST"))
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """What could not be read is no school's return."""
    row = fetch_upload(request, pk)
    if not rules.may_set_aside(request.membership, row) or not row.doubtful:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_aside(upload=row, reason=form.cleaned_data["reason"], by=request.membership)
        messages.success(request, f"已搁置 {row.name} 中没有读取的文件。")
        return redirect("submissions:upload", row.pk)
    context = {"form": form, "upload": row, "of": queries.set_of(row)}
    return render(request, "submissions/set_aside.html", context, status=422 if form.errors else 200)


@page(rules.READERS, obj="填报模板")
def template(request: HttpRequest, version: int) -> HttpResponse:
    """The blank form of a standard, to be filled in: the county's wide table; a school's own form."""
    row = get_object_or_404(standards.visible(request.membership), pk=version)
    loaded, write = standards.load(row), forms_of.write
    if request.membership.role == Role.SCHOOL:
        write = forms_of.school_form
        if not any(field.form == "school" for field in loaded.fields):
            raise Http404  # a standard that asks schools for no figures has no form of theirs
    return attachment(write(loaded), f"填报模板_{row.standard}_{row.version}.xlsx")
