"""Notice (通知): a document sent to units, and, forwarded (转发), sent on by them; Receipt (签收): who has it and since when.

The words are the document's (``documents``). Not here: what a campaign asks with it and by when (``campaigns``).
"""

from typing import ClassVar

from django.db import models

from dudao_web.documents.models import Document
from dudao_web.orgs.models import Membership, Org


class Notice(models.Model):
    """A document that was sent. ``forward_of``: the notice it passes on, with the sender's own document."""

    recorded: ClassVar[bool] = True

    document = models.OneToOneField(Document, models.PROTECT, related_name="notice", verbose_name="公文")
    org = models.ForeignKey(Org, models.PROTECT, related_name="notices", verbose_name="发出单位")
    forward_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="forwards", verbose_name="转发自"
    )
    note = models.CharField("转发说明", max_length=500, blank=True)
    at = models.DateTimeField("发出时间")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    urged_on = models.DateField("最近催办日期", null=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return str(self.document)


class Receipt(models.Model):
    """That a notice went to a unit, and its acknowledgement."""

    recorded: ClassVar[bool] = True

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="receipts")
    org = models.ForeignKey(Org, models.PROTECT, related_name="receipts", verbose_name="接收单位")
    acknowledged_at = models.DateTimeField("签收时间", null=True)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="签收处室")

    class Meta:
        ordering = ("notice", "org__path")
        constraints = (
            models.UniqueConstraint(fields=("notice", "org"), name="one_receipt_per_notice_and_unit"),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} {self.org_id}"
