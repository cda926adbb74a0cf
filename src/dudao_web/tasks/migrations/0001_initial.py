"""Tasks, reminders, and where they are sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_history_and_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=200, verbose_name="提醒邮箱")),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="address",
                        to="orgs.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
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
                ("kind", models.CharField(max_length=40, verbose_name="事项")),
                ("object", models.CharField(max_length=100, verbose_name="对象")),
                ("title", models.CharField(max_length=200, verbose_name="办什么")),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="为哪件工作")),
                ("href", models.CharField(max_length=200, verbose_name="办理页面")),
                ("opens", models.DateField(null=True, verbose_name="开始日期")),
                ("due", models.DateField(null=True, verbose_name="截止日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待办"), ("done", "已办"), ("withdrawn", "已撤销")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.org",
                        verbose_name="交办单位",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="orgs.org",
                        verbose_name="承办单位",
                    ),
                ),
            ],
            options={
                "ordering": (models.OrderBy(models.F("due"), nulls_last=True), "pk"),
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="提醒日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("due_soon", "临期提醒"), ("overdue", "逾期催办")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("mailed_at", models.DateTimeField(null=True, verbose_name="邮件发出时间")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="tasks.task"
                    ),
                ),
            ],
            options={
                "ordering": ("day", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["org", "role", "state"], name="task_of_an_office"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                fields=("kind", "object", "org", "role"), name="one_task_per_object"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("task", "day", "kind"), name="one_reminder_per_task_and_day"
            ),
        ),
    ]
