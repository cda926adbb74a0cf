"""StandardVersion: the exact text of a standard under one profile, by content hash.

The text itself is kept in the row: an upgrade of the program changes the catalogue, never a standard that
somebody was judged by. Not here: what the text means (``dudao.standards``).
"""

from typing import ClassVar

from django.db import models

from dudao_web.orgs.models import Org


class StandardVersion(models.Model):
    """One standard, one version, one profile. Rows are added, never changed."""

    recorded: ClassVar[bool] = True
    added: ClassVar[tuple[str, ...]] = ("org",)

    standard = models.CharField("标准", max_length=64)
    version = models.CharField("版本", max_length=32)
    profile = models.CharField("口径", max_length=64)
    sha256 = models.CharField("标准指纹", max_length=64)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=100)
    profile_title = models.CharField("口径名称", max_length=200)
    text = models.JSONField("原文")  # relative path -> text of each file of the folder
    # Whose own 细则 it holds; none: as the catalogue has it.
    org = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", verbose_name="录入细则的单位")
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ("standard", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("sha256", "profile"), name="one_row_per_text_and_profile"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.version} {self.profile_title}"
