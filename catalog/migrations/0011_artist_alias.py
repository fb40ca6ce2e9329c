"""Adds the other names of artists; older code neither reads nor writes them."""

from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0010_kept_albums"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArtistAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("key", models.CharField(editable=False, help_text="the name, folded", max_length=200)),
                ("artist", models.ForeignKey(on_delete=CASCADE, related_name="aliases", to="catalog.artist")),
            ],
            options={
                "verbose_name_plural": "artist aliases",
                "ordering": ("key",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="artist_alias_is_not_empty"
                    ),
                    models.UniqueConstraint(fields=("artist", "key"), name="artist_has_an_alias_once"),
                ],
            },
        ),
    ]
