"""Adds who restored an album that the sheet no longer lists, and when; older code neither reads nor writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0009_review_rows"),
    ]

    operations = [
        migrations.AddField(
            "album",
            "kept_at",
            models.DateTimeField(help_text="when staff restored it, until the sheet lists it again", null=True),
        ),
        migrations.AddField(
            "album",
            "kept_by",
            models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
    ]
