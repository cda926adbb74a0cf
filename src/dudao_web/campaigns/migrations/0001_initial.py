"""Procedures, campaigns, stages, cases and what is handed in and decided."""

import django.db.models.deletion
from django.db import migrations, models

import dudao_web.paths


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("evidence", "0002_proofs"),
        ("notices", "0001_initial"),
        ("orgs", "0002_history_and_security"),
        ("standards", "0002_own_texts"),
        ("titles", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("procedure", models.CharField(max_length=64, verbose_name="工作程序")),
                ("version", models.CharField(max_length=32, verbose_name="版本")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="程序指纹")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("number", models.CharField(max_length=100, verbose_name="文号")),
                ("text", models.JSONField(verbose_name="原文")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
            ],
            options={
                "ordering": ("procedure", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=48, unique=True, verbose_name="编号")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "筹备"),
                            ("running", "进行中"),
                            ("closed", "已办结"),
                            ("withdrawn", "已撤销"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("plan", models.JSONField(default=dict, verbose_name="筹备")),
                ("quotas", models.JSONField(default=list, verbose_name="抽查计划")),
                ("topic", models.CharField(blank=True, max_length=200, verbose_name="专题")),
                ("team", models.JSONField(default=list, verbose_name="督导组")),
                ("at", models.DateTimeField(verbose_name="建立时间")),
                ("launched_at", models.DateTimeField(null=True, verbose_name="启动时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
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
                    "cohort",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="titles.cohort",
                        verbose_name="对象名单",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.notice",
                        verbose_name="启动通知",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="orgs.org",
                        verbose_name="组织单位",
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.procedureversion",
                        verbose_name="工作程序",
                    ),
                ),
            ],
            options={
                "ordering": ("-year", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", dudao_web.paths.PathField(max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("nation", "国家"),
                            ("province", "省"),
                            ("city", "设区市"),
                            ("county", "县（市、区）"),
                            ("functional", "功能区"),
                            ("direct", "市属"),
                            ("town", "镇（街道）"),
                            ("school", "学校"),
                            ("kindergarten", "幼儿园"),
                            ("department", "政府部门"),
                        ],
                        max_length=16,
                        verbose_name="单位类型",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("todo", "未开始"),
                            ("draft", "填写中"),
                            ("submitted", "已提交"),
                            ("returned", "已退回"),
                            ("approved", "已通过"),
                        ],
                        default="todo",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.BooleanField(default=False, verbose_name="已办结")),
                ("due", models.DateField(null=True, verbose_name="本单位截止")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="提交时间")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="通过时间")),
                ("unlock", models.CharField(blank=True, max_length=500, verbose_name="申请修改的理由")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="campaigns.campaign",
                        verbose_name="督导项目",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="辖市区",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="orgs.org",
                        verbose_name="单位",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.standardversion",
                        verbose_name="评估标准",
                    ),
                ),
            ],
            options={
                "ordering": ("path",),
            },
        ),
        migrations.CreateModel(
            name="HandIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("report", models.TextField(blank=True, verbose_name="自查报告")),
                ("content", models.CharField(blank=True, max_length=64, verbose_name="填报指纹")),
                ("late", models.BooleanField(default=False, verbose_name="逾期提交")),
                ("count", models.PositiveIntegerField(verbose_name="本次改动项数")),
                ("sha256", models.CharField(max_length=64, verbose_name="内容指纹")),
                ("marks", models.JSONField(default=dict, verbose_name="各项指纹")),
                ("at", models.DateTimeField(verbose_name="提交时间")),
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
                        related_name="hand_ins",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "ordering": ("case", "number"),
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="意见")),
                ("at", models.DateTimeField(verbose_name="签署时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="责任督学",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
                (
                    "hand_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.handin",
                        verbose_name="所见提交",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("key", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("type", models.CharField(max_length=16, verbose_name="类型")),
                ("actor", models.CharField(max_length=16, verbose_name="由谁办理")),
                ("inspector", models.BooleanField(default=False, verbose_name="责任督学签署意见")),
                ("problems", models.BooleanField(default=False, verbose_name="建立问题清单")),
                ("opens", models.DateField(null=True, verbose_name="开始")),
                ("due", models.DateField(null=True, verbose_name="截止")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="campaigns.campaign",
                        verbose_name="督导项目",
                    ),
                ),
            ],
            options={
                "ordering": ("campaign", "order"),
            },
        ),
        migrations.CreateModel(
            name="StageDate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opens", models.DateField(null=True, verbose_name="开始")),
                ("due", models.DateField(null=True, verbose_name="截止")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="改期理由")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("closed_on", models.DateField(null=True, verbose_name="办结日期")),
                ("note", models.TextField(blank=True, verbose_name="办理情况")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="经办",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.notice",
                        verbose_name="通知",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="单位",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.file",
                        verbose_name="附件",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="campaigns.stage",
                        verbose_name="阶段",
                    ),
                ),
            ],
            options={
                "ordering": ("stage__order", "org__path"),
            },
        ),
        migrations.AddField(
            model_name="handin",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.stagedate",
                verbose_name="阶段",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="campaigns.stagedate",
                verbose_name="所处阶段",
            ),
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("approved", "通过"),
                            ("returned", "退回"),
                            ("unlocked", "同意修改"),
                            ("declined", "不同意修改"),
                        ],
                        max_length=16,
                        verbose_name="结果",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("due", models.DateField(null=True, verbose_name="重报截止")),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
                (
                    "hand_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="campaigns.handin",
                        verbose_name="提交",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.stagedate",
                        verbose_name="阶段",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Binding",
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
                            ("nation", "国家"),
                            ("province", "省"),
                            ("city", "设区市"),
                            ("county", "县（市、区）"),
                            ("functional", "功能区"),
                            ("direct", "市属"),
                            ("town", "镇（街道）"),
                            ("school", "学校"),
                            ("kindergarten", "幼儿园"),
                            ("department", "政府部门"),
                        ],
                        max_length=16,
                        verbose_name="单位类型",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.standardversion",
                        verbose_name="评估标准",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bindings",
                        to="campaigns.campaign",
                        verbose_name="督导项目",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "kind"), name="one_standard_per_kind_of_campaign"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(max_length=32, verbose_name="指标")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self", "自查"),
                            ("review", "复查"),
                            ("spot", "抽查"),
                            ("computed", "计算"),
                        ],
                        max_length=8,
                        verbose_name="来源",
                    ),
                ),
                ("value", models.CharField(max_length=16, verbose_name="判定")),
                (
                    "points",
                    models.DecimalField(decimal_places=3, max_digits=9, null=True, verbose_name="得分"),
                ),
                ("answer", models.JSONField(default=dict, verbose_name="填写内容")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="评定时间")),
                ("superseded", models.BooleanField(default=False, verbose_name="已被替换")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
                (
                    "hand_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="campaigns.handin",
                        verbose_name="提交",
                    ),
                ),
                (
                    "scorer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="评定人",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded", False)),
                        fields=("case", "indicator", "source"),
                        name="one_current_judgement",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(fields=("campaign", "order"), name="one_stage_per_order"),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(fields=("campaign", "key"), name="one_stage_per_key"),
        ),
        migrations.AddConstraint(
            model_name="stagedate",
            constraint=models.UniqueConstraint(fields=("stage", "org"), name="one_date_per_stage_and_org"),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="one_hand_in_per_number"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["campaign", "district", "place", "state", "done", "unit"], name="case_matrix"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["campaign", "path"], name="case_list"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("campaign", "unit"), name="one_case_per_unit"),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["case", "place"], name="approval_case"),
        ),
    ]
