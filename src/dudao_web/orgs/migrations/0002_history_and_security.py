"""The past of units; sessions, second steps, links, refusals and limits."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dudao_web.paths


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Factor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("secret", models.CharField(max_length=32)),
                ("since", models.DateTimeField(verbose_name="启用时间")),
                ("last_step", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="FormerOrg",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField(verbose_name="止")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
            ],
            options={
                "ordering": ("org", "until"),
            },
        ),
        migrations.CreateModel(
            name="Limits",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=16, unique=True, verbose_name="岗位")),
                ("second_step", models.BooleanField(default=False, verbose_name="须两步验证")),
                ("idle", models.PositiveSmallIntegerField(verbose_name="停用多久后退出（分钟）")),
                ("logins", models.PositiveSmallIntegerField(verbose_name="同时登录数")),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("before", models.CharField(max_length=64)),
                ("expires", models.DateTimeField(verbose_name="有效期至")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="停用时间")),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("began", models.DateTimeField(verbose_name="登录时间")),
                ("seen", models.DateTimeField(verbose_name="最近使用")),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Successor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("merge", "并入"), ("split", "拆分")], max_length=8, verbose_name="方式"
                    ),
                ),
            ],
            options={
                "ordering": ("on", "pk"),
            },
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("city_officer", "市级以上督导室"),
                    ("county_officer", "区县督导室"),
                    ("school", "学校、镇（街道）、部门"),
                    ("inspector", "责任督学、专家"),
                    ("system_admin", "系统管理员"),
                    ("security_admin", "安全管理员"),
                    ("audit_admin", "审计管理员"),
                ],
                max_length=16,
                verbose_name="岗位",
            ),
        ),
        migrations.AlterField(
            model_name="org",
            name="kind",
            field=models.CharField(
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
                verbose_name="类型",
            ),
        ),
        migrations.AlterField(
            model_name="org",
            name="path",
            field=dudao_web.paths.PathField(max_length=255, unique=True),
        ),
        migrations.AddIndex(
            model_name="org",
            index=models.Index(fields=["kind", "path"], name="org_kind"),
        ),
        migrations.AddField(
            model_name="factor",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="factor",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="formerorg",
            name="org",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="former", to="orgs.org"
            ),
        ),
        migrations.AddField(
            model_name="formerorg",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.org",
                verbose_name="上级",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="links", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="factor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="orgs.factor"
            ),
        ),
        migrations.AddField(
            model_name="refusal",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refusals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="successor",
            name="after",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="predecessors", to="orgs.org"
            ),
        ),
        migrations.AddField(
            model_name="successor",
            name="before",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="successors", to="orgs.org"
            ),
        ),
        migrations.AddConstraint(
            model_name="formerorg",
            constraint=models.UniqueConstraint(fields=("org", "until"), name="one_former_org_a_day"),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(fields=("factor", "sha256"), name="one_recovery_code"),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.UniqueConstraint(fields=("day", "user"), name="one_refusal_row_an_account"),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user", None)), fields=("day",), name="one_refusal_row_of_strangers"
            ),
        ),
        migrations.AddConstraint(
            model_name="successor",
            constraint=models.UniqueConstraint(fields=("before", "after"), name="one_succession"),
        ),
    ]
