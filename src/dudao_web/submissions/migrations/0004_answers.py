"""Answers of a self-check that is being filled in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("orgs", "0002_history_and_security"),
        ("submissions", "0003_supplements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=96, verbose_name="填报项目")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                (
                    "origin",
                    models.CharField(
                        choices=[("typed", "本次填写"), ("carried", "带入")],
                        default="typed",
                        max_length=8,
                        verbose_name="来历",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="带入自")),
                ("at", models.DateTimeField(verbose_name="填写时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="经办",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "field"), name="one_answer_per_field")
                ],
            },
        ),
    ]
