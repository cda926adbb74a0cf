"""Opening, Upload, Submission, IssueRecord, Confirmation: from a file that came in to a set that the county stands for. Answer: of a
self-check that is being filled in.

A *set* is everything handed in for one county, one year and one StandardVersion; it is no row of its own
(``queries.ReturnSet``). Nouns, STATES and MOVES only; every change is in ``actions``. Not here: what follows from
the figures (``evaluations``), the bytes (``evidence``).
"""

from typing import Any, ClassVar

from django.db import models

from dudao_web.campaigns.models import Case
from dudao_web.evidence.models import File
from dudao_web.orgs.models import Membership, Org
from dudao_web.standards.models import StandardVersion


class _OfSet(models.Model):
    """What every row here belongs to: county, year and standard."""

    county = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="县（市、区）")
    year = models.PositiveSmallIntegerField("填报年度")
    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="+", verbose_name="评估标准")

    class Meta:
        abstract = True


class Opening(_OfSet):
    """The county office began this set: from then on its schools see it and hand in."""

    recorded: ClassVar[bool] = True

    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("开始时间")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("county", "year", "version"), name="one_opening_per_set"),
        )

    def __str__(self) -> str:
        return f"{self.county}{self.year}年"


class Upload(_OfSet):
    """One file that came in, on its way through the worker. Who handed it in, when, and what became of it.

    ``name``: unique in its set, so that every figure's source names one file. ``batch``: shared by files sent
    together, of which none replaces another. ``unreadable`` and ``issues``: as the reader returned them.
    ``set_aside``: an office has seen that what could not be read is no school's return, or a later file of
    the same school took its place. ``entered``: a 补充表 typed on the web, kept as the workbook it makes.
    """

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = (
        "done",  # progress, no act
        "total",
        "entered",  # the act says it: submissions.enter
    )

    STATES: ClassVar[dict[str, str]] = {
        "waiting": "等待读取",
        "running": "正在读取",
        "read": "已读取",
        "failed": "读取中断",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "waiting": frozenset({"running"}),
        "running": frozenset({"read", "failed", "waiting"}),
        "read": frozenset(),
        "failed": frozenset({"waiting"}),
    }

    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="上传单位")
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    file = models.ForeignKey(File, models.PROTECT, related_name="uploads", verbose_name="文件")
    name = models.CharField("文件名", max_length=255)
    batch = models.CharField("同次上传", max_length=32, blank=True)
    entered = models.BooleanField("网上填写", default=False)
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="waiting")
    done = models.PositiveIntegerField("已读份数", default=0)
    total = models.PositiveIntegerField("总份数", default=0)
    at = models.DateTimeField("上传时间")
    started_at = models.DateTimeField("开始读取时间", null=True)
    finished_at = models.DateTimeField("读取完成时间", null=True)
    counts = models.JSONField("结果", default=dict)  # new, replaced, same, again, refused: how many forms
    notes = models.JSONField("未采用的表及原因", default=list)
    unreadable = models.JSONField("不能读取的文件", default=list)
    issues = models.JSONField("读取时发现的问题", default=list)
    set_aside = models.BooleanField("不能读取的文件已搁置", default=False)
    reason = models.CharField("搁置理由", max_length=500, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("county", "year", "version", "name"), name="one_upload_per_name_in_set"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def finished(self) -> bool:
        """Whether the worker is through with it."""
        return self.state not in ("waiting", "running")

    @property
    def queried(self) -> list[str]:
        """Files of it that could be read and seem to be no return: what is asked of each as a whole."""
        return [item["file"] for item in self.issues if is_of_file(item)]

    @property
    def doubtful(self) -> list[str]:
        """What the county office may set aside."""
        return list(dict.fromkeys([*self.unreadable, *self.queried]))

    @property
    def why_unreadable(self) -> list[str]:
        """Of each file that could not be read: what was found and how to mend it."""
        names = set(self.unreadable)
        wrong = [item for item in self.issues if item["level"] == "error" and item["file"] in names]
        return [item["found"] + item["mend"] for item in wrong]

    @property
    def adopted(self) -> bool:
        """Whether the set has taken, or already had, a form of it."""
        return any(self.counts.get(key) for key in ("new", "replaced", "same", "again"))


def is_of_file(item: dict[str, Any]) -> bool:
    """Whether a kept issue is a query about a file as a whole, not about a figure in it."""
    whole = item["sheet"] is None and item["cell"] is None
    return whole and item["level"] == "query" and item["code"].startswith("FILE-")


class Submission(_OfSet):
    """One unit's return: the figures of one form, each with its sheet and cell. The figures never change.

    ``figures``: as ``figures.Stored`` has them. ``path``: the file as the
    sources name it (a member of a zip as a.zip/b.xlsx). ``unit``: the school where it is a unit of the platform.
    """

    recorded: ClassVar[bool] = True

    STATES: ClassVar[dict[str, str]] = {
        "submitted": "已提交",
        "returned": "已退回",
        "replaced": "已替换",
        "withdrawn": "已撤下",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "submitted": frozenset({"returned", "replaced", "withdrawn"}),
        "returned": frozenset({"submitted", "replaced", "withdrawn"}),
        "replaced": frozenset(),
        "withdrawn": frozenset(),
    }
    CURRENT: ClassVar[tuple[str, ...]] = ("submitted", "returned")  # what an evaluation counts
    FORMS: ClassVar[dict[str, str]] = {
        "school": "学校填报表",
        "county": "区县填报表",
        "supplement": "学校补充表",
        "county_supplement": "区县补充表",
    }

    form = models.CharField("表", max_length=20, choices=list(FORMS.items()))
    unit = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    code = models.CharField("代码", max_length=64, blank=True)
    name = models.CharField("名称", max_length=200, blank=True)
    kind = models.CharField("学校类型", max_length=64, blank=True)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="submissions", verbose_name="上传")
    file = models.ForeignKey(File, models.PROTECT, related_name="+", verbose_name="文件")
    path = models.CharField("来源", max_length=500)
    sha256 = models.CharField("文件指纹", max_length=64)  # of the form's own file, of the member within a zip
    sheet = models.CharField("工作表", max_length=255, null=True)
    row = models.PositiveIntegerField("行", null=True)
    figures = models.JSONField("数据")
    void = models.CharField("整份不能采用的原因", max_length=200, blank=True)
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="submitted")
    reason = models.CharField("退回或撤下的理由", max_length=500, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("提交时间")
    state_at = models.DateTimeField("状态变更时间")
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaces", verbose_name="替换为"
    )

    class Meta:
        ordering = ("form", "code", "name", "pk")
        indexes = (models.Index(fields=("county", "year", "version", "state"), name="submission_set"),)

    def __str__(self) -> str:
        return self.name or self.code or self.path

    @property
    def current(self) -> bool:
        """Whether it counts in its set."""
        return self.state in self.CURRENT


