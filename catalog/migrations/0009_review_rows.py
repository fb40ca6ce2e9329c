"""Makes the list of rows to review, and puts on it what the last sync found: none of that is news to anybody."""

from django.db import migrations, models
from django.db.models.deletion import SET_NULL
from django.db.models.functions import Now


def list_what_is_known(apps, schema_editor):
    operations, failures, rows = (
        apps.get_model("catalog", name).objects for name in ("SyncOperation", "SyncFailure", "ReviewRow")
    )
    committed = operations.filter(kind="sync", undone_at=None).exclude(sheet_committed_at=None)
    if (last := committed.order_by("-pk").first()) is None:
        return
    found = failures.filter(operation=last).exclude(code__startswith="spotify_").order_by("pk")
    rows.bulk_create(
        (
            rows.model(
                code=each.code, parameters=each.parameters, is_skipped=not each.is_doubt, tab=each.tab, row=each.row,
                artist=each.artist, album=each.album, search_text=f"{each.artist} {each.album}".casefold(),
                first_seen_in=last, first_seen_at=last.sheet_committed_at, changed_at=last.sheet_committed_at,
            )
            for each in found.iterator()
        ),
        batch_size=500,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_search_text_of_any_length")]

    operations = [
        migrations.CreateModel(
            name="ReviewRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30)),
                ("parameters", models.JSONField(default=dict, help_text="what the sentence for the code names")),
                ("is_skipped", models.BooleanField(help_text="left out, rather than imported though it looks wrong")),
                ("tab", models.CharField(max_length=200)),
                ("row", models.PositiveIntegerField(null=True)),
                ("artist", models.CharField(blank=True, max_length=500)),
                ("album", models.CharField(blank=True, max_length=500)),
                ("search_text", models.TextField(help_text="artist and album, folded")),
                ("digest", models.CharField(blank=True, help_text="of what the row says; empty where unknown", max_length=40)),
                ("first_seen_at", models.DateTimeField(db_default=Now())),
                ("first_seen_in", models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to="catalog.syncoperation")),
                ("changed_at", models.DateTimeField(db_default=Now(), help_text="when it was met first, anew, or with other cells")),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("acknowledged_by", models.CharField(blank=True, max_length=150)),
                ("fixed_at", models.DateTimeField(help_text="when a sync no longer found it", null=True)),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("acknowledged_at", None), ("fixed_at", None)),
                        fields=["is_skipped"],
                        name="review_row_is_open",
                    )
                ],
            },
        ),
        migrations.RunPython(list_what_is_known, migrations.RunPython.noop),
    ]
