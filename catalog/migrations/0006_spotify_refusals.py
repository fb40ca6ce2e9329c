"""Adds what Spotify's refusals are counted by; with defaults in the database, for a version that runs beside."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0005_remove_sentences"),
    ]

    operations = [
        migrations.AddField("spotifyalbum", "refused_days", models.PositiveSmallIntegerField(default=0, db_default=0, help_text="on how many days Spotify said that it does not know it")),
        migrations.AddField("spotifyalbum", "refused_at", models.DateTimeField(null=True, help_text="when the last of these days was counted")),
        migrations.AddField("spotifyalbum", "cover_attempts", models.PositiveSmallIntegerField(default=0, db_default=0, help_text="how often oEmbed gave nothing")),
        migrations.AddField("spotifyalbum", "cover_next_try_at", models.DateTimeField(null=True, help_text="when oEmbed may be asked again")),
    ]