class IssueRecord(_OfSet):
    """An Issue of the set, kept with what was answered to it.

    ``open``: it is found in the present set; one that is gone keeps its explanation and comes back with it.
    ``key``: hash of the issue's own words and place.
    """

    LEVELS: ClassVar[dict[str, str]] = {"error": "错误", "query": "存疑"}

    key = models.CharField(max_length=64)
    open = models.BooleanField("未消除", default=True)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="issues", verbose_name="填报"
    )
    upload = models.ForeignKey(
        Upload, models.PROTECT, null=True, related_name="issue_records", verbose_name="上传"
    )
    level = models.CharField("类别", max_length=8, choices=list(LEVELS.items()))
    code = models.CharField("编号", max_length=32)
    file = models.CharField("文件", max_length=500)
    sheet = models.CharField("工作表", max_length=255, null=True)
    cell = models.CharField("单元格", max_length=16, null=True)
    found = models.TextField("发现")
    mend = models.TextField("改法")
    explanation = models.CharField("说明", max_length=500, blank=True)
    explained_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="+", verbose_name="说明人"
    )
    explained_at = models.DateTimeField("说明时间", null=True)

    class Meta:
        # error before query; what is said of a whole file before what is said of its cells
        ordering = ("level", "file", models.F("sheet").asc(nulls_first=True), "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("county", "year", "version", "key"), name="one_record_per_issue_in_set"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.found}"


class Confirmation(_OfSet):
    """The county office stands for a set as it was: ``digest`` is the hash of what it held. Rows are added, never changed."""

    recorded: ClassVar[bool] = True

    office = models.CharField("确认单位", max_length=100)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("确认时间")
    digest = models.CharField(max_length=64)
    schools = models.PositiveIntegerField("学校数")
    unexplained = models.PositiveIntegerField("未说明的存疑")
    absent = models.JSONField("未报学校", default=list)  # names, as the list of units had them
    absent_reason = models.CharField("未报原因", max_length=500, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.office} {self.at:%Y-%m-%d %H:%M}"


class Answer(models.Model):
    """One field of a self-check as it is filled in now. A draft: it changes without an act until the unit hands in.

    ``origin``: typed, or carried in from ``source`` (带入).
    """

    ORIGINS: ClassVar[dict[str, str]] = {"typed": "本次填写", "carried": "带入"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="answers", verbose_name="单位")
    field = models.CharField("填报项目", max_length=96)
    text = models.TextField("内容", blank=True)
    origin = models.CharField("来历", max_length=8, choices=list(ORIGINS.items()), default="typed")
    source = models.CharField("带入自", max_length=200, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("填写时间")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("case", "field"), name="one_answer_per_field"),)

    def __str__(self) -> str:
        return self.field
