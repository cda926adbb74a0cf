"""Tie, Sample, Drawn, Team, Member, Sheet, Score, Objection, Visit, Observation: units drawn, looked at and judged by teams.

Nouns, constraints, STATES and MOVES only; every change is in ``drawing``, ``teams``, ``scoring``, ``objections`` and ``visits``. Not
here: the draw itself (``dudao.sampling``), what a judgement is (``campaigns``), problems and their end (``findings``).
"""

from typing import ClassVar

from django.db import models

from dudao_web.campaigns.models import Case, StageDate
from dudao_web.documents.models import Document
from dudao_web.evidence.models import File
from dudao_web.orgs.models import Membership, Org, User


class Tie(models.Model):
    """What keeps a person from judging a unit (回避): declared by the person or entered by an office. Offices held at the unit need no row.

    ``until``: the day on which it ended, for one who worked there; None: it lasts. It stands in no published file.
    """

    recorded: ClassVar[bool] = True

    KINDS: ClassVar[dict[str, str]] = {
        "employed": "在该单位任职",
        "left": "曾在该单位任职",
        "relative": "近亲属在该单位任职或就读",
        "other": "其他可能影响公正的关系",
    }

    user = models.ForeignKey(User, models.PROTECT, related_name="ties", verbose_name="人员")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("关系", max_length=16, choices=list(KINDS.items()))
    until = models.DateField("离任日期", null=True)
    note = models.CharField("说明", max_length=500, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="登记")
    at = models.DateTimeField("登记时间")
    ended_at = models.DateTimeField("解除时间", null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.user}　{self.org}"


class Sample(models.Model):
    """One round of drawing for a stage of review: the frame and the quotas are published first, then the seed comes.

    ``frame``, ``quota``: the bytes of the published files; ``seed_source``, ``seed_at``: where the seed will come from and when; no
    seed is taken before. ``notes``: code of a unit -> why it is out or certain, in words for the office; never published.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {"planned": "待抽取", "drawn": "已抽取", "cancelled": "已作废"}
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "planned": frozenset({"drawn", "cancelled"}),
        "drawn": frozenset(),
        "cancelled": frozenset(),
    }

    place = models.ForeignKey(StageDate, models.PROTECT, related_name="samples", verbose_name="阶段")
    number = models.PositiveSmallIntegerField("轮次")
    round = models.CharField("抽签编号", max_length=120, unique=True)
    frame = models.TextField("抽样框")
    quota = models.TextField("名额")
    frame_sha256 = models.CharField("抽样框指纹", max_length=64)
    quota_sha256 = models.CharField("名额指纹", max_length=64)
    notes = models.JSONField("说明", default=dict)
    seed_source = models.CharField("随机数来源", max_length=200)
    seed_at = models.DateTimeField("随机数公布时间")
    seed = models.CharField("随机数", max_length=200, blank=True)
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="planned")
    reason = models.CharField("作废理由", max_length=500, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("公布时间")
    drawn_at = models.DateTimeField("抽取时间", null=True)

    class Meta:
        ordering = ("place", "number")
        constraints = (
            models.UniqueConstraint(fields=("place", "number"), name="one_sample_per_number"),
            models.UniqueConstraint(
                fields=("place",), condition=models.Q(state="planned"), name="one_planned_sample"
            ),
        )

    def __str__(self) -> str:
        return self.round


class Drawn(models.Model):
    """A unit that a round drew. ``how``: drawn by its ticket, certain, or from the reserve in the place of ``instead_of``, with a reason.

    ``dropped``: another was taken in its place (it has closed since).
    """

    recorded: ClassVar[bool] = True

    HOW: ClassVar[dict[str, str]] = {"drawn": "抽中", "certain": "必查", "reserve": "递补"}

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="drawn", verbose_name="抽样")
    case = models.ForeignKey(Case, models.PROTECT, related_name="drawn", verbose_name="单位")
    kind = models.CharField("单位类型", max_length=16)  # the stratum, with the district
    district = models.CharField("辖市区", max_length=32)
    rank = models.PositiveIntegerField("签序")
    how = models.CharField("方式", max_length=8, choices=list(HOW.items()))
    instead_of = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="successor", verbose_name="接替"
    )
    reason = models.CharField("递补理由", max_length=500, blank=True)
    dropped = models.BooleanField("已递补", default=False)

    class Meta:
        ordering = ("sample", "district", "kind", "rank", "pk")
        constraints = (models.UniqueConstraint(fields=("sample", "case"), name="one_place_in_a_sample"),)

    def __str__(self) -> str:
        return f"{self.case.unit}　{self.get_how_display()}"


class Team(models.Model):
    """A team (督导组) of a stage: at least three 督学, one of them its leader; others with special knowledge in addition."""

    recorded: ClassVar[bool] = True

    place = models.ForeignKey(StageDate, models.PROTECT, related_name="teams", verbose_name="阶段")
    name = models.CharField("名称", max_length=50)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("建立时间")

    class Meta:
        ordering = ("place", "pk")
        constraints = (models.UniqueConstraint(fields=("place", "name"), name="one_team_of_a_name"),)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person in a team, by the office held. Taken out again (``left_at``), what was scored stays."""

    recorded: ClassVar[bool] = True

    KINDS: ClassVar[dict[str, str]] = {"leader": "组长", "inspector": "督学", "expert": "专业人员"}

    team = models.ForeignKey(Team, models.PROTECT, related_name="members", verbose_name="督导组")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="人员")
    kind = models.CharField("身份", max_length=16, choices=list(KINDS.items()))
    at = models.DateTimeField("加入时间")
    left_at = models.DateTimeField("退出时间", null=True)

    class Meta:
        ordering = ("team", "pk")
        constraints = (
            models.UniqueConstraint(fields=("team", "membership"), name="one_member_of_a_team"),
            models.UniqueConstraint(
                fields=("team",), condition=models.Q(kind="leader", left_at=None), name="one_leader"
            ),
        )

    def __str__(self) -> str:
        return f"{self.membership}　{self.get_kind_display()}"


