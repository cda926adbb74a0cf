"""Whose own 细则 a text is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_history_and_security"),
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="standardversion",
            name="org",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.org",
                verbose_name="录入细则的单位",
            ),
        ),
    ]
