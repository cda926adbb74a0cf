"""Views of the audit administrator: the record of acts with its filters, the heads of its chains, the check, the file.

What the record is, is in ``actions`` and ``chain``; the contract's file and the check in ``operations.log``.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from dudao_web.operations import log
from dudao_web.orgs import actions, admins, words
from dudao_web.orgs.access import page
from dudao_web.orgs.models import Action, Membership, Role, User

PAGE_SIZE = 100
AUDIT = frozenset({Role.AUDIT_ADMIN})


def _owed(request: HttpRequest) -> None:
    """The record is one for the whole installation: read at its top only."""
    if not admins.reads_record(request.membership):
        raise Http404


@page(AUDIT, obj="操作记录")
def index(request: HttpRequest) -> HttpResponse:
    """The acts, newest first, and the heads of the chains."""
    _owed(request)
    asked = {
        name: request.GET.get(name, "").strip() for name in ("chain", "account", "action", "since", "until")
    }
    paged = Paginator(_found(asked), PAGE_SIZE).get_page(request.GET.get("page"))
    _name(paged.object_list)
    context = {
        "acts": paged,
        "asked": asked,
        "heads": _heads(),
        "actions": [(key, words.of(key)) for key in _actions()],
    }
    return render(request, "orgs/record.html", context)


def _actions() -> list[str]:
    return list(Action.objects.order_by("action").values_list("action", flat=True).distinct())


def _heads() -> list[dict[str, Any]]:
    """Each chain with its last act: number, time, hash."""
    return [
        {"chain": name, "seq": seq, "hash": head, "at": Action.objects.get(chain=name, seq=seq).at}
        for name, seq, head in log.heads()
    ]


def _found(asked: dict[str, str]) -> QuerySet[Action]:
    """The acts that were asked for, newest first. What is no date asks for nothing."""
    rows = Action.objects.order_by("-at", "-pk")
    if asked["chain"]:
        rows = rows.filter(chain=asked["chain"])
    if asked["account"]:
        user = User.objects.filter(username=asked["account"]).first()
        rows = rows.filter(actor=f"u{user.pk}" if user else "-")
    if asked["action"]:
        rows = rows.filter(action=asked["action"])
    if since := _day(asked["since"]):
        rows = rows.filter(at__gte=_midnight(since))
    if until := _day(asked["until"]):
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    return rows


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _name(acts: list[Action]) -> None:
    """Accounts and offices in words beside their numbers."""
    users = User.objects.in_bulk({int(act.actor[1:]) for act in acts if act.actor != "system"})
    held = Membership.objects.in_bulk({int(act.membership[1:]) for act in acts if act.membership})
    for act in acts:
        act.account = users[int(act.actor[1:])].username if act.actor != "system" else "系统"
        act.office = held[int(act.membership[1:])].title if act.membership else ""
        act.word = words.of(act.action)
        act.said = json.dumps(act.data, ensure_ascii=False, sort_keys=True) if act.data else ""


@page(AUDIT, obj="操作记录", methods=("POST",))
def check(request: HttpRequest) -> HttpResponse:
    """Walk every chain and compare every row with its last act. Reads only."""
    _owed(request)
    found, wrong = log.verify(chain_name=None, file=None, head=None)
    rows = [line.split(" ") for line in found]
    return render(request, "orgs/record_check.html", {"rows": rows, "wrong": wrong, "at": timezone.now()})


@page(AUDIT, obj="操作记录", methods=("POST",))
def download(request: HttpRequest) -> HttpResponseBase:
    """A chain as the contract's file, one JSON line an act. That it was taken is itself an act, and its last line."""
    _owed(request)
    name = request.POST.get("chain", "")
    acts = Action.objects.filter(chain=name).order_by("seq")
    if not acts.exists():
        raise Http404
    by: Membership = request.membership
    taken = actions.record(by=by, action="orgs.export_record", obj=by, data={"chain": name})
    upto = taken.seq if taken.chain == name else acts.last().seq

    def lines() -> Iterator[bytes]:
        for act in acts.filter(seq__lte=upto).iterator(chunk_size=log.CHUNK):
            yield (json.dumps(log.row(act), ensure_ascii=False, sort_keys=True) + "\n").encode()

    return StreamingHttpResponse(
        lines(),
        content_type="application/x-ndjson; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.jsonl"'},
    )
