"""Proofs with their revisions and places in the 建档目录."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
        ("orgs", "0002_history_and_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="材料名称")),
                ("at", models.DateTimeField(verbose_name="建立时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤下时间")),
                ("withdrawn_reason", models.CharField(default="", max_length=500, verbose_name="撤下理由")),
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
                        related_name="proofs",
                        to="orgs.org",
                        verbose_name="所属单位",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="撤下经办",
                    ),
                ),
            ],
            options={
                "ordering": ("title", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("standard", models.CharField(max_length=64, verbose_name="标准")),
                ("indicator", models.CharField(max_length=64, verbose_name="指标")),
                ("asked", models.CharField(default="", max_length=200, verbose_name="要求的材料")),
                ("at", models.DateTimeField(verbose_name="列入时间")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="移出时间")),
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
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="evidence.proof",
                        verbose_name="佐证材料",
                    ),
                ),
            ],
            options={
                "ordering": ("standard", "indicator", "pk"),
                "indexes": [models.Index(fields=["standard", "indicator"], name="places_of_an_indicator")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("proof", "standard", "indicator", "asked"),
                        name="one_place_in_the_directory",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="第几版")),
                ("effective_on", models.DateField(verbose_name="形成日期")),
                ("at", models.DateTimeField(verbose_name="上传时间")),
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
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="evidence.file",
                        verbose_name="文件",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="evidence.proof",
                        verbose_name="佐证材料",
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(fields=("proof", "number"), name="one_revision_per_number")
                ],
            },
        ),
    ]
