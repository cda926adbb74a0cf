"""Finding (问题) and Rectification (整改): what is wrong in a unit, who mends it, and every step until it is struck off (销号).

Nouns, STATES and MOVES only; every change is in ``actions`` (the unit's own list), ``ledger`` (the way to the strike-off) and
``climbing`` (what is overdue). Not here: errors of figures (an Issue, ``submissions``); what an indicator is worth after it was mended
(``evaluations``).
"""

from typing import ClassVar

from django.db import models

from dudao_web.campaigns.models import Case
from dudao_web.evidence.models import Proof
from dudao_web.orgs.models import Membership, Org


class Finding(models.Model):
    """One problem of one unit, a line of the 问题清单 and, once it is to be mended by a day, of the 整改台账.

    ``org``: who has it now: the responsible unit, the office it was handed up to, which answers with ``answer``, or the one that
    verifies it. ``source``: who found it, as a Judgement has it, or "office" where one registered it without a review.
    ``responsible``: who mends it (the unit, its county, a department),
    ``office``: who verifies and strikes it off. ``measure``: how it is to be mended; ``reason``: why it cannot be mended there;
    ``note``: how it was mended. What an earlier round said stands in its Rectification. ``repeats``: the problem of an earlier year
    that has come back, or was never mended, ``times``: how often it has been found now. ``year``, ``serial``: its number in the ledger
    of the office that launched the campaign (``owner``). ``before``: the judgement that showed it, {"source", "value", "points"}.
    ``level``: how far it has climbed (``climbing.STEPS``) since it was overdue.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {
        "planning": "待定方案",
        "open": "整改中",
        "handed_up": "已上报协调",
        "answered": "已答复",
        "mended": "待核验",
        "returned": "已退回",
        "struck": "已销号",
        "withdrawn": "已撤销",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "planning": frozenset({"open", "handed_up", "withdrawn"}),
        "open": frozenset(
            {"planning", "mended", "handed_up", "withdrawn"}
        ),  # planning: the plan is sent back
        "handed_up": frozenset({"answered", "withdrawn"}),
        "answered": frozenset({"mended", "handed_up"}),
        "mended": frozenset({"struck", "returned"}),
        "returned": frozenset({"mended", "handed_up"}),
        "struck": frozenset({"returned"}),  # the indicator has fallen again within the campaign
        "withdrawn": frozenset(),
    }
    LIVE: ClassVar[tuple[str, ...]] = ("planning", "open", "handed_up", "answered", "mended", "returned")
    TO_MEND: ClassVar[tuple[str, ...]] = ("planning", "open", "answered", "returned")
    DUE: ClassVar[tuple[str, ...]] = (
        *TO_MEND,
        "handed_up",
    )  # overdue once the day is over; mended, it waits for the office
    SOURCES: ClassVar[dict[str, str]] = {
        "self": "自查发现",
        "review": "复查发现",
        "spot": "抽查发现",
        "computed": "计算发现",
        "office": "督导室登记",
    }
    SEVERITIES: ClassVar[dict[str, str]] = {"minor": "轻微", "normal": "一般", "serious": "严重"}
    DISPOSITIONS: ClassVar[dict[str, str]] = {
        "own": "自行整改",
        "on_spot": "现场指导",
        "notice": "整改通知",
        "coordinate": "协调部门",
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="findings", verbose_name="单位")
    unit = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="单位")
    owner = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="台账单位")
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("台账序号")
    number = models.PositiveSmallIntegerField("序号")
    indicator = models.CharField("指标", max_length=32, blank=True)
    clause = models.CharField("条款", max_length=500, blank=True)
    text = models.CharField("问题", max_length=1000)
    source = models.CharField("来源", max_length=8, default="self")
    severity = models.CharField("程度", max_length=8, choices=list(SEVERITIES.items()), default="normal")
    disposition = models.CharField("处理", max_length=12, choices=list(DISPOSITIONS.items()), default="own")
    mendable = models.BooleanField("能自行整改")
    measure = models.CharField("整改措施", max_length=1000, blank=True)
    reason = models.CharField("不能自行整改的原因", max_length=1000, blank=True)
    due = models.DateField("整改时限", null=True)
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="现由")
    responsible = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="责任单位")
    office = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="核验单位")
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="open")
    answer = models.CharField("答复", max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="+", verbose_name="答复"
    )
    note = models.CharField("整改情况", max_length=1000, blank=True)
    proof = models.ForeignKey(Proof, models.PROTECT, null=True, related_name="+", verbose_name="佐证材料")
    mended_on = models.DateField("整改完成日期", null=True)
    struck_at = models.DateTimeField("销号时间", null=True)
    before = models.JSONField("列入时的判定", default=dict)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="again", verbose_name="原问题"
    )
    times = models.PositiveSmallIntegerField("第几次", default=1)
    level = models.PositiveSmallIntegerField("督办层级", default=0)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ("case", "number")
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="one_finding_per_number"),
            models.UniqueConstraint(fields=("owner", "year", "serial"), name="one_line_of_a_ledger"),
        )
        indexes = (
            models.Index(fields=("org", "state"), name="finding_inbox"),
            models.Index(fields=("state", "due"), name="finding_overdue"),
            models.Index(fields=("unit", "indicator", "state"), name="finding_again"),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def register_number(self) -> str:
        """Its number in the ledger (台账编号), e.g. 2017-031."""
        return f"{self.year}-{self.serial:03d}"


class Rectification(models.Model):
    """One step of a finding. Rows are added, never changed: what was struck off once stays as it was.

    ``proofs``: keys of the evidence.Revision shown with it; ``answer``: figures of the indicator as they are now, field -> text;
    ``method``: how it was verified; ``before``, ``after``: what the indicator was judged and would be, {"value", "points", "figure"}, or,
    where a step sets another day, {"due"}.
    """

    recorded: ClassVar[bool] = True

    KINDS: ClassVar[dict[str, str]] = {
        "noted": "列入问题清单",
        "plan": "报送整改方案",
        "plan_returned": "退回整改方案",
        "assigned": "交办",
        "progress": "报告进展",
        "handed_up": "报上级协调",
        "answered": "答复",
        "report": "报告整改完成",
        "returned": "退回整改",
        "struck": "销号",
        "reopened": "重新列入",
        "moved": "调整时限",
        "reminded": "提醒",
        "urged": "督办",
        "interview": "提出约谈建议",
        "decided": "研究约谈建议",
        "withdrawn": "撤销",
    }
    BY_FIXER: ClassVar[tuple[str, ...]] = (
        "plan",
        "progress",
        "report",
    )  # who wrote one of these never verifies
    METHODS: ClassVar[dict[str, str]] = {"material": "材料核验", "on_site": "现场核验"}

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="steps", verbose_name="问题")
    kind = models.CharField("步骤", max_length=16, choices=list(KINDS.items()))
    text = models.CharField("内容", max_length=2000, blank=True)
    on = models.DateField("日期")
    method = models.CharField("核验方式", max_length=16, choices=list(METHODS.items()), blank=True)
    proofs = models.JSONField("材料", default=list)
    answer = models.JSONField("更新后的数据", default=dict)
    before = models.JSONField("整改前", default=dict)
    after = models.JSONField("整改后", default=dict)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("finding", "kind"), name="steps_of_a_finding"),)

    def __str__(self) -> str:
        return f"{self.finding}　{self.get_kind_display()}"
