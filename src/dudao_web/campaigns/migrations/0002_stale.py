"""Cases to be computed again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="stale",
            field=models.BooleanField(default=False, verbose_name="待重新计算"),
        ),
    ]
