"""Adds the marks of accounts; older code neither reads nor writes them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalog", "0014_dismissed_pair"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("want", "Want"), ("heard", "Heard"), ("hide", "Hide")], max_length=5)),
                ("marked_at", models.DateTimeField(db_default=Now())),
                ("album", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.album")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("user", "album", "kind"), name="mark_once")]},
        ),
    ]
