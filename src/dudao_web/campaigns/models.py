"""ProcedureVersion, Campaign, Binding, Stage, StageDate, Case, HandIn, Judgement, Approval, Opinion: a procedure at work in a year.

Nouns, constraints, STATES and MOVES only; every change is in ``actions``, ``launching``, ``approving`` and ``closing``. Not here: what a
stage asks on its page (``stage_type`` and the apps above), what an answer means (``dudao.evaluation``).
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models

from dudao_web.evidence.models import File
from dudao_web.notices.models import Notice
from dudao_web.orgs.actions import state
from dudao_web.orgs.chain import digest
from dudao_web.orgs.models import Action, Kind, Membership, Org
from dudao_web.paths import PathField
from dudao_web.standards.models import StandardVersion
from dudao_web.titles.models import Cohort


class ProcedureVersion(models.Model):
    """The exact text of a procedure, by content hash. Rows are added, never changed; ``text``: relative path -> text of each file."""

    recorded: ClassVar[bool] = True

    procedure = models.CharField("工作程序", max_length=64)
    version = models.CharField("版本", max_length=32)
    sha256 = models.CharField("程序指纹", max_length=64, unique=True)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=100)
    text = models.JSONField("原文")
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ("procedure", "-pk")

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Campaign(models.Model):
    """A procedure launched for a year by an office. ``key`` names its chain in the record of acts.

    ``plan``: what the wizard has asked so far (``launching.Plan``), of use until the launch; then it is rows. ``quotas``: what each
    district re-checks and what is spot-checked there, [{"district": code, "<stage key>": n}], fixed at the launch.
    """

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = ("plan",)

    STATES: ClassVar[dict[str, str]] = {
        "draft": "筹备",
        "running": "进行中",
        "closed": "已办结",
        "withdrawn": "已撤销",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "draft": frozenset({"running", "withdrawn"}),
        "running": frozenset({"closed"}),
        "closed": frozenset(),
        "withdrawn": frozenset(),
    }

    key = models.SlugField("编号", max_length=48, unique=True)
    title = models.CharField("名称", max_length=200)
    org = models.ForeignKey(Org, models.PROTECT, related_name="campaigns", verbose_name="组织单位")
    year = models.PositiveSmallIntegerField("年度")
    procedure = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="+", verbose_name="工作程序")
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="draft")
    plan = models.JSONField("筹备", default=dict)
    quotas = models.JSONField("抽查计划", default=list)
    topic = models.CharField("专题", max_length=200, blank=True)
    team = models.JSONField("督导组", default=list)  # offices, leader first
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, related_name="campaigns", verbose_name="对象名单"
    )
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="启动通知")
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("建立时间")
    launched_at = models.DateTimeField("启动时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        ordering = ("-year", "-pk")

    def __str__(self) -> str:
        return self.title


class Binding(models.Model):
    """The standard by which units of a kind are looked at in a campaign."""

    recorded: ClassVar[bool] = True

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="bindings", verbose_name="督导项目")
    kind = models.CharField("单位类型", max_length=16, choices=Kind)
    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="+", verbose_name="评估标准")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("campaign", "kind"), name="one_standard_per_kind_of_campaign"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.version}"


class Stage(models.Model):
    """A stage of a campaign, as its procedure has it. ``opens``, ``due``: as launched; each org's own are in StageDate."""

    recorded: ClassVar[bool] = True

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="stages", verbose_name="督导项目")
    order = models.PositiveSmallIntegerField("序号")
    key = models.CharField(max_length=40)
    title = models.CharField("名称", max_length=100)
    type = models.CharField("类型", max_length=16)  # a key of stage_type.TYPES
    actor = models.CharField("由谁办理", max_length=16)
    inspector = models.BooleanField("责任督学签署意见", default=False)
    problems = models.BooleanField("建立问题清单", default=False)
    opens = models.DateField("开始", null=True)
    due = models.DateField("截止", null=True)

    class Meta:
        ordering = ("campaign", "order")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "order"), name="one_stage_per_order"),
            models.UniqueConstraint(fields=("campaign", "key"), name="one_stage_per_key"),
        )

    def __str__(self) -> str:
        return self.title


