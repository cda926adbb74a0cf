"""File: bytes by SHA-256, as one unit holds them under one name.

Here is the row; the bytes lie once in the file store below ``files/ab/abcdef…``, however many units hand them in.
Not here: what a file says (``submissions``), later its place in the 建档目录 (Proof).
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
