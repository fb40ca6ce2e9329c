"""Drops the columns of sentences; a migration of its own, as PostgreSQL wants it after an update of the same rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0004_codes_and_parameters"),
    ]

    operations = [
        # With a default, so that the way back can add the column to a table with rows.
        migrations.AlterField("syncfailure", "reason", models.CharField(max_length=500, default="")),
        migrations.RemoveField("syncfailure", "reason"),
        migrations.RemoveField("syncoperation", "error_message"),
        migrations.RemoveField("syncoperation", "error_hint"),
        migrations.AlterField(
            "syncfailure",
            "is_doubt",
            models.BooleanField(default=False, help_text="the row was imported, and is to be reviewed"),
        ),
        migrations.AlterField(
            "spotifyalbum",
            "last_error",
            models.CharField(blank=True, help_text="the code of what kept it from being known", max_length=300),
        ),
        migrations.AlterField(
            "spotifyalbum",
            "state",
            models.CharField(
                choices=[
                    ("awaiting", "waiting for Spotify"),
                    ("cover", "cover only"),
                    ("complete", "complete"),
                    ("dead", "broken link"),
                ],
                default="awaiting",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            "spotifyquota",
            "blocked_reason",
            models.CharField(blank=True, help_text="the code of what Spotify answered", max_length=300),
        ),
        migrations.AlterField(
            "syncoperation",
            "warnings",
            models.JSONField(default=list, help_text='[{"code": "failed_rows", "parameters": {"rows": 5}}, …]'),
        ),
    ]
