"""Moves the other spellings of genres from a JSON column, which took anything, to a table of their own."""

import unicodedata

import django.db.models.deletion
from django.db import migrations, models

WIDTH = 200


def spellings(stored):
    """Return the texts in what somebody typed as JSON, as a cell of the sheet would be read."""
    listed = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
    for text in listed:
        if isinstance(text, str):
            kept = (" " if letter.isspace() else letter for letter in text)
            visible = "".join(letter for letter in kept if unicodedata.category(letter) not in {"Cf", "Cc", "Cs"})
            yield " ".join(unicodedata.normalize("NFC", visible).split())


def copy_to_table(apps, schema_editor):
    genres = apps.get_model("catalog", "Genre").objects.using(schema_editor.connection.alias)
    aliases = apps.get_model("catalog", "GenreAlias").objects.using(schema_editor.connection.alias)
    # Where two genres have the same alias, the last one by key had its albums until now.
    found = {
        name.casefold(): (genre_id, name)
        for genre_id, stored in genres.order_by("key").values_list("pk", "aliases_before")
        for name in spellings(stored)
        if name and len(name) <= WIDTH and len(name.casefold()) <= WIDTH
    }
    aliases.bulk_create(
        [aliases.model(genre_id=genre_id, name=name, key=key) for key, (genre_id, name) in found.items()]
    )


def copy_to_json(apps, schema_editor):
    genres = apps.get_model("catalog", "Genre").objects.using(schema_editor.connection.alias)
    for genre in genres.filter(aliases__isnull=False).distinct():
        genre.aliases_before = list(genre.aliases.order_by("key").values_list("name", flat=True))
        genre.save(update_fields=["aliases_before"])


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_preview_and_undo'),
    ]

    operations = [
        # Out of the way of the relation that takes its name.
        migrations.RenameField(
            model_name='genre',
            old_name='aliases',
            new_name='aliases_before',
        ),
        migrations.CreateModel(
            name='GenreAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='spelling')),
                ('key', models.CharField(editable=False, help_text='the name, case-folded', max_length=200, unique=True)),
                ('genre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='catalog.genre')),
            ],
            options={
                'verbose_name_plural': 'genre aliases',
                'ordering': ('key',),
                'constraints': [models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='genre_alias_is_not_empty')],
            },
        ),
        migrations.RunPython(copy_to_table, copy_to_json),
        migrations.RemoveField(
            model_name='genre',
            name='aliases_before',
        ),
    ]
