"""Document (公文): a frozen page with a number (发文字号), and its attachments in their order.

Not here: to whom it was sent and who received it (``notices``); later the official layout and the gap-free register.
"""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from dudao_web.evidence.models import File
from dudao_web.orgs.models import Membership, Org


class Document(models.Model):
    """What an office issued, as it was issued. Rows are added, never changed; ``sha256`` is of the whole content."""

    recorded: ClassVar[bool] = True

    org = models.ForeignKey(Org, models.PROTECT, related_name="documents", verbose_name="发文单位")
    office = models.CharField("发文机关", max_length=100)  # its name on the day of issue
    word = models.CharField("代字", max_length=30)
    year = models.PositiveSmallIntegerField("年份")
    no = models.PositiveIntegerField("序号")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")  # plain paragraphs, one a line
    main_to = models.CharField("主送", max_length=500)
    cc = models.CharField("抄送", max_length=500, blank=True)
    issued_on = models.DateField("成文日期")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="经办")
    at = models.DateTimeField("登记时间")
    sha256 = models.CharField("内容指纹", max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}$")])

    class Meta:
        ordering = ("-year", "word", "-no")
        constraints = (
            models.UniqueConstraint(fields=("org", "word", "year", "no"), name="one_document_per_number"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """发文字号, as it is printed: 镇教督〔2017〕11号."""
        return f"{self.word}〔{self.year}〕{self.no}号"

    @property
    def paragraphs(self) -> list[str]:
        """The body, paragraph by paragraph."""
        return [line.strip() for line in self.body.splitlines() if line.strip()]


class Attachment(models.Model):
    """A file that belongs to a document, in its place."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("document", "order")
        constraints = (
            models.UniqueConstraint(fields=("document", "order"), name="one_attachment_per_place"),
        )

    def __str__(self) -> str:
        return f"附件{self.order}"
