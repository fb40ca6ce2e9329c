"""What curators may do in the admin, and what nobody may."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from lxml import html

from catalog.models import Album, Genre, GenreAlias
from catalog.services.sheet.text import clean
from tests.factories import Page, add_album
from tests.sheets import album as row
from tests.syncs import meanwhile, sync_tabs

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(User.objects.create(username="vegard", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def curator(client: Client) -> Client:
    user = User.objects.create_user("ihsahn", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_genre", "change_genre"]))
    client.force_login(user)
    return client


@pytest.fixture
def genre() -> Genre:
    return Genre.objects.create(name="Prog-metal", key="prog-metal", slug="prog-metal")


def facts(album: Album) -> dict[str, object]:
    return Album.objects.values().get(pk=album.pk)


ALBUM_CHANGED = {"title": "Hostile takeover", "tab": "2020 Prog-metal", "_save": "Save"}


def test_an_album_can_be_looked_at(superuser: Client) -> None:
    album = add_album("Haken", "Virus")
    assert "Haken – Virus" in Page(superuser, reverse("admin:catalog_album_change", args=[album.pk])).texts("h2")
    assert Page(superuser, reverse("admin:catalog_album_changelist")).texts(".field-title") == ["Virus"]


def test_not_even_a_superuser_adds_an_album(superuser: Client) -> None:
    address = reverse("admin:catalog_album_add")
    assert superuser.get(address).status_code == 403
    assert superuser.post(address, ALBUM_CHANGED).status_code == 403
    assert not Album.objects.exists()


def test_not_even_a_superuser_changes_an_album(superuser: Client) -> None:
    album = add_album()
    before, address = facts(album), reverse("admin:catalog_album_change", args=[album.pk])
    page = Page(superuser, address)
    assert not page.find("input[name=title]")
    assert not page.find("input[name=_save]")
    assert superuser.post(address, ALBUM_CHANGED).status_code == 403
    assert facts(album) == before


def test_not_even_a_superuser_deletes_an_album(superuser: Client) -> None:
    album = add_album()
    address = reverse("admin:catalog_album_delete", args=[album.pk])
    assert superuser.get(address).status_code == 403
    assert superuser.post(address, {"post": "yes"}).status_code == 403
    listed = reverse("admin:catalog_album_changelist")
    assert "delete_selected" not in Page(superuser, listed).values("option", "value")
    superuser.post(listed, {"action": "delete_selected", "_selected_action": [album.pk], "post": "yes"})
    assert Album.objects.get() == album


MODELS = (
    "artist", "genre", "vocalstyle", "spotifyalbum", "syncoperation", "syncrecord", "syncfailure", "albumchange",
)  # fmt: skip
FORM_OF_ONE = {"aliases-INITIAL_FORMS": 0, "aliases-TOTAL_FORMS": 1}


@pytest.mark.parametrize("model", MODELS)
def test_what_syncs_write_is_neither_added_nor_deleted_by_hand(superuser: Client, model: str) -> None:
    listed = Page(superuser, reverse(f"admin:catalog_{model}_changelist"))
    assert listed.response.status_code == 200
    assert "delete_selected" not in listed.values("option", "value")
    assert superuser.get(reverse(f"admin:catalog_{model}_add")).status_code == 403


def edit(client: Client, genre: Genre, *spellings: str, **given: object) -> list[str]:
    """Send the form of a genre with the spellings that it has and these, and return the errors that the page shows."""
    stored = list(genre.aliases.all())
    form: dict[str, object] = {"name": genre.name, "aliases-INITIAL_FORMS": len(stored)}
    for number, alias in enumerate(stored):
        form |= {
            f"aliases-{number}-id": alias.pk,
            f"aliases-{number}-genre": genre.pk,
            f"aliases-{number}-name": alias.name,
        }
    for number, name in enumerate(spellings, len(stored)):
        form |= {f"aliases-{number}-name": name, f"aliases-{number}-genre": genre.pk}
    form["aliases-TOTAL_FORMS"] = len(stored) + len(spellings)
    response = client.post(reverse("admin:catalog_genre_change", args=[genre.pk]), form | given)
    if response.status_code == 302:
        return []
    assert response.status_code == 200
    return html.document_fromstring(response.content.decode()).xpath("//ul[contains(@class, 'errorlist')]/li/text()")


def names(genre: Genre) -> list[str]:
    return list(genre.aliases.values_list("name", flat=True))


def test_a_genre_can_be_renamed_and_keeps_its_key(curator: Client, genre: Genre) -> None:
    assert edit(curator, genre, name="Progressive metal", key="other", slug="other") == []
    genre.refresh_from_db()
    assert (genre.name, genre.key, genre.slug) == ("Progressive metal", "prog-metal", "prog-metal")
    assert edit(curator, genre, name=" ") == ["This field is required."]


def test_a_genre_cannot_be_deleted(superuser: Client, genre: Genre) -> None:
    address = reverse("admin:catalog_genre_delete", args=[genre.pk])
    assert superuser.get(address).status_code == 403
    assert superuser.post(address, {"post": "yes"}).status_code == 403
    listed = reverse("admin:catalog_genre_changelist")
    superuser.post(listed, {"action": "delete_selected", "_selected_action": [genre.pk], "post": "yes"})
    assert Genre.objects.get() == genre


def test_a_curator_adds_spellings_as_the_sheet_would_have_them(curator: Client, genre: Genre) -> None:
    assert edit(curator, genre, "  Prog \u200b metal ", "PROGMETAL") == []
    assert [(alias.name, alias.key) for alias in genre.aliases.all()] == [
        ("Prog metal", "prog metal"), ("PROGMETAL", "progmetal"),
    ]  # fmt: skip
    listed = Page(curator, reverse("admin:catalog_genre_changelist") + "?q=progmetal")
    assert listed.texts(".field-spellings") == ["Prog metal, PROGMETAL"]


def test_a_curator_respells_and_deletes_spellings(curator: Client, genre: Genre) -> None:
    edit(curator, genre, "Prog metal", "Progmetal")
    assert edit(curator, genre, **{"aliases-0-name": "PROG metal", "aliases-1-DELETE": "on"}) == []
    assert names(genre) == ["PROG metal"]


@pytest.mark.parametrize(
    ("spellings", "said"),
    [
        (("space ROCK",), "“space ROCK” already means Prog-rock."),
        (("PROG-metal",), "“PROG-metal” is how Prog-metal is written anyway."),
        (("Djent", "Heavy  metal", "HEAVY metal"), "Written twice: HEAVY metal, Heavy metal."),
        (("\u200b",), "This is empty."),
        (("x" * 201,), "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_a_spelling_that_means_nothing_or_two_genres_is_refused(
    curator: Client, genre: Genre, spellings: tuple[str, ...], said: str
) -> None:
    rock = Genre.objects.create(name="Prog-rock", key="prog-rock", slug="prog-rock")
    GenreAlias.objects.create(genre=rock, name="Space rock", key="space rock")
    assert said in edit(curator, genre, *spellings)
    assert names(genre) == []


AT_MOST = "Ensure this value has at most 200 characters (it has 201)."
NO_NULL = "Null characters are not allowed."
TYPED = {
    "\x00": NO_NULL, "a\x00b": NO_NULL, "\u200b": "This is empty.", "x" * 201: AT_MOST, "ß" * 101: "This is too long.",
    "\ufb03" * 200: "This is too long.", "\u0130" * 200: "This is too long.",
    "Metal, Rock": "“Metal, Rock” has a comma, which separates genres.",
    ",": "“,” has a comma, which separates genres.",
    "space ROCK": "“space ROCK” already means Prog-rock.", "SPA\u0308CE": "“SPÄCE” already means Prog-rock.",
    "x" * 200: "", "ß" * 100: "", "!!!": "", "Me\u0301tal": "", "  a \x0b\u202e b ": "", "\U0001f600" * 200: "",
    "<img src=x>": "", "{{ x }}": "", "%s": "", "null": "", "[1]": "", "5": "",
}  # fmt: skip
"""What a curator types, and the message, empty where it is taken: the same on both databases."""


OWN_TAKEN = {
    "name": "“PROG-Rock” already means Prog-rock.",
    "alias": "“PROG-Rock” has spellings of its own; delete them first.",
}


@pytest.mark.postgresql
@pytest.mark.parametrize("field", ["name", "alias"])
def test_whatever_is_typed_is_refused_in_words_or_taken_and_stops_no_sync(
    curator: Client, genre: Genre, path: Path, field: str
) -> None:
    rows = [row(genres="Prog-metal, Prog-rock, Djent")]
    sync_tabs(path, {"2024 Prog-metal": rows})
    rock = Genre.objects.get(key="prog-rock")
    for name in ("Space rock", "Späce"):
        GenreAlias.objects.create(genre=rock, name=name, key=name.casefold())
    for typed, said in {"PROG-Rock": OWN_TAKEN[field], **TYPED}.items():
        GenreAlias.objects.filter(genre=genre).delete()
        given = edit(curator, genre, typed) if field == "alias" else edit(curator, genre, name=typed)
        assert (typed, given) == (typed, [said] if said else [])
    written = [row(title=f"{number}", genres=f"Djent, {clean(typed)[:90]}") for number, typed in enumerate(TYPED)]
    after = sync_tabs(path, {"2024 Prog-metal": [*rows, *written]})
    assert (after.status, after.failed) == ("completed", 1)  # a letter that stands for three
    assert Page(curator, reverse("admin:catalog_genre_changelist")).response.status_code == 200


@pytest.mark.postgresql
@pytest.mark.parametrize("model", MODELS)
def test_whatever_is_searched_for_a_list_answers(superuser: Client, model: str) -> None:
    address = reverse(f"admin:catalog_{model}_changelist")
    for typed in ("a\x00", "9" * 5000):
        assert superuser.get(address, {"q": typed, "p": typed, "o": typed}).status_code == 200
        assert superuser.get(address, {"nonsense": typed}).status_code == 302
        assert superuser.get(reverse(f"admin:catalog_{model}_change", args=[typed])).status_code == 302


def test_a_spelling_that_somebody_else_stores_meanwhile_is_told(curator: Client, genre: Genre) -> None:
    rock = Genre.objects.create(name="Prog-rock", key="prog-rock", slug="prog-rock")

    def store() -> None:
        GenreAlias.objects.create(genre=rock, name="Space rock", key="space rock")

    with meanwhile('"catalog_genre"."key" = ', store):
        answer = curator.post(reverse("admin:catalog_genre_change", args=[genre.pk]), FORM_OF_ONE | {
            "name": genre.name, "aliases-0-genre": genre.pk, "aliases-0-name": "space ROCK",
        }, follow=True)  # fmt: skip
    assert "Not saved: somebody else stored the same name" in answer.content.decode()


def test_only_curators_edit_genres(client: Client, genre: Genre) -> None:
    client.force_login(User.objects.create_user("visitor", is_staff=True))
    response = client.post(reverse("admin:catalog_genre_change", args=[genre.pk]), {"name": "Polka"})
    assert response.status_code == 403
    assert Genre.objects.get().name == "Prog-metal"
