"""Title (称号), Target (目标数), Award (授予), Cohort (按规则选定并冻结的名单).

Nouns and constraints only: who may do what is in ``rules``, every change is in ``actions``. Not here: what becomes of a cohort
(``campaigns``), what becomes of an award's problems and non-A items (``findings``).
"""

import re
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from dudao_web.orgs.models import Membership, Org
from dudao_web.standards.models import StandardVersion

GRADES = ("A", "B", "C")


def item_order(code: str) -> list[tuple[int, int, str]]:
    """Key that sorts codes of items as they are counted: A2 before A10.

    >>> sorted(["A10", "B1", "A2"], key=item_order)
    ['A2', 'A10', 'B1']
    """
    parts = re.findall(r"\d+|\D+", code)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


class Title(models.Model):
    """A title that an office gives to units of some kinds, e.g. 镇江市教育现代化先进学校 (seed 000)."""

    recorded: ClassVar[bool] = True

    key = models.SlugField("标识", max_length=64, unique=True)
    name = models.CharField("名称", max_length=100)
    unit_kinds = models.JSONField("授予对象")  # values of orgs.models.Kind
    org = models.ForeignKey(Org, models.PROTECT, related_name="titles", verbose_name="授予单位")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("org", "name"), name="one_title_of_a_name"),)

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """How many units are to hold a title by the end of a year; ``district`` None: the whole area of the owner.

    ``units`` 0 is no target: a row is never taken out again.
    """

    recorded: ClassVar[bool] = True

    title = models.ForeignKey(Title, models.PROTECT, related_name="targets")
    district = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", verbose_name="区县")
    year = models.PositiveSmallIntegerField("年份")
    units = models.PositiveIntegerField("目标数")

    class Meta:
        ordering = ("title", "year", "district__path")
        constraints = (
            models.UniqueConstraint(
                fields=("title", "district", "year"),
                condition=Q(district__isnull=False),
                name="one_target_of_a_district",
            ),
            models.UniqueConstraint(
                fields=("title", "year"), condition=Q(district=None), name="one_target_of_the_whole"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.year} {self.units}"


class Award(models.Model):
    """A title given to a unit. ``grades`` and ``problems`` are those of the assessment that led to it."""

    recorded: ClassVar[bool] = True

    title = models.ForeignKey(Title, models.PROTECT, related_name="awards", verbose_name="称号")
    unit = models.ForeignKey(Org, models.PROTECT, related_name="awards", verbose_name="单位")
    awarded_on = models.DateField("授予日期")
    batch = models.CharField("批次", max_length=50, blank=True)
    version = models.ForeignKey(
        StandardVersion, models.PROTECT, null=True, related_name="+", verbose_name="评估标准"
    )
    grades = models.JSONField("各项等次", default=dict)  # item code -> "A", "B", "C"
    problems = models.JSONField("评估组提出的问题", default=list)  # one text each
    withdrawn_on = models.DateField("撤销日期", null=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=500, blank=True)

    class Meta:
        ordering = ("unit__path", "awarded_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("title", "unit"), condition=Q(withdrawn_on=None), name="one_standing_award"
            ),
            models.UniqueConstraint(fields=("title", "unit", "awarded_on"), name="one_award_a_day"),
        )
        indexes = (models.Index(fields=("title", "awarded_on"), name="award_title_day"),)

    def __str__(self) -> str:
        return f"{self.unit} {self.title} {self.awarded_on}"

    def stands(self, on: date) -> bool:
        """Whether the unit holds the title on that day."""
        return self.awarded_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)

    @property
    def graded(self) -> list[tuple[str, str]]:
        """The items with their grades, in order."""
        return [(item, self.grades[item]) for item in sorted(self.grades, key=item_order)]

    @property
    def below_a(self) -> list[tuple[str, str]]:
        """The items that were not graded A (未达 A 的项目), with their grades, in order."""
        return [(item, grade) for item, grade in self.graded if grade != "A"]


class Cohort(models.Model):
    """Units chosen by a rule and frozen: a row is added once and never changed.

    ``text`` is the canonical list: a line "unit code,title key,award date" for each award, each ended by LF, in byte order, UTF-8;
    ``sha256`` is the hash of exactly these bytes, so anybody who has the file can check it.
    """

    recorded: ClassVar[bool] = True

    org = models.ForeignKey(Org, models.PROTECT, related_name="cohorts", verbose_name="单位")
    name = models.CharField("名称", max_length=100)
    rule = models.JSONField("规则")  # {"titles": [keys], "awarded_until": "2015-12-31"}
    units = models.JSONField("名单")  # [[unit code, pk of the award]], in the order of the lines of ``text``
    text = models.TextField("名单原文")
    sha256 = models.CharField("名单指纹", max_length=64)
    at = models.DateTimeField("冻结时间")
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="办理")

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("org", "name"), name="one_cohort_of_a_name"),)

    def __str__(self) -> str:
        return self.name
