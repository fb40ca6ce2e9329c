"""Adds the pairs of names that curators say are not one; older code neither reads nor writes them."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0013_added_by_one_sync"),
    ]

    operations = [
        migrations.CreateModel(
            name="DismissedPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("genre", "Genre"), ("artist", "Artist")], max_length=6)),
                ("one", models.TextField()),
                ("other", models.TextField()),
                ("dismissed_by", models.CharField(max_length=150)),
                ("dismissed_at", models.DateTimeField(db_default=Now())),
            ],
            options={"ordering": ("one", "other", "pk")},
        ),
    ]