class Sheet(models.Model):
    """The score sheet (评分表) of a unit in a stage, given to a team. Handed in by the leader it becomes judgements; then it is fixed.

    ``carried``: what is looked at again, [{"indicator", "text", "from"}], frozen when the sheet is made: items that were not A and
    problems written down at the award or last time. ``opinion``: 初步督导意见, fed back to the unit. ``objections_until``: the last day
    for an objection; ``objections_closed_at``: the office has ended the time for it. ``counted``: keys of the scores that it was made of.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {"open": "评定中", "submitted": "已提交"}
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "open": frozenset({"submitted"}),
        "submitted": frozenset(),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="sheets", verbose_name="单位")
    place = models.ForeignKey(StageDate, models.PROTECT, related_name="sheets", verbose_name="阶段")
    source = models.CharField("来源", max_length=8)  # of the judgements: review, spot
    team = models.ForeignKey(Team, models.PROTECT, related_name="sheets", verbose_name="督导组")
    carried = models.JSONField("上次项目和问题", default=list)
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="open")
    opinion = models.TextField("初步督导意见", blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="提交")
    submitted_at = models.DateTimeField("提交时间", null=True)
    objections_until = models.DateField("申辩截止", null=True)
    objections_closed_at = models.DateTimeField("申辩结束时间", null=True)
    counted = models.JSONField("计入的评分", default=list)

    class Meta:
        ordering = ("place", "case__path")
        constraints = (
            models.UniqueConstraint(fields=("case", "place"), name="one_sheet_per_case_and_stage"),
        )

    def __str__(self) -> str:
        return f"{self.case.unit}　{self.place.stage}"


class Score(models.Model):
    """What one member found in one item. Rows are added; ``superseded`` marks what the same member changed. ``indicator``: a code of the
    standard, or ``#n`` for the n-th line of ``Sheet.carried`` that names no item (mended, not_met).

    ``problem``: what to list as a problem when the sheet is handed in; "" for nothing. ``key``: made by the page that sent it, so that
    the same line sent again after a lost connection is one row.
    """

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = ("superseded",)

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="scores", verbose_name="评分表")
    member = models.ForeignKey(Member, models.PROTECT, related_name="scores", verbose_name="评分人")
    indicator = models.CharField("指标", max_length=32)
    value = models.CharField("判定", max_length=16)
    points = models.DecimalField("得分", max_digits=9, decimal_places=3, null=True)
    note = models.TextField("理由和记录", blank=True)
    problem = models.CharField("列为问题", max_length=1000, blank=True)
    key = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField("评定时间")
    superseded = models.BooleanField("已被替换", default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("sheet", "member", "indicator"),
                condition=models.Q(superseded=False),
                name="one_current_score",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"


class Objection(models.Model):
    """申辩: what a unit says against judgements of a sheet. ``frozen``: the judgements it stands against, as they were, by indicator, each
    with its key and hash. ``result``: of the office; what it changes stands in ``changed`` and in judgements of their own.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {"filed": "待答复", "answered": "已答复", "withdrawn": "已撤回"}
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "filed": frozenset({"answered", "withdrawn"}),
        "answered": frozenset(),
        "withdrawn": frozenset(),
    }
    RESULTS: ClassVar[dict[str, str]] = {"upheld": "采纳", "partly": "部分采纳", "rejected": "不采纳"}

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="objections", verbose_name="评分表")
    text = models.TextField("申辩理由")
    frozen = models.JSONField("所针对的判定")
    sha256 = models.CharField("判定指纹", max_length=64)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+", verbose_name="附件")
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="filed")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="申辩单位经办")
    at = models.DateTimeField("提出时间")
    result = models.CharField("结果", max_length=16, choices=list(RESULTS.items()), blank=True)
    answer = models.TextField("答复理由", blank=True)
    changed = models.JSONField("改判", default=dict)  # indicator -> {"value", "points", "reason"}
    answered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="+", verbose_name="答复"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        ordering = ("sheet", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("sheet",), condition=models.Q(state="filed"), name="one_waiting_objection"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet.case.unit}　申辩"


