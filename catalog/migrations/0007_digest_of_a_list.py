"""Adds the digest that names the list of a comparison, with a default in the database: older code doesn't know it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0006_spotify_refusals"),
    ]

    operations = [
        migrations.AddField(
            "syncoperation",
            "plan_digest",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="of the list of what would change, as long as it may be accepted",
                max_length=64,
            ),
        ),
    ]