class StageDate(models.Model):
    """A stage at the org that keeps its dates there: the district for its units and itself, an office above for its own stages.

    ``reason``: why a district's dates are not the launched ones. ``closed_at``: a stage of an office is done, with ``note`` and ``proof``.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {"open": "未办结", "closed": "已办结"}  # by ``closed_at``
    MOVES: ClassVar[dict[str, frozenset[str]]] = {"open": frozenset({"closed"}), "closed": frozenset()}

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="places", verbose_name="阶段")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="单位")
    opens = models.DateField("开始", null=True)
    due = models.DateField("截止", null=True)
    reason = models.CharField("改期理由", max_length=500, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    closed_on = models.DateField("办结日期", null=True)
    closed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办"
    )
    note = models.TextField("办理情况", blank=True)
    proof = models.ForeignKey(File, models.PROTECT, null=True, related_name="+", verbose_name="附件")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="通知")

    class Meta:
        ordering = ("stage__order", "org__path")
        constraints = (models.UniqueConstraint(fields=("stage", "org"), name="one_date_per_stage_and_org"),)

    def __str__(self) -> str:
        return f"{self.org}　{self.stage}"

    @property
    def late(self) -> bool:
        """Whether it was closed after its date (逾期办结)."""
        return self.closed_on is not None and self.due is not None and self.closed_on > self.due


class Case(models.Model):
    """One unit in one campaign. ``place``: the stage it is in; ``state``: of the unit's own hand-in.

    ``path``: of the unit at the launch, for figures of that time; who may see it follows the unit as it is today. ``done``: through
    the last stage. ``due``: a date of its own, given with a return. ``unlock``: why the unit asks to change what it handed in.
    ``stale``: judged or mended since, so that its indicators are to be computed again (a job does it; no act of its own).
    """

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = ("stale",)

    STATES: ClassVar[dict[str, str]] = {
        "todo": "未开始",
        "draft": "填写中",
        "submitted": "已提交",
        "returned": "已退回",
        "approved": "已通过",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "todo": frozenset({"draft", "submitted"}),
        "draft": frozenset({"submitted"}),
        "submitted": frozenset({"approved", "returned", "todo"}),  # todo: a later stage asks the unit again
        "returned": frozenset({"submitted"}),
        "approved": frozenset({"returned", "submitted", "todo"}),  # submitted: waits for the next level
    }
    OPEN: ClassVar[tuple[str, ...]] = ("todo", "draft", "returned")  # the unit's turn

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="cases", verbose_name="督导项目")
    unit = models.ForeignKey(Org, models.PROTECT, related_name="cases", verbose_name="单位")
    district = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="辖市区")
    path = PathField(max_length=255)
    kind = models.CharField("单位类型", max_length=16, choices=Kind)
    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="+", verbose_name="评估标准")
    place = models.ForeignKey(StageDate, models.PROTECT, related_name="cases", verbose_name="所处阶段")
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="todo")
    done = models.BooleanField("已办结", default=False)
    due = models.DateField("本单位截止", null=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    approved_at = models.DateTimeField("通过时间", null=True)
    unlock = models.CharField("申请修改的理由", max_length=500, blank=True)
    stale = models.BooleanField("待重新计算", default=False)

    class Meta:
        ordering = ("path",)
        constraints = (models.UniqueConstraint(fields=("campaign", "unit"), name="one_case_per_unit"),)
        indexes = (
            models.Index(  # holds all that the matrix counts
                fields=("campaign", "district", "place", "state", "done", "unit"), name="case_matrix"
            ),
            models.Index(fields=("campaign", "path"), name="case_list"),
        )

    def __str__(self) -> str:
        return f"{self.unit}　{self.campaign}"


class HandIn(models.Model):
    """What a unit handed in at one time (第 n 次提交). Its judgements are those that changed; ``sha256``: of all of them, ``marks``: the
    first 16 digits of each one's own hash, by indicator, so that the one that was changed in the database can be named.
    """

    recorded: ClassVar[bool] = True

    case = models.ForeignKey(Case, models.PROTECT, related_name="hand_ins", verbose_name="单位")
    place = models.ForeignKey(StageDate, models.PROTECT, related_name="+", verbose_name="阶段")
    number = models.PositiveSmallIntegerField("次数")
    report = models.TextField("自查报告", blank=True)
    content = models.CharField(
        "填报指纹", max_length=64, blank=True
    )  # of the returns, where the stage hands in returns
    late = models.BooleanField("逾期提交", default=False)
    count = models.PositiveIntegerField("本次改动项数")
    sha256 = models.CharField("内容指纹", max_length=64)
    marks = models.JSONField("各项指纹", default=dict)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("提交时间")

    class Meta:
        ordering = ("case", "number")
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="one_hand_in_per_number"),)

    def __str__(self) -> str:
        return f"第 {self.number} 次提交"

    @classmethod
    def verify_rows(cls) -> Iterator[str]:
        """Complaints about judgements that are not as their hand-in has them (``dudao-web verify-log``)."""
        for row in cls.objects.order_by("pk").iterator(chunk_size=200):
            found = {one.indicator: one for one in row.judgements.order_by("pk")}
            for name, mark in row.marks.items():
                one = found.pop(name, None)
                if one is None:
                    yield f"hand_in:{row.pk}：指标 {name} 的判定已不存在"
                elif digest(content(one))[:16] != mark:
                    yield f"judgement:{one.pk}：内容与提交时不一致"
            yield from (f"judgement:{one.pk}：不属于 hand_in:{row.pk} 提交的内容" for one in found.values())
        same = {name: models.OuterRef(name) for name in ("case", "indicator", "source")}
        later = Judgement.objects.filter(**same, pk__gt=models.OuterRef("pk"))
        last = Judgement.objects.filter(~models.Exists(later), superseded=True)
        yield from (
            f"judgement:{pk}：是最新的判定，却标为已被替换" for pk in last.values_list("pk", flat=True)
        )


class Judgement(models.Model):
    """One indicator of one case as one source judged it. Rows are added; ``superseded`` marks those that a later one took the place of.

    ``value``: met, basically_met, not_met, no_data, not_applicable, or a grade; ``points`` where points are given; ``answer``: the
    texts it follows from, by field. Its content stands under the hash of its hand-in, or under an act of its own.
    """

    unrecorded: ClassVar[tuple[str, ...]] = (
        "superseded",
    )  # changes with the act on the one that takes its place

    SOURCES: ClassVar[dict[str, str]] = {"self": "自查", "review": "复查", "spot": "抽查", "computed": "计算"}
    OF_TEAMS: ClassVar[tuple[str, ...]] = ("review", "spot")

    case = models.ForeignKey(Case, models.PROTECT, related_name="judgements", verbose_name="单位")
    indicator = models.CharField("指标", max_length=32)
    source = models.CharField("来源", max_length=8, choices=list(SOURCES.items()))
    value = models.CharField("判定", max_length=16)
    points = models.DecimalField("得分", max_digits=9, decimal_places=3, null=True)
    answer = models.JSONField("填写内容", default=dict)
    note = models.TextField("说明", blank=True)
    hand_in = models.ForeignKey(
        HandIn, models.PROTECT, null=True, related_name="judgements", verbose_name="提交"
    )
    scorer = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="评定人")
    at = models.DateTimeField("评定时间")
    superseded = models.BooleanField("已被替换", default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "indicator", "source"),
                condition=models.Q(superseded=False),
                name="one_current_judgement",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"

    @classmethod
    def verify_rows(cls) -> Iterator[str]:
        """Complaints about judgements that stand under no hand-in: each of them stands in an act (``dudao-web verify-log``)."""
        acts: dict[str, str] = {}  # key of the judgement -> hash
        for key, after, data in (
            Action.objects.filter(object__startswith="judgement:")
            .values_list("object", "after", "data")
            .iterator()
        ):
            acts.update(data["objects"] if key == "judgement:batch" else {key: after})
        rows = cls.objects.filter(hand_in=None).order_by("pk")
        for row in rows.iterator(chunk_size=200):
            after = acts.pop(f"judgement:{row.pk}", None)
            if after is None:
                yield f"judgement:{row.pk}：没有建立它的操作记录"
            elif after != digest(state(row)):
                yield f"judgement:{row.pk}：内容与最后一次操作记录不一致"
        yield from (f"{key}：有操作记录，但数据已不存在" for key in acts)


class Approval(models.Model):
    """What an office decided about a hand-in (审核): approved, returned with reasons and a date, or unlocked on request."""

    recorded: ClassVar[bool] = True

    RESULTS: ClassVar[dict[str, str]] = {
        "approved": "通过",
        "returned": "退回",
        "unlocked": "同意修改",
        "declined": "不同意修改",
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="approvals", verbose_name="单位")
    hand_in = models.ForeignKey(HandIn, models.PROTECT, related_name="approvals", verbose_name="提交")
    place = models.ForeignKey(StageDate, models.PROTECT, related_name="+", verbose_name="阶段")
    result = models.CharField("结果", max_length=16, choices=list(RESULTS.items()))
    reason = models.CharField("理由", max_length=500, blank=True)
    due = models.DateField("重报截止", null=True)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("case", "place"), name="approval_case"),)

    def __str__(self) -> str:
        return f"{self.get_result_display()}"


class Opinion(models.Model):
    """What a responsible inspector (责任督学) writes and signs about a unit's self-check. Rows are added, never changed."""

    recorded: ClassVar[bool] = True

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions", verbose_name="单位")
    hand_in = models.ForeignKey(HandIn, models.PROTECT, null=True, related_name="+", verbose_name="所见提交")
    text = models.TextField("意见")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="责任督学")
    at = models.DateTimeField("签署时间")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d}"


def content(judgement: Judgement) -> dict[str, Any]:
    """What stands under a hash: all of a judgement but its key and whether a later one took its place."""
    left_out = ("id", "superseded", "hand_in_id")
    return {name: value for name, value in state(judgement).items() if name not in left_out}
