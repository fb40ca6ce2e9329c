"""Adds the version of the catalogue, which triggers change with every row; older code needn't know of it.

Triggers, because rows are written in bulk, by the admin, by hand and by older versions: no code can forget them.
"""

from django.db import migrations, models

PARTS = {
    "albums": ("album", "albumgenre", "artist", "artistalias", "genre", "genrealias", "vocalstyle"),
    "spotify": ("spotifyalbum",),
}
EVENTS = ("INSERT", "UPDATE", "DELETE")
RANDOM = {"sqlite": "abs(random() % 1000000000000000)", "postgresql": "floor(random() * 1e15)::bigint"}

# Whoever changes the catalogue replaces the numbers that nobody else is about to replace. A row that all update would be
# a lock that each holds to the end of its transaction, taken in any order beside the rows of albums: deadlocks.
OTHERS = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}
RENEW = """
DELETE FROM catalog_catalogueversion
WHERE id IN (SELECT id FROM catalog_catalogueversion WHERE part = '{part}' {others});
INSERT INTO catalog_catalogueversion (part, number) VALUES ('{part}', {random})
"""
FUNCTION = """
CREATE FUNCTION catalog_{part}_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {renew}; RETURN NULL; END $$
"""
# SQLite knows triggers for each row only; PostgreSQL calls one for a whole statement.
TRIGGER = {
    "sqlite": "CREATE TRIGGER catalog_{table}_{event} AFTER {event} ON catalog_{table} {when} BEGIN {renew}; END",
    "postgresql": (
        "CREATE TRIGGER catalog_{table}_{event} AFTER {event} ON catalog_{table} FOR EACH {each} {when} "
        "EXECUTE FUNCTION catalog_{part}_changed()"
    ),
}
# A label is searched for. Of Spotify's rows only a few change at a time.
NEW_LABEL = {"sqlite": "OLD.label IS NOT NEW.label", "postgresql": "OLD.label IS DISTINCT FROM NEW.label"}


def create(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for part, tables in PARTS.items():
        renew = RENEW.format(part=part, random=RANDOM[vendor], others=OTHERS[vendor])
        if vendor == "postgresql":
            schema_editor.execute(FUNCTION.format(part=part, renew=renew))
        for statement in renew.split(";"):
            schema_editor.execute(statement)
        for table in tables:
            for event in EVENTS:
                said = {"part": part, "table": table, "event": event, "renew": renew}
                schema_editor.execute(TRIGGER[vendor].format(**said, when="", each="STATEMENT"))
    label = {
        "part": "albums",
        "table": "spotifyalbum",
        "renew": RENEW.format(part="albums", random=RANDOM[vendor], others=OTHERS[vendor]),
        "each": "ROW",
        "when": f"WHEN ({NEW_LABEL[vendor]})",
    }
    trigger = TRIGGER[vendor].format(**label, event="UPDATE")
    schema_editor.execute(trigger.replace("spotifyalbum_UPDATE", "spotifyalbum_label"))


def drop(apps, schema_editor):
    for tables in PARTS.values():
        for table in tables:
            names = [f"catalog_{table}_{event}" for event in EVENTS]
            for name in [*names, f"catalog_{table}_label"]:
                on = f" ON catalog_{table}" if schema_editor.connection.vendor == "postgresql" else ""
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    if schema_editor.connection.vendor == "postgresql":
        for part in PARTS:
            schema_editor.execute(f"DROP FUNCTION catalog_{part}_changed()")


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0011_artist_alias"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(choices=[("albums", "Albums"), ("spotify", "Spotify")], max_length=10)),
                ("number", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
