"""Finding (问题): what a unit found wrong in itself, whether it can mend it there, and what became of it.

Nouns, STATES and MOVES only; every change is in ``actions``. Not here: errors of figures (an Issue, ``submissions``); the ledger with
plans, verification and striking off, which comes with the re-checks.
"""

from typing import ClassVar

from django.db import models

from dudao_web.campaigns.models import Case
from dudao_web.evidence.models import Proof
from dudao_web.orgs.models import Membership, Org


class Finding(models.Model):
    """One problem of one unit. ``org``: who has it now: the unit, or the office it was handed up to, which answers with ``answer``.

    ``source``: as a Judgement has it. ``measure``: how the unit means to mend it; ``reason``: why it cannot; ``note``: how it was mended.
    What an earlier round said stands in its act. A finding that is mended or withdrawn is never changed again.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {
        "open": "整改中",
        "handed_up": "已上报协调",
        "answered": "已答复",
        "mended": "已整改",
        "withdrawn": "已撤销",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "open": frozenset({"mended", "handed_up", "withdrawn"}),
        "handed_up": frozenset({"answered", "withdrawn"}),
        "answered": frozenset({"mended", "handed_up"}),
        "mended": frozenset(),
        "withdrawn": frozenset(),
    }
    LIVE: ClassVar[tuple[str, ...]] = ("open", "handed_up", "answered")

    case = models.ForeignKey(Case, models.PROTECT, related_name="findings", verbose_name="单位")
    unit = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="单位")
    number = models.PositiveSmallIntegerField("序号")
    indicator = models.CharField("指标", max_length=32, blank=True)
    text = models.CharField("问题", max_length=1000)
    source = models.CharField("来源", max_length=8, default="self")
    mendable = models.BooleanField("能自行整改")
    measure = models.CharField("整改措施", max_length=1000, blank=True)
    reason = models.CharField("不能自行整改的原因", max_length=1000, blank=True)
    due = models.DateField("整改时限", null=True)
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="现由")
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="open")
    answer = models.CharField("答复", max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="+", verbose_name="答复"
    )
    note = models.CharField("整改情况", max_length=1000, blank=True)
    proof = models.ForeignKey(Proof, models.PROTECT, null=True, related_name="+", verbose_name="佐证材料")
    mended_on = models.DateField("整改完成日期", null=True)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ("case", "number")
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="one_finding_per_number"),)
        indexes = (models.Index(fields=("org", "state"), name="finding_inbox"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"
