"""Views of teams and ties: form a team, its members, the units it is given; what keeps a person from judging a unit."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import StageDate
from dudao_web.inspections import queries, recusal, rules, teams, teams_page
from dudao_web.inspections.forms_teams import TeamForm, TieForm, chosen
from dudao_web.inspections.models import Member, Sheet, Team, Tie
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership, Org, User
from dudao_web.orgs.queries import current
from dudao_web.orgs.rules import visible
from dudao_web.ui.fields import DIGITS

LOOK = "find"  # the button that looks for people sends the form without acting
MANY = 500  # people whose ties an office enters from a list


def _place(request: HttpRequest, pk: int) -> StageDate:
    """A stage of review that the office keeps."""
    rows = campaigns.places(request.membership).select_related(
        "stage__campaign__procedure", "stage__campaign__org"
    )
    found = get_object_or_404(rows, pk=pk, stage__type="review")
    if not rules.may_keep(request.membership, found):
        raise Http404
    return found


def _team(request: HttpRequest, pk: int, keeps: bool = True) -> Team:
    """A team of a stage that the office sees; with ``keeps`` of one that it keeps."""
    rows = Team.objects.select_related(
        "place__stage__campaign__procedure", "place__stage__campaign__org", "place__org__parent"
    ).filter(place__in=campaigns.places(request.membership).order_by())
    found = get_object_or_404(rows, pk=pk)
    if keeps and not rules.may_keep(request.membership, found.place):
        raise Http404
    return found


def _people(request: HttpRequest, place: StageDate, but: tuple[int, ...] = ()) -> dict[str, Any]:
    """The list of candidates: those chosen so far on top, then those found."""
    sent = request.POST if request.method == "POST" else request.GET
    text = sent.get("q", "").strip()
    picked = chosen(sent, queries.candidates(place).exclude(pk__in=but))
    found, n = teams_page.found_people(place, text, (*but, *(one.pk for one, _ in picked)))
    kinds = [(one, kind) for one, kind in picked] + [(one, "") for one in found]
    return {"people": kinds, "q": text, "kinds": list(Member.KINDS.items()), "more": n - len(found)}


@page(rules.OFFICES, obj="督导组", methods=("GET", "POST"))
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Form a team: its name, a leader, inspectors and experts, looked for by name."""
    place = _place(request, pk)
    looked = LOOK in request.POST
    form = (
        TeamForm(request.POST)
        if request.method == "POST" and not looked
        else TeamForm(initial=request.POST.dict())
    )
    if form.is_bound and form.is_valid():
        members = chosen(request.POST, queries.candidates(place))
        try:
            made = teams.form(
                place=place, by=request.membership, name=form.cleaned_data["name"], members=members
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{made.name}”已建立，成员 {len(members)} 人。")
            return redirect("inspections:team", made.pk)
    context = {"place": place, "campaign": place.stage.campaign, "form": form, "least": teams.fewest(place)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "inspections/team_new.html", context | _people(request, place), status=status)


@page(rules.OFFICES, obj="督导组")
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team: who is in it, what it has done, which units it can be given."""
    return _shown(request, _team(request, pk, keeps=False))


def _shown(request: HttpRequest, found: Team, refused: str = "") -> HttpResponse:
    context = teams_page.team(found, request.membership)
    if context["may"]:
        context |= _people(request, found.place, tuple(one.membership_id for one in context["members"]))
    ticked = {int(one) for one in request.POST.getlist("case") if one.isdecimal()}
    context |= {"refused": refused, "ticked": ticked, "kinds": list(Member.KINDS.items())}
    return render(request, "inspections/team.html", context, status=422 if refused else 200)


@page(rules.OFFICES, obj="督导组", methods=("POST",))
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Those chosen come into the team, or are something else in it from now on; or look for people."""
    found = _team(request, pk)
    if LOOK in request.POST:
        return _shown(request, found)
    members = chosen(request.POST, queries.candidates(found.place))
    if not members:
        return _shown(request, found, "没有选成员。请在名单中选身份。")
    try:
        with transaction.atomic():  # all of them or none; who is leader no more goes first
            for one, kind in sorted(members, key=lambda row: row[1] == "leader"):
                teams.join(team=found, by=request.membership, membership=one, kind=kind)
    except Refused as refusal:
        return _shown(request, found, str(refusal))
    messages.success(request, f"“{found.name}”的成员已调整。")
    return redirect("inspections:team", found.pk)


@page(rules.OFFICES, obj="督导组", methods=("POST",))
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A member goes out."""
    member = get_object_or_404(Member.objects.select_related("membership"), pk=pk)
    found = _team(request, member.team_id)
    try:
        teams.leave(member=member, by=request.membership)
    except Refused as refusal:
        return _shown(request, found, str(refusal))
    messages.success(request, f"{member.membership.title}已调出“{found.name}”。")
    return redirect("inspections:team", found.pk)


@page(rules.OFFICES, obj="督导组", methods=("POST",))
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the ticked units to the team."""
    found = _team(request, pk)
    ticked = {int(one) for one in request.POST.getlist("case") if one.isdecimal() and len(one) <= DIGITS}
    cases = queries.to_review(found.place).filter(pk__in=ticked)
    try:
        made = teams.assign(team=found, by=request.membership, cases=cases)
    except Refused as refusal:
        return _shown(request, found, str(refusal))
    messages.success(request, f"已把 {len(made)} 个单位分给“{found.name}”。")
    return redirect("inspections:team", found.pk)


# --- ties


def _under(membership: Membership) -> Any:
    """The inspectors and officers for whom an office enters ties."""
    rows = Membership.objects.filter(current(clock.today()), role__in=rules.SCORERS).exclude(
        user=membership.user
    )
    if membership.role not in rules.OFFICES:
        return rows.none()
    return visible(rows, membership, "org").select_related("user").order_by("org__path", "role", "pk")[:MANY]


@page(rules.SCORERS, obj="回避关系", methods=("GET", "POST"))
def ties(request: HttpRequest) -> HttpResponse:
    """One's own ties, and to an office those of its inspectors; declare one more."""
    by = request.membership
    form = TieForm(request.POST or None, membership=by, people=_under(by))
    if form.is_bound and form.is_valid():
        try:
            recusal.declare(by=by, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已登记。分配评定单位时按此回避。" + _given(**form.cleaned_data))
            return redirect("inspections:ties")
    return _ties(request, form)


def _given(*, user: User, org: Org, **_: Any) -> str:
    """What is to be done where the unit has already been given to a team of that person."""
    if not recusal.why(user, org, clock.today()):
        return ""
    rows = Sheet.objects.filter(
        state="open",
        case__unit=org,
        place__closed_at=None,
        team__members__membership__user=user,
        team__members__left_at=None,
    )
    names = "、".join(rows.order_by("team__name").values_list("team__name", flat=True).distinct())
    return (
        f"“{org.name}”已分给{names}，请督导室改分给别的督导组，或将本人调出本组；不调整的不能提交。"
        if names
        else ""
    )


def _ties(request: HttpRequest, form: TieForm, refused: str = "") -> HttpResponse:
    by, today = request.membership, clock.today()
    context = {
        "ties": [(one, recusal.lasts(one, today), rules.may_end_tie(by, one)) for one in queries.ties(by)],
        "form": form,
        "several": by.role in rules.OFFICES,
        "refused": refused,
    }
    return render(request, "inspections/ties.html", context, status=422 if form.errors or refused else 200)


@page(rules.SCORERS, obj="回避关系", methods=("POST",))
def end_tie(request: HttpRequest, pk: int) -> HttpResponse:
    """A tie is over."""
    tie: Tie = get_object_or_404(queries.ties(request.membership), pk=pk)
    try:
        recusal.end(tie=tie, by=request.membership)
    except Refused as refusal:
        by = request.membership
        return _ties(request, TieForm(membership=by, people=_under(by)), str(refusal))
    messages.success(request, "已解除。")
    return redirect("inspections:ties")
