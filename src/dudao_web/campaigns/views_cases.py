"""Views of one unit in a campaign: what it handed in, what changed since it was approved, and what an office decides about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.campaigns import actions, queries, rules, shown, stage_type
from dudao_web.campaigns.forms import OpinionForm, ReasonForm, ReturnForm, UnlockForm
from dudao_web.campaigns.models import Case
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused

WEEK = timedelta(days=7)  # what a new date is proposed to be


def _case(request: HttpRequest, pk: int) -> Case:
    """The case, if the office asking sees its unit; otherwise there is no such page."""
    return get_object_or_404(
        queries.cases(request.membership).select_related("campaign__org", "version"), pk=pk
    )


def _context(request: HttpRequest, case: Case) -> dict[str, Any]:
    membership = request.membership
    decider = queries.decider(case)
    approved = queries.last_approved(case)
    last = case.hand_ins.last()
    kind = stage_type.of(case.place)
    may_fill = rules.may_fill(membership, case)
    way = queries.route(case)
    return {
        "case": case,
        "campaign": case.campaign,
        "when": shown.when(
            case.due or case.place.due, clock.today(), case.done or case.state not in Case.OPEN
        ),
        "route": way,
        "hand_ins": case.hand_ins.select_related("by"),
        "approvals": case.approvals.select_related("by", "place__stage", "hand_in"),
        "opinions": case.opinions.select_related("by", "hand_in"),
        "answers": shown.answers(case) if last else [],
        "changes": shown.changed(case, approved) if approved and last and approved.pk != last.pk else [],
        "approved": approved,
        "fill_href": kind.case_page(case) if kind.of_unit and kind.case_page and may_fill else "",
        "may_decide": rules.may_decide(membership, case),
        "may_ask_unlock": rules.may_ask_unlock(membership, case),
        "may_unlock": rules.may_unlock(membership, case, decider),
        "may_sign": rules.may_sign(membership, case),
        "decider": decider,
        "keeps_problems": case.campaign.stages.filter(problems=True).exists(),
        "return_form": ReturnForm(initial={"due": clock.today() + WEEK}),
        "unlock_form": UnlockForm(initial={"due": clock.today() + WEEK}),
        "pages": [
            (place.stage.title, href)
            for place in way
            if (page := stage_type.of(place).case_page)
            and (last is not None or not stage_type.of(place).of_unit)
            and (href := page(case))
        ],
        "reason_form": ReasonForm(),
        "opinion_form": OpinionForm(),
    }


@page(rules.READERS, obj="单位办理情况")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: where it stands, what it handed in and when, what was decided, and what can be done now."""
    found = _case(request, pk)
    return render(request, "campaigns/case.html", _context(request, found))


def _act(
    request: HttpRequest,
    pk: int,
    form: Form,
    name: str,
    act: Callable[[Case, dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    """Run an action with a form's answers; what is refused is shown on the case's page, with what was typed."""
    found = _case(request, pk)
    if form.is_valid():
        try:
            act(found, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("campaigns:case", found.pk)
    context = _context(request, found) | {name: form, "wrong": form}
    return render(request, "campaigns/case.html", context, status=422)


@page(rules.OFFICES, obj="单位办理情况", methods=("POST",))
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve what waits."""
    found = _case(request, pk)
    if not actions.approve(cases=[found], by=request.membership):
        context = _context(request, found) | {"refused": "这个单位的提交已经办理，或不在本单位审核。"}
        return render(request, "campaigns/case.html", context, status=422)
    messages.success(request, f"已通过“{found.unit.name}”。")
    return redirect("campaigns:case", found.pk)


@page(rules.OFFICES, obj="单位办理情况", methods=("POST",))
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what waits, with reasons and a date."""
    by = request.membership
    return _act(
        request, pk, ReturnForm(request.POST), "return_form",
        lambda found, said: actions.send_back(case=found, by=by, **said), "已退回，单位会收到待办。",
    )  # fmt: skip


@page(rules.READERS, obj="单位办理情况", methods=("POST",))
def ask_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit asks to change what it handed in."""
    by = request.membership
    if not rules.is_unit(by, _case(request, pk)):
        raise Http404
    return _act(
        request, pk, ReasonForm(request.POST), "reason_form",
        lambda found, said: actions.ask_unlock(case=found, by=by, **said), "已提出申请，由审核单位办理。",
    )  # fmt: skip


@page(rules.OFFICES, obj="单位办理情况", methods=("POST",))
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the unit change what it handed in."""
    by = request.membership
    return _act(
        request, pk, UnlockForm(request.POST), "unlock_form",
        lambda found, said: actions.unlock(case=found, by=by, due=said["due"]), "已同意修改，单位会收到待办。",
    )  # fmt: skip


@page(rules.OFFICES, obj="单位办理情况", methods=("POST",))
def decline_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse the change that the unit asked for."""
    by = request.membership
    return _act(
        request, pk, ReasonForm(request.POST), "reason_form",
        lambda found, said: actions.decline_unlock(case=found, by=by, **said), "已答复单位：不同意修改。",
    )  # fmt: skip


@page(rules.READERS, obj="单位办理情况", methods=("POST",))
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The responsible inspector's opinion."""
    by = request.membership
    if not rules.may_sign(by, _case(request, pk)):
        raise Http404
    return _act(
        request, pk, OpinionForm(request.POST), "opinion_form",
        lambda found, said: actions.sign(case=found, by=by, **said), "意见已签署。",
    )  # fmt: skip
