"""Views of the self-check: one item at a time, carrying in what is known, the page before handing in. Fetch, form, action, answer."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from dudao_web import clock
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns import rules, shown, walking
from dudao_web.campaigns.models import Case
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Role
from dudao_web.submissions.self_check import actions, answers, judging
from dudao_web.submissions.self_check import page as pages
from dudao_web.submissions.self_check.page import View

SEEN, CHOOSE = "seen.", "choose."


def fetch_case(request: HttpRequest, pk: int) -> Case:
    """A case whose unit the office sees; 404 otherwise."""
    rows = campaigns.cases(request.membership).select_related(
        "campaign__org", "unit", "district", "version", "place__stage__campaign", "place__org"
    )
    return get_object_or_404(rows, pk=pk)


def _reads_draft(request: HttpRequest, case: Case) -> bool:
    """Whether the office sees what is not handed in yet: the unit itself and its responsible inspector."""
    at_it = case.place.stage.type == actions.TYPE and rules.is_open(case)
    return at_it and (rules.is_unit(request.membership, case) or request.membership.role == Role.INSPECTOR)


def _view(
    request: HttpRequest, case: Case, texts: dict[str, str] | None = None, both: dict[str, str] | None = None
) -> View:
    sheet = answers.sheet(case)
    draft = _reads_draft(request, case)
    judged = judging.judge(sheet, clock.today(), None if draft else sheet.handed_in)
    return View(sheet, judged, draft, texts or {}, both or {})


def _context(request: HttpRequest, case: Case, view: View) -> dict[str, Any]:
    """What every page of a self-check shows: the index, the counts, the dates, what an office wrote."""
    parts = pages.index(view)
    hand_ins = list(case.hand_ins.select_related("by"))
    over = case.done or case.state not in Case.OPEN
    return {
        "case": case,
        "campaign": case.campaign,
        "standard": view.sheet.standard,
        "draft": view.draft,
        "may": actions.may_fill(request.membership, case),
        "own": rules.is_unit(request.membership, case),
        "parts": parts,
        "counts": pages.counts(view, parts),
        "states": pages.STATES,
        "when": shown.when(case.due or case.place.due, clock.today(), over),
        "opens": case.place.opens if case.place.opens and clock.today() < case.place.opens else None,
        "hand_in": hand_ins[-1] if hand_ins else None,
        "approvals": case.approvals.select_related("by", "place__org").exclude(reason="").order_by("-pk")[:5],
        "opinions": case.opinions.select_related("by"),
        "errors": [],
        "unsaved": [],
    }


@page(rules.READERS, obj="自查", methods=("GET", "POST"))
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One item of the self-check: to fill in for the unit, to read for its inspector and the offices above."""
    case = fetch_case(request, pk)
    if request.method == "POST":
        if not rules.is_unit(request.membership, case):
            raise Http404
        return _save(request, case)
    view = _view(request, case)
    if not view.draft and not view.sheet.last:
        return render(request, "submissions/self_check/none.html", _context(request, case, view))
    first = next(iter(view.judged.lacking if view.draft else ()), None) or view.sheet.items[0]
    return _item(request, case, view, request.GET.get("item") or first.indicator.code)


