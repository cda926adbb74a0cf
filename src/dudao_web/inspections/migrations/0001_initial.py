"""Draws, teams, score sheets, objections and visits."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0002_stale"),
        ("documents", "0001_initial"),
        ("evidence", "0002_proofs"),
        ("orgs", "0003_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
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
                        choices=[("leader", "组长"), ("inspector", "督学"), ("expert", "专业人员")],
                        max_length=16,
                        verbose_name="身份",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="加入时间")),
                ("left_at", models.DateTimeField(null=True, verbose_name="退出时间")),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "ordering": ("team", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("round", models.CharField(max_length=120, unique=True, verbose_name="抽签编号")),
                ("frame", models.TextField(verbose_name="抽样框")),
                ("quota", models.TextField(verbose_name="名额")),
                ("frame_sha256", models.CharField(max_length=64, verbose_name="抽样框指纹")),
                ("quota_sha256", models.CharField(max_length=64, verbose_name="名额指纹")),
                ("notes", models.JSONField(default=dict, verbose_name="说明")),
                ("seed_source", models.CharField(max_length=200, verbose_name="随机数来源")),
                ("seed_at", models.DateTimeField(verbose_name="随机数公布时间")),
                ("seed", models.CharField(blank=True, max_length=200, verbose_name="随机数")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "待抽取"), ("drawn", "已抽取"), ("cancelled", "已作废")],
                        default="planned",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="作废理由")),
                ("at", models.DateTimeField(verbose_name="公布时间")),
                ("drawn_at", models.DateTimeField(null=True, verbose_name="抽取时间")),
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
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="campaigns.stagedate",
                        verbose_name="阶段",
                    ),
                ),
            ],
            options={
                "ordering": ("place", "number"),
            },
        ),
        migrations.CreateModel(
            name="Drawn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16, verbose_name="单位类型")),
                ("district", models.CharField(max_length=32, verbose_name="辖市区")),
                ("rank", models.PositiveIntegerField(verbose_name="签序")),
                (
                    "how",
                    models.CharField(
                        choices=[("drawn", "抽中"), ("certain", "必查"), ("reserve", "递补")],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="递补理由")),
                ("dropped", models.BooleanField(default=False, verbose_name="已递补")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
                (
                    "instead_of",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successor",
                        to="inspections.drawn",
                        verbose_name="接替",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="inspections.sample",
                        verbose_name="抽样",
                    ),
                ),
            ],
            options={
                "ordering": ("sample", "district", "kind", "rank", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=8, verbose_name="来源")),
                ("carried", models.JSONField(default=list, verbose_name="上次项目和问题")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "评定中"), ("submitted", "已提交")],
                        default="open",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("opinion", models.TextField(blank=True, verbose_name="初步督导意见")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="提交时间")),
                ("objections_until", models.DateField(null=True, verbose_name="申辩截止")),
                ("objections_closed_at", models.DateTimeField(null=True, verbose_name="申辩结束时间")),
                ("counted", models.JSONField(default=list, verbose_name="计入的评分")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="提交",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="campaigns.stagedate",
                        verbose_name="阶段",
                    ),
                ),
            ],
            options={
                "ordering": ("place", "case__path"),
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(max_length=32, verbose_name="指标")),
                ("value", models.CharField(max_length=16, verbose_name="判定")),
                (
                    "points",
                    models.DecimalField(decimal_places=3, max_digits=9, null=True, verbose_name="得分"),
                ),
                ("note", models.TextField(blank=True, verbose_name="理由和记录")),
                ("problem", models.CharField(blank=True, max_length=1000, verbose_name="列为问题")),
                ("key", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(verbose_name="评定时间")),
                ("superseded", models.BooleanField(default=False, verbose_name="已被替换")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="inspections.member",
                        verbose_name="评分人",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="inspections.sheet",
                        verbose_name="评分表",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="申辩理由")),
                ("frozen", models.JSONField(verbose_name="所针对的判定")),
                ("sha256", models.CharField(max_length=64, verbose_name="判定指纹")),
                (
                    "state",
                    models.CharField(
                        choices=[("filed", "待答复"), ("answered", "已答复"), ("withdrawn", "已撤回")],
                        default="filed",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "采纳"), ("partly", "部分采纳"), ("rejected", "不采纳")],
                        max_length=16,
                        verbose_name="结果",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="答复理由")),
                ("changed", models.JSONField(default=dict, verbose_name="改判")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="申辩单位经办",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.file",
                        verbose_name="附件",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="inspections.sheet",
                        verbose_name="评分表",
                    ),
                ),
            ],
            options={
                "ordering": ("sheet", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="名称")),
                ("at", models.DateTimeField(verbose_name="建立时间")),
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
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="campaigns.stagedate",
                        verbose_name="阶段",
                    ),
                ),
            ],
            options={
                "ordering": ("place", "pk"),
            },
        ),
        migrations.AddField(
            model_name="sheet",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sheets",
                to="inspections.team",
                verbose_name="督导组",
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="inspections.team",
                verbose_name="督导组",
            ),
        ),
        migrations.CreateModel(
            name="Tie",
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
                            ("employed", "在该单位任职"),
                            ("left", "曾在该单位任职"),
                            ("relative", "近亲属在该单位任职或就读"),
                            ("other", "其他可能影响公正的关系"),
                        ],
                        max_length=16,
                        verbose_name="关系",
                    ),
                ),
                ("until", models.DateField(null=True, verbose_name="离任日期")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="解除时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="登记",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("matters", models.TextField(verbose_name="督导事项")),
                ("hear", models.JSONField(default=list, verbose_name="听取意见")),
                ("seed", models.CharField(blank=True, max_length=64, verbose_name="抽取随机数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "待发通知"),
                            ("noticed", "已通知"),
                            ("done", "已完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="planned",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("record", models.TextField(blank=True, verbose_name="督导记录")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="建立时间")),
                ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="campaigns.case",
                        verbose_name="单位",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                        verbose_name="书面通知",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="campaigns.stagedate",
                        verbose_name="阶段",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="inspections.team",
                        verbose_name="督导组",
                    ),
                ),
            ],
            options={
                "ordering": ("on", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(blank=True, max_length=32, verbose_name="指标")),
                ("group", models.CharField(blank=True, max_length=50, verbose_name="对象")),
                ("text", models.TextField(verbose_name="内容")),
                ("key", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                        verbose_name="记录",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.file",
                        verbose_name="照片",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="inspections.visit",
                        verbose_name="实地督导",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(fields=("place", "number"), name="one_sample_per_number"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "planned")), fields=("place",), name="one_planned_sample"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawn",
            constraint=models.UniqueConstraint(fields=("sample", "case"), name="one_place_in_a_sample"),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded", False)),
                fields=("sheet", "member", "indicator"),
                name="one_current_score",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "filed")), fields=("sheet",), name="one_waiting_objection"
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(fields=("place", "name"), name="one_team_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("case", "place"), name="one_sheet_per_case_and_stage"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(fields=("team", "membership"), name="one_member_of_a_team"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "leader"), ("left_at", None)), fields=("team",), name="one_leader"
            ),
        ),
    ]
