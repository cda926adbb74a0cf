"""Every change of notices: send, acknowledge, forward, urge.

Keyword-only, one transaction each, one row of the record for each act; running one twice is harmless.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from dudao_web import clock
from dudao_web.documents import actions as documents
from dudao_web.documents.models import Document
from dudao_web.notices import rules
from dudao_web.notices.models import Notice, Receipt
from dudao_web.orgs.actions import OFFICE, Refused, object_key, record, record_many
from dudao_web.orgs.models import Membership, Org
from dudao_web.tasks import actions as tasks

RECEIPT = "notices.receipt"  # kind of the task "签收"
BATCH = 500


@transaction.atomic
def send(
    *,
    by: Membership,
    document: Document,
    to: Iterable[Org],
    forward_of: Notice | None = None,
    note: str = "",
    chain_name: str = OFFICE,
) -> Notice:
    """Send a document of the own office to units below it. Sent again: units that have it keep it, others get it too."""
    Document.objects.select_for_update().get(pk=document.pk)
    units = sorted({org.pk: org for org in to}.values(), key=lambda org: org.path)
    _check(by, document, units, forward_of)
    notice = Notice.objects.filter(document=document).first()
    has = set(notice.receipts.values_list("org", flat=True)) if notice else set()
    new = [org for org in units if org.pk not in has]
    if notice is not None and not new:
        return notice
    if notice is None:
        notice = Notice.objects.create(
            document=document, org=by.org, forward_of=forward_of, note=note, at=clock.now(), by=by
        )
    receipts = Receipt.objects.bulk_create([Receipt(notice=notice, org=org) for org in new], BATCH)
    tasks.ask_many(_task(notice, org) for org in new)
    record_many(by=by, action="notices.send", objs=[notice, *receipts], chain_name=chain_name)
    return notice


def _check(by: Membership, document: Document, units: list[Org], forward_of: Notice | None) -> None:
    """Refuse what cannot be sent."""
    if not rules.may_send(by):
        raise Refused("本岗位不发通知。请由市或辖市区教育督导室办理。")
    if document.org_id != by.org_id:
        raise Refused(f"{document.number}不是本单位的发文，不能发出。请先以本单位文号发文。")
    if not units:
        raise Refused("没有选择主送单位。请至少选择一个单位。")
    outside = [org for org in units if org.pk == by.org_id or not by.org.contains(org)]
    if outside:
        raise Refused(f"“{outside[0].name}”不是本单位的下级单位，不能主送。请更正主送单位。")
    if forward_of is not None and not forward_of.receipts.filter(org=by.org).exists():
        raise Refused("本单位没有收到这份通知，不能转发。")


def _task(notice: Notice, org: Org, note: str = "") -> dict[str, object]:
    """The task "签收" of one receiver."""
    return {
        "org": org,
        "role": rules.receiver(org),
        "kind": RECEIPT,
        "object": object_key(notice),
        "title": f"签收通知：{notice.document.title}",
        "about": notice.document.number,
        "asked_by": notice.org,
        "href": reverse("notices:notice", args=(notice.pk,)),
        "note": note,
    }


@transaction.atomic
def acknowledge(*, receipt: Receipt, by: Membership) -> Receipt:
    """The unit has received the notice; its task is done. The first acknowledgement stands."""
    row = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if by.org_id != row.org_id or by.role != rules.receiver(by.org):
        raise Refused("通知由接收单位签收。请以接收单位的岗位办理。")
    if row.acknowledged_at is None:
        row.acknowledged_at, row.by = clock.now(), by
        row.save(update_fields=["acknowledged_at", "by"])
        tasks.done(kind=RECEIPT, object=f"notice:{row.notice_id}", org=by.org)
        record(by=by, action="notices.acknowledge", obj=row)
    return row


@transaction.atomic
def issue_and_send(*, by: Membership, to: Iterable[Org], **content: Any) -> Notice:
    """Issue a document (``content``: the arguments of ``documents.issue``) and send it, both or neither."""
    return send(by=by, document=documents.issue(by=by, **content), to=to)


@transaction.atomic
def forward(*, by: Membership, notice: Notice, to: Iterable[Org], note: str = "", **content: Any) -> Notice:
    """Pass a received notice on to own units with an own document (``content``: as ``documents.issue`` takes it).

    Forwarding acknowledges: who passes a notice on has received it.
    """
    receipt = Receipt.objects.filter(notice=notice, org=by.org).first()
    if receipt is None:
        raise Refused("本单位没有收到这份通知，不能转发。")
    document = documents.issue(by=by, **content)
    acknowledge(receipt=receipt, by=by)
    return send(by=by, document=document, to=to, forward_of=notice, note=note)


@transaction.atomic
def urge(*, by: Membership, notice: Notice, on: date) -> int:
    """Ask those again who have not acknowledged, once a day. The number of units asked; 0 where there are none or it was done."""
    row = Notice.objects.select_for_update(of=("self",)).select_related("document", "org").get(pk=notice.pk)
    if row.org_id != by.org_id or not rules.may_send(by):
        raise Refused("催办由发出通知的单位办理。")
    waiting = [one.org for one in row.receipts.filter(acknowledged_at=None).select_related("org")]
    if row.urged_on == on or not waiting:
        return 0
    row.urged_on = on
    row.save(update_fields=["urged_on"])
    note = f"{by.title} {on.month}月{on.day}日催办"
    tasks.ask_many(_task(row, org, note) for org in waiting)
    record(by=by, action="notices.urge", obj=row, data={"orgs": [org.code for org in waiting]})
    return len(waiting)
