"""Which accounts are one person's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_history_and_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="person",
            field=models.CharField(db_index=True, max_length=32, null=True, verbose_name="人员编号"),
        ),
    ]
