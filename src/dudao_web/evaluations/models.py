"""Evaluation: a frozen run over a county's set. What was read, what came out, bound to both by hash. Download: a document made of it.

Nouns, STATES and MOVES only; every change is in ``actions``. Not here: the rules of any standard (``dudao.evaluation``), the
returns (``submissions``).
"""

import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models

from dudao_web.evidence.models import File
from dudao_web.orgs.models import Membership, Org
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions.models import Confirmation
from dudao_web.submissions.queries import ReturnSet


class Evaluation(models.Model):
    """One run. ``digest``: of the set it was made of; ``inputs``: the returns, by key; ``unreadable``: the files nobody could read;
    ``result``: the JSON text, schema 1.

    The result is final only while the county's confirmation stands for the same digest (``queries.status``).
    ``form`` and ``results`` are the official files, ``draft_form`` and ``draft_results`` the same marked 预评.
    """

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = (
        "result",  # sha256 stands for it
        "unreadable",  # as do the digest and, computed again, sha256
        "done",
        "total",
    )

    STATES: ClassVar[dict[str, str]] = {
        "waiting": "等待计算",
        "running": "正在计算",
        "done": "已完成",
        "failed": "计算中断",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "waiting": frozenset({"running"}),
        "running": frozenset({"done", "failed"}),
        "done": frozenset(),
        "failed": frozenset(),
    }

    county = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name="县（市、区）")
    year = models.PositiveSmallIntegerField("填报年度")
    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="+", verbose_name="评估标准")
    on = models.DateField("评估日期")
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="waiting")
    done = models.PositiveSmallIntegerField("已完成步骤", default=0)
    total = models.PositiveSmallIntegerField("全部步骤", default=0)
    confirmation = models.ForeignKey(
        Confirmation, models.PROTECT, null=True, related_name="+", verbose_name="确认"
    )
    digest = models.CharField(max_length=64)
    inputs = models.JSONField("采用的填报", default=list)
    unreadable = models.JSONField("不能读取的文件", default=list)
    status = models.CharField(
        "结论", max_length=16, blank=True
    )  # met, not_met, undetermined: as in the result
    sha256 = models.CharField("结果指纹", max_length=64, blank=True)
    result = models.TextField("结果", blank=True)
    form = models.ForeignKey(File, models.PROTECT, null=True, related_name="+", verbose_name="申报表")
    results = models.ForeignKey(File, models.PROTECT, null=True, related_name="+", verbose_name="计算结果")
    draft_form = models.ForeignKey(
        File, models.PROTECT, null=True, related_name="+", verbose_name="申报表（预评）"
    )
    draft_results = models.ForeignKey(
        File, models.PROTECT, null=True, related_name="+", verbose_name="计算结果（预评）"
    )

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("county", "year", "version"), name="evaluation_set"),)

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """计算编号, as printed under every page of it."""
        return f"{self.year}-{self.county.code}-{self.pk:04d}"

    @property
    def finished(self) -> bool:
        """Whether the worker is through with it."""
        return self.state in ("done", "failed")

    @cached_property
    def data(self) -> dict[str, Any]:
        """The result as schema 1 has it."""
        return json.loads(self.result)

    @property
    def of(self) -> ReturnSet:
        """The set it was run over."""
        return ReturnSet(self.county, self.year, self.version)


class Download(models.Model):
    """A document of a run that the worker makes when it is asked for: made once, kept by SHA-256.

    ``draft``: it is marked 预评. ``note``: why none could be made, or what is to be known of it.
    """

    recorded: ClassVar[bool] = True
    unrecorded: ClassVar[tuple[str, ...]] = ("started_at",)

    KINDS: ClassVar[dict[str, str]] = {
        "docx": "自评报告（docx）",
        "pdf": "自评报告（PDF）",
        "bundle": "验证包（zip）",
    }
    STATES: ClassVar[dict[str, str]] = {
        "waiting": "等待制作",
        "running": "正在制作",
        "done": "已做好",
        "refused": "不能制作",
        "failed": "制作中断",
    }
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "waiting": frozenset({"running"}),
        "running": frozenset({"done", "refused", "failed", "waiting"}),  # waiting: the worker was stopped
        "done": frozenset(),
        "refused": frozenset({"waiting"}),
        "failed": frozenset({"waiting"}),
    }

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="downloads", verbose_name="计算")
    kind = models.CharField("种类", max_length=8, choices=list(KINDS.items()))
    draft = models.BooleanField("预评")
    state = models.CharField("状态", max_length=16, choices=list(STATES.items()), default="waiting")
    note = models.CharField("说明", max_length=1000, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("提出时间")
    started_at = models.DateTimeField("开始时间", null=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+", verbose_name="文件")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation", "kind", "draft"), name="one_download_per_kind_of_run"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evaluation} {self.get_kind_display()}"

    @property
    def finished(self) -> bool:
        """Whether the worker is through with it."""
        return self.state not in ("waiting", "running")
