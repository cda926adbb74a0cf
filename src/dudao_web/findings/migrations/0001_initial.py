"""Problem lists and the ledger."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0002_stale"),
        ("evidence", "0002_proofs"),
        ("orgs", "0003_person"),
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
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("serial", models.PositiveIntegerField(verbose_name="台账序号")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("indicator", models.CharField(blank=True, max_length=32, verbose_name="指标")),
                ("clause", models.CharField(blank=True, max_length=500, verbose_name="条款")),
                ("text", models.CharField(max_length=1000, verbose_name="问题")),
                ("source", models.CharField(default="self", max_length=8, verbose_name="来源")),
                (
                    "severity",
                    models.CharField(
                        choices=[("minor", "轻微"), ("normal", "一般"), ("serious", "严重")],
                        default="normal",
                        max_length=8,
                        verbose_name="程度",
                    ),
                ),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("own", "自行整改"),
                            ("on_spot", "现场指导"),
                            ("notice", "整改通知"),
                            ("coordinate", "协调部门"),
                        ],
                        default="own",
                        max_length=12,
                        verbose_name="处理",
                    ),
                ),
                ("mendable", models.BooleanField(verbose_name="能自行整改")),
                ("measure", models.CharField(blank=True, max_length=1000, verbose_name="整改措施")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="不能自行整改的原因")),
                ("due", models.DateField(null=True, verbose_name="整改时限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planning", "待定方案"),
                            ("open", "整改中"),
                            ("handed_up", "已上报协调"),
                            ("answered", "已答复"),
                            ("mended", "待核验"),
                            ("returned", "已退回"),
                            ("struck", "已销号"),
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
                ("struck_at", models.DateTimeField(null=True, verbose_name="销号时间")),
                ("before", models.JSONField(default=dict, verbose_name="列入时的判定")),
                ("times", models.PositiveSmallIntegerField(default=1, verbose_name="第几次")),
                ("level", models.PositiveSmallIntegerField(default=0, verbose_name="督办层级")),
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
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="核验单位",
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
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="台账单位",
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
                    "repeats",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="again",
                        to="findings.finding",
                        verbose_name="原问题",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="责任单位",
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
            },
        ),
        migrations.CreateModel(
            name="Rectification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("noted", "列入问题清单"),
                            ("plan", "报送整改方案"),
                            ("plan_returned", "退回整改方案"),
                            ("assigned", "交办"),
                            ("progress", "报告进展"),
                            ("handed_up", "报上级协调"),
                            ("answered", "答复"),
                            ("report", "报告整改完成"),
                            ("returned", "退回整改"),
                            ("struck", "销号"),
                            ("reopened", "重新列入"),
                            ("moved", "调整时限"),
                            ("reminded", "提醒"),
                            ("urged", "督办"),
                            ("interview", "提出约谈建议"),
                            ("decided", "研究约谈建议"),
                            ("withdrawn", "撤销"),
                        ],
                        max_length=16,
                        verbose_name="步骤",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=2000, verbose_name="内容")),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[("material", "材料核验"), ("on_site", "现场核验")],
                        max_length=16,
                        verbose_name="核验方式",
                    ),
                ),
                ("proofs", models.JSONField(default=list, verbose_name="材料")),
                ("answer", models.JSONField(default=dict, verbose_name="更新后的数据")),
                ("before", models.JSONField(default=dict, verbose_name="整改前")),
                ("after", models.JSONField(default=dict, verbose_name="整改后")),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="findings.finding",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["org", "state"], name="finding_inbox"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["state", "due"], name="finding_overdue"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["unit", "indicator", "state"], name="finding_again"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="one_finding_per_number"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=("owner", "year", "serial"), name="one_line_of_a_ledger"
            ),
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(fields=["finding", "kind"], name="steps_of_a_finding"),
        ),
    ]
