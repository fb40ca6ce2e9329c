"""Adds when upkeep was last done, and what finds the last sync with changes among a hundred thousand."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0015_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(max_length=30, unique=True)),
                ("begun_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="syncoperation",
            name="has_changes",
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(("created__gt", 0), ("updated__gt", 0), ("removed__gt", 0), ("revived__gt", 0), _connector="OR"), then=1), default=0), output_field=models.SmallIntegerField()),
        ),
        migrations.AddIndex(
            model_name="syncoperation",
            index=models.Index(fields=["has_changes", "kind", "id"], name="operation_with_changes"),
        ),
        migrations.AddIndex(
            model_name="syncoperation",
            index=models.Index(condition=models.Q(("kind", "undo")), fields=["id"], name="operation_undo"),
        ),
        migrations.AddIndex(
            model_name="syncoperation",
            index=models.Index(condition=models.Q(("plan_digest", ""), _negated=True), fields=["id"], name="operation_with_offer"),
        ),
    ]
