"""Gives the albums that one sync added one moment; each batch had its own, so that “Last added” began with the last one.

Only values change: older code reads them as before.
"""

from django.db import migrations
from django.db.models.functions import Coalesce


def one_moment(apps, schema_editor):
    album, change = apps.get_model("catalog", "Album"), apps.get_model("catalog", "AlbumChange")
    created = change.objects.filter(kind="created")
    syncs = created.order_by().values_list("operation", Coalesce("operation__started_at", "operation__created_at"))
    for operation, moment in syncs.distinct():
        albums = created.filter(operation=operation).values("album")
        album.objects.filter(pk__in=albums).update(added_at=moment)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_catalogue_version")]
    operations = [migrations.RunPython(one_moment, migrations.RunPython.noop, elidable=True)]