def _item(
    request: HttpRequest,
    case: Case,
    view: View,
    code: str,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(request, case, view)
    item = _shown(view, context["parts"], code)
    context |= {
        "item": item,
        "here": _address(case, code),
        "errors": errors or [],
        "known": len(actions.open_known(view.sheet)) if context["may"] else 0,
        "proofs_href": proofs_href(case, view, code, item.item.indicator.title, item.item.proofs),
        "problems_href": _problems(case),
    }
    return render(request, "submissions/self_check/sheet.html", context, status=status)


def _shown(view: View, parts: list[pages.Part], code: str) -> pages.Shown:
    try:
        return pages.item_page(view, parts, code, clock.today())
    except KeyError:
        raise Http404 from None


def _address(case: Case, code: str) -> str:
    return f"{reverse('submissions:self_check', args=(case.pk,))}?{urlencode({'item': code})}"


def proofs_href(case: Case, view: View, code: str, title: str, titles: tuple[str, ...]) -> str:
    """The fragment that shows and takes the proofs of one place of the 建档目录."""
    back = (
        _address(case, code)
        if code != answers.REPORT_PLACE
        else reverse("submissions:hand_in", args=(case.pk,))
    )
    query = urlencode({"title": title, "asked": titles, "next": back}, doseq=True)
    address = reverse("evidence:_for_indicator", args=(case.unit.code, view.sheet.standard.id, code))
    return f"{address}?{query}"


def _problems(case: Case) -> str:
    """The fragment with the unit's problem list, where the campaign keeps one; "" where there is none."""
    if not case.place.stage.problems and not case.campaign.stages.filter(problems=True).exists():
        return ""
    try:
        return reverse("findings:_of_case", args=(case.pk,))
    except NoReverseMatch:
        return ""


def _sent(request: HttpRequest) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed and what the page had shown, by field. A clash that was decided is sent on as the user decided it."""
    post = {name: text.replace("\r\n", "\n") for name, text in request.POST.items()}
    seen = {name.removeprefix(SEEN): text for name, text in post.items() if name.startswith(SEEN)}
    texts = {name: post.get(name, "") for name in seen}
    for name in seen:
        chosen = post.get(CHOOSE + name)
        if chosen == "mine":
            seen[name] = post.get(f"theirs.{name}", "")
        elif chosen == "theirs":
            texts[name] = post.get(f"theirs.{name}", "")
    return texts, seen


def _save(request: HttpRequest, case: Case) -> HttpResponse:
    """Keep what was typed: from a script one field after another, without it the whole item."""
    texts, seen = _sent(request)
    code = request.GET.get("item", "")
    try:
        clashes = actions.save(case=case, by=request.membership, texts=texts, seen=seen)
    except Refused as refusal:
        return _refused(request, case, str(refusal), texts, seen)
    both = {clash.field: clash.text for clash in clashes}
    if request.htmx:
        return _saved(request, case, code, texts, seen, both)
    held = {name: texts[name] for name in both}
    view = _view(request, case, held, both)
    touched = {name for name, text in texts.items() if text != seen.get(name)}
    if both or touched & view.judged.errors.keys():
        return _item(request, case, view, code, status=422)
    go = request.POST.get("go", code)
    if go == "hand-in":
        return redirect("submissions:hand_in", case.pk)
    return redirect(_address(case, go))


def _saved(
    request: HttpRequest,
    case: Case,
    code: str,
    texts: dict[str, str],
    seen: dict[str, str],
    both: dict[str, str],
) -> HttpResponse:
    """What changes on the page by a save: the judgement, what is wrong, the counts. Nothing that is being typed in."""
    view = _view(request, case, {name: texts[name] for name in both}, both)
    parts = pages.index(view)
    context = {
        "case": case,
        "draft": True,
        "may": True,
        "parts": parts,
        "counts": pages.counts(view, parts),
        "states": pages.STATES,
        "at": timezone.localtime(clock.now()),
        "kept": not both,
        "here": request.get_full_path(),
    }
    if code:
        item = _shown(view, parts, code)
        asks, context["item"] = item.asks, item
    else:
        asks = [pages.report(view)]
    chosen = {name.removeprefix(CHOOSE) for name in request.POST if name.startswith(CHOOSE)}
    same = {name for name, text in texts.items() if text == seen[name]}  # not touched here
    stale = [ask for ask in asks if ask.name in same and ask.seen != texts[ask.name]]
    boxes = [ask for ask in asks if ask.name in chosen or ask in stale]
    context |= {"asks": asks, "boxes": [ask for ask in boxes if ask.both is None]}
    answer = render(request, "submissions/self_check/_saved.html", context)
    answer["X-Kept"] = "no" if both else "yes"
    return answer


def _refused(
    request: HttpRequest, case: Case, why: str, texts: dict[str, str], seen: dict[str, str]
) -> HttpResponse:
    """It cannot be kept any more: why, and what was typed, so that nothing is lost."""
    if request.htmx:
        context = {"refusal": why}
        return render(request, "submissions/self_check/_refused.html", context, status=422)
    case = fetch_case(request, case.pk)
    view = _view(request, case)
    labels = {name: field.label for name, field in answers.fields(view.sheet.items).items()}
    labels[answers.REPORT] = "自查报告"
    typed = [(labels.get(name, "说明"), text) for name, text in texts.items() if text != seen.get(name)]
    context = _context(request, case, view) | {"errors": [why], "unsaved": typed}
    return render(request, "submissions/self_check/none.html", context, status=422)


@page(rules.READERS, obj="自查", methods=("POST",))
def carry_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in what is known already, marked as carried in."""
    case = fetch_case(request, pk)
    if not rules.is_unit(request.membership, case):
        raise Http404
    n = actions.carry_in(case=case, by=request.membership)
    messages.success(request, f"已带入 {n} 项，请逐项核对。" if n else "没有可以带入的数据。")
    code = request.POST.get("item", "")
    return redirect(_address(case, code) if code else reverse("submissions:self_check", args=(pk,)))


@page(rules.READERS, obj="提交自查", methods=("GET", "POST"))
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """What handing in will do, what is lacking, the report; and handing in."""
    case = fetch_case(request, pk)
    if not rules.is_unit(request.membership, case):
        raise Http404
    if request.method == "GET":
        if not actions.may_fill(request.membership, case):
            return redirect("submissions:self_check", pk)
        return _hand_in_page(request, case)
    if request.htmx or "go" in request.POST:
        return _save(request, case)
    text = request.POST.get(answers.REPORT, "").replace("\r\n", "\n").strip()
    try:
        actions.save(case=case, by=request.membership, texts={answers.REPORT: text})
        found = actions.hand_in(case=case, by=request.membership, report=text)
    except Refused as refusal:
        case = fetch_case(request, pk)
        if not actions.may_fill(request.membership, case):
            return _refused(request, case, str(refusal), {answers.REPORT: text}, {})
        return _hand_in_page(request, case, text, [str(refusal)], 422)
    messages.success(request, f"已提交（{found}），本次改了 {found.count} 项。")
    return redirect("submissions:self_check", pk)


def _hand_in_page(
    request: HttpRequest,
    case: Case,
    text: str | None = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    view = _view(request, case, None if text is None else {answers.REPORT: text})
    way = campaigns.route(case)
    here = next(n for n, place in enumerate(way) if place.pk == case.place_id)
    onward = next((place for place in way[here + 1 :] if place.closed_at is None), None)
    short = {one.code: one.short for one in view.sheet.standard.indicators}
    asked = {item.indicator.code for item in view.sheet.items}
    context = _context(request, case, view) | {
        "here": reverse("submissions:hand_in", args=(case.pk,)),
        "report": pages.report(view),
        "onward": onward,
        "to": walking.office_of(onward.org)[0] if onward else None,
        "why_not": judging.why_not(view.judged),
        "results": [(short[code], word) for code, word in view.words.items() if code not in asked],
        "differences": [
            (one.after.indicator, short[one.after.indicator], pages.word(one.before.value, one.before.points),
             pages.word(one.after.value, one.after.points))
            for one in judging.differences(view.sheet, view.judged)
        ],
        "gaps": [(item.indicator.code, item.indicator.short, view.sheet.gaps(item)) for item in view.sheet.items
                 if view.sheet.gaps(item)],
        "proofs_href": proofs_href(case, view, answers.REPORT_PLACE, "自查报告", ("自查报告",)),
        "report_files": view.sheet.places.get(answers.REPORT_PLACE, ()),
        "errors": errors or [],
    }  # fmt: skip
    return render(request, "submissions/self_check/hand_in.html", context, status=status)
