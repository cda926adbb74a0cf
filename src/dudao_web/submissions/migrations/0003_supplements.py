"""The 补充表: two more forms of a return, and uploads that were typed on the web."""

from django.db import migrations, models

FORMS = [
    ("school", "学校填报表"),
    ("county", "区县填报表"),
    ("supplement", "学校补充表"),
    ("county_supplement", "区县补充表"),
]


class Migration(migrations.Migration):
    dependencies = [("submissions", "0002_opening_batch_absent")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="entered",
            field=models.BooleanField(default=False, verbose_name="网上填写"),
        ),
        migrations.AlterField(
            model_name="submission",
            name="form",
            field=models.CharField(choices=FORMS, max_length=20, verbose_name="表"),
        ),
    ]