class Visit(models.Model):
    """实地督导 of one unit: the plan, the written notice, whom to hear, the record. Nothing in it tells where a person was or when.

    ``hear``: [{"group", "listed", "asked", "drawn": [numbers]}], so many people of a group by their numbers in the unit's own list,
    drawn by the platform; no name is kept. ``record``: what was done and seen; ``reason``: why it was cancelled, or went without a notice.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {
        "planned": "待发通知",
        "noticed": "已通知",
        "done": "已完成",
        "cancelled": "已取消",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "planned": frozenset({"noticed", "done", "cancelled"}),
        "noticed": frozenset({"done", "cancelled"}),
        "done": frozenset(),
        "cancelled": frozenset(),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="visits", verbose_name="单位")
    place = models.ForeignKey(StageDate, models.PROTECT, related_name="visits", verbose_name="阶段")
    team = models.ForeignKey(Team, models.PROTECT, related_name="visits", verbose_name="督导组")
    on = models.DateField("日期")
    matters = models.TextField("督导事项")
    hear = models.JSONField("听取意见", default=list)
    seed = models.CharField("抽取随机数", max_length=64, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="书面通知"
    )
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="planned")
    record = models.TextField("督导记录", blank=True)
    reason = models.CharField("理由", max_length=500, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("建立时间")
    done_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        ordering = ("on", "pk")

    def __str__(self) -> str:
        return f"{self.case.unit}　{self.on:%Y-%m-%d}"


class Observation(models.Model):
    """观察记录: what one person saw or was told during a visit. Rows are added, never changed. A photo is never asked for."""

    recorded: ClassVar[bool] = True

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="observations", verbose_name="实地督导")
    indicator = models.CharField("指标", max_length=32, blank=True)
    group = models.CharField("对象", max_length=50, blank=True)  # of people heard; "" for what was seen
    text = models.TextField("内容")
    photo = models.ForeignKey(File, models.PROTECT, null=True, related_name="+", verbose_name="照片")
    key = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="记录")
    at = models.DateTimeField("记录时间")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:30]
