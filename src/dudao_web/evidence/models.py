"""File: bytes by SHA-256, as one unit holds them under one name. Proof (佐证材料): what a unit shows for its indicators.

The bytes of a file lie once in the file store below ``files/ab/abcdef…``, however many units hand them in. A proof has
revisions, of which the last one counts, and places in the 建档目录 of standards. Nothing is ever deleted. Not here: what a
return says (``submissions``), which files may come in (``admission``), what a standard asks for (``dudao.standards``).
"""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from dudao_web.orgs.models import Membership, Org


class File(models.Model):
    """A file that a unit handed in, or that the platform made for it (``by`` is None). Rows are added, never changed."""

    recorded: ClassVar[bool] = True

    sha256 = models.CharField(
        "文件指纹", max_length=64, db_index=True, validators=[RegexValidator(r"^[0-9a-f]{64}$")]
    )
    name = models.CharField("文件名", max_length=255)
    size = models.PositiveBigIntegerField("字节数")
    org = models.ForeignKey(Org, models.PROTECT, related_name="files", verbose_name="所属单位")
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    at = models.DateTimeField("存入时间")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("org", "sha256", "name"), name="one_file_per_org_hash_and_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where its bytes lie in the file store."""
        return f"{self.sha256[:2]}/{self.sha256}"


class Proof(models.Model):
    """A proof of one unit. Withdrawn with a reason it no longer counts, and is kept."""

    recorded: ClassVar[bool] = True

    org = models.ForeignKey(Org, models.PROTECT, related_name="proofs", verbose_name="所属单位")
    title = models.CharField("材料名称", max_length=200)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("建立时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="+", verbose_name="撤下经办"
    )
    withdrawn_reason = models.CharField("撤下理由", max_length=500, default="")

    class Meta:
        ordering = ("title", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def current(self) -> "Revision":
        """The revision that counts: the last one. One query, none where ``queries.with_revisions`` read them."""
        return self.revisions.all()[0]

    @property
    def withdrawn(self) -> bool:
        """Whether it no longer counts."""
        return self.withdrawn_at is not None


class Revision(models.Model):
    """One revision (版本) of a proof. ``effective_on``: 形成日期, the day that the paper itself bears, not that of the upload."""

    recorded: ClassVar[bool] = True

    proof = models.ForeignKey(Proof, models.PROTECT, related_name="revisions", verbose_name="佐证材料")
    number = models.PositiveIntegerField("第几版")
    file = models.ForeignKey(File, models.PROTECT, related_name="revisions", verbose_name="文件")
    effective_on = models.DateField("形成日期")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("上传时间")

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("proof", "number"), name="one_revision_per_number"),)

    def __str__(self) -> str:
        return f"{self.proof}　第 {self.number} 版"


class Place(models.Model):
    """Where a proof stands in the 建档目录: an indicator of a standard, and the asked title that it answers ("": none).

    ``standard`` and ``indicator`` are the codes of the text, so that a place outlives the versions of a standard.
    """

    recorded: ClassVar[bool] = True

    proof = models.ForeignKey(Proof, models.PROTECT, related_name="places", verbose_name="佐证材料")
    standard = models.CharField("标准", max_length=64)
    indicator = models.CharField("指标", max_length=64)
    asked = models.CharField("要求的材料", max_length=200, default="")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("列入时间")
    removed_at = models.DateTimeField("移出时间", null=True)

    class Meta:
        ordering = ("standard", "indicator", "pk")
        indexes = (models.Index(fields=("standard", "indicator"), name="places_of_an_indicator"),)
        constraints = (
            models.UniqueConstraint(
                fields=("proof", "standard", "indicator", "asked"),
                condition=models.Q(removed_at=None),
                name="one_place_in_the_directory",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.asked}".strip()
