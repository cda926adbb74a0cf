"""Problem lists."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_initial"),
        ("evidence", "0002_proofs"),
        ("orgs", "0002_history_and_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("indicator", models.CharField(blank=True, max_length=32, verbose_name="指标")),
                ("text", models.CharField(max_length=1000, verbose_name="问题")),
                ("source", models.CharField(default="self", max_length=8, verbose_name="来源")),
                ("mendable", models.BooleanField(verbose_name="能自行整改")),
                ("measure", models.CharField(blank=True, max_length=1000, verbose_name="整改措施")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="不能自行整改的原因")),
                ("due", models.DateField(null=True, verbose_name="整改时限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "整改中"),
                            ("handed_up", "已上报协调"),
                            ("answered", "已答复"),
                            ("mended", "已整改"),
                            ("withdrawn", "已撤销"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000, verbose_name="答复")),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="整改情况")),
                ("mended_on", models.DateField(null=True, verbose_name="整改完成日期")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="答复",
                    ),
                ),
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
                        related_name="findings",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="现由",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.proof",
                        verbose_name="佐证材料",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "ordering": ("case", "number"),
                "indexes": [models.Index(fields=["org", "state"], name="finding_inbox")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="one_finding_per_number")
                ],
            },
        ),
    ]
