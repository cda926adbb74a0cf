"""Documents and attachments."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("evidence", "0002_proofs"),
        ("orgs", "0002_history_and_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("office", models.CharField(max_length=100, verbose_name="发文机关")),
                ("word", models.CharField(max_length=30, verbose_name="代字")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("no", models.PositiveIntegerField(verbose_name="序号")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("body", models.TextField(verbose_name="正文")),
                ("main_to", models.CharField(max_length=500, verbose_name="主送")),
                ("cc", models.CharField(blank=True, max_length=500, verbose_name="抄送")),
                ("issued_on", models.DateField(verbose_name="成文日期")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}$")],
                        verbose_name="内容指纹",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="经办",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="orgs.org",
                        verbose_name="发文单位",
                    ),
                ),
            ],
            options={
                "ordering": ("-year", "word", "-no"),
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.file"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "ordering": ("document", "order"),
            },
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                fields=("org", "word", "year", "no"), name="one_document_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("document", "order"), name="one_attachment_per_place"),
        ),
    ]
