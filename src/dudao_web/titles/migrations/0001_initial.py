"""Titles, targets, awards, cohorts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_history_and_security"),
        ("standards", "0002_own_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Title",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=64, unique=True, verbose_name="标识")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("unit_kinds", models.JSONField(verbose_name="授予对象")),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="titles",
                        to="orgs.org",
                        verbose_name="授予单位",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("units", models.PositiveIntegerField(verbose_name="目标数")),
                (
                    "district",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="区县",
                    ),
                ),
                (
                    "title",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="titles.title"
                    ),
                ),
            ],
            options={
                "ordering": ("title", "year", "district__path"),
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("awarded_on", models.DateField(verbose_name="授予日期")),
                ("batch", models.CharField(blank=True, max_length=50, verbose_name="批次")),
                ("grades", models.JSONField(default=dict, verbose_name="各项等次")),
                ("problems", models.JSONField(default=list, verbose_name="评估组提出的问题")),
                ("withdrawn_on", models.DateField(null=True, verbose_name="撤销日期")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=500, verbose_name="撤销原因")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="orgs.org",
                        verbose_name="单位",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.standardversion",
                        verbose_name="评估标准",
                    ),
                ),
                (
                    "title",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="titles.title",
                        verbose_name="称号",
                    ),
                ),
            ],
            options={
                "ordering": ("unit__path", "awarded_on", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Cohort",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("rule", models.JSONField(verbose_name="规则")),
                ("units", models.JSONField(verbose_name="名单")),
                ("text", models.TextField(verbose_name="名单原文")),
                ("sha256", models.CharField(max_length=64, verbose_name="名单指纹")),
                ("at", models.DateTimeField(verbose_name="冻结时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="办理",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cohorts",
                        to="orgs.org",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "constraints": [models.UniqueConstraint(fields=("org", "name"), name="one_cohort_of_a_name")],
            },
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.UniqueConstraint(fields=("org", "name"), name="one_title_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("district__isnull", False)),
                fields=("title", "district", "year"),
                name="one_target_of_a_district",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("district", None)),
                fields=("title", "year"),
                name="one_target_of_the_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(fields=["title", "awarded_on"], name="award_title_day"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_on", None)),
                fields=("title", "unit"),
                name="one_standing_award",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                fields=("title", "unit", "awarded_on"), name="one_award_a_day"
            ),
        ),
    ]
