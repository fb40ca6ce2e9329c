"""The other names of artists: how they are found, added and removed, and what may be one."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from catalog.models import Artist, ArtistAlias
from catalog.services.sheet.text import fold
from tests.factories import Page, add_album
from tests.syncs import meanwhile

pytestmark = pytest.mark.django_db

ARTISTS = "/catalog/curate/artists/"
LONG_GONE = "2026-01-01T00:00:00Z"
BTBAM = "Between the Buried and Me"


def artist(name: str = BTBAM, *aliases: str) -> Artist:
    owner = add_album(name).artist
    for alias in aliases:
        ArtistAlias.objects.create(artist=owner, name=alias, key=fold(alias))
    return owner


def page_of(owner: Artist) -> str:
    return f"{ARTISTS}{owner.pk}/"


def names(owner: Artist) -> list[str]:
    return list(owner.aliases.values_list("name", flat=True))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Årabrot", BTBAM, "Møl", "Toto 1000", "Tricot 100%"]),
        ("mol", ["Møl"]),
        ("MØL", ["Møl"]),
        ("åRABROT", ["Årabrot"]),
        ("btbam", [BTBAM]),
        ("buried AND", [BTBAM]),
        ("B.T.B.A.M.", [BTBAM]),
        ("100%", ["Tricot 100%"]),
        ("opeth", []),
    ],
)
def test_an_artist_is_found_by_name_whatever_its_accents_and_by_other_names(
    staff: Client, text: str, found: list[str]
) -> None:
    artist(BTBAM, "BTBAM")
    for name in ("Møl", "Årabrot", "Toto 1000", "Tricot 100%"):
        artist(name)
    page = Page(staff, f"{ARTISTS}?q={text.replace('%', '%25')}")
    assert set(page.texts("tbody th")) == set(found)
    assert page.texts(".quiet")[:1] == ([] if found else ["Nothing matches “opeth”. Show all"])


@pytest.mark.postgresql
def test_artists_are_listed_by_name_with_the_albums_that_the_catalogue_shows(staff: Client) -> None:
    for name, *aliases in (("Haken",), ("dredg",), ("Opeth", "OPTH", "Eruption")):
        artist(name, *aliases)
    add_album("Haken", "Fauna")
    add_album("Haken", "Vector", removed_at=LONG_GONE)
    page = Page(staff, ARTISTS)
    assert page.texts("tbody th") == ["dredg", "Haken", "Opeth"]
    assert page.texts("tbody td") == ["1", "", "2", "", "1", "Eruption, OPTH"]
    assert page.values("tbody a", "href")[1] == page_of(Artist.objects.get(name="Haken"))


def test_fifty_artists_are_on_a_page_and_the_next_keeps_the_search(staff: Client) -> None:
    for each in range(51):
        artist(f"Band {each:02}")
    first = Page(staff, f"{ARTISTS}?q=band")
    assert (len(first.texts("tbody th")), first.values(".pages a", "href")) == (
        50,
        ["?q=band&page=1", "?q=band&page=2"],
    )
    assert Page(staff, f"{ARTISTS}?q=band&page=2").texts("tbody th") == ["Band 50"]


@pytest.mark.postgresql
def test_artists_whose_albums_left_are_listed_only_with_other_names(staff: Client) -> None:
    add_album("Haken", removed_at=LONG_GONE)
    gone = add_album("Caligulas Horse", removed_at=LONG_GONE).artist
    assert Page(staff, ARTISTS).texts(".empty__title") == ["No artist yet."]
    ArtistAlias.objects.create(artist=gone, name="CH", key="ch")
    page = Page(staff, ARTISTS)
    assert (page.texts("tbody th"), page.texts("tbody td")) == (["Caligulas Horse"], ["0", "CH"])
    (said,) = Page(staff, page_of(gone)).texts(".lead")
    assert said.startswith("The sheet lists no albums under this name.")


@pytest.mark.postgresql
def test_another_name_is_added_and_removed(staff: Client) -> None:
    owner = artist()
    answer = staff.post(page_of(owner), {"alias": "  BTBAM\u200b "})
    assert (answer.status_code, answer["Location"]) == (302, page_of(owner))
    page = Page(staff, page_of(owner))
    assert page.texts(".notice") == [f"“BTBAM” now finds {BTBAM}."]
    assert page.texts(".spellings__item span")[:1] == ["BTBAM"]
    assert ArtistAlias.objects.values_list("artist", "name", "key").get() == (owner.pk, "BTBAM", "btbam")
    assert Page(staff, reverse("catalog:curate")).texts(".desk__count").count("1 other name") == 1
    (alias,) = page.values("[name=remove]", "value")
    staff.post(page_of(owner), {"remove": alias})
    assert Page(staff, page_of(owner)).texts(".notice") == [f"“BTBAM” is no longer a name of {BTBAM}."]
    staff.post(page_of(owner), {"remove": alias})
    assert Page(staff, page_of(owner)).texts(".notice") == ["This has already been removed."]


def test_the_name_of_another_artist_is_not_removed_from_this_page(staff: Client) -> None:
    owner, other = artist(), artist("Haken", "HKN")
    for asked in (other.aliases.get().pk, "x", "9" * 40, "-1", ""):
        staff.post(page_of(owner), {"remove": asked})
    assert names(other) == ["HKN"]


def test_artists_may_share_another_name(staff: Client) -> None:
    owners = [artist("Dream Theater"), artist("Delain Tribute"), artist("DT 100")]
    for owner in owners[:2]:
        staff.post(page_of(owner), {"alias": "DT"})
    assert [names(owner) for owner in owners] == [["DT"], ["DT"], []]
    assert len(Page(staff, f"{ARTISTS}?q=dt").texts("tbody th")) == 3


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sOLSTAFIR", "“sOLSTAFIR” already finds Sólstafir."),
        ("sól", "“sól” already finds Sólstafir."),
        ("S.O.L.", "“S.O.L.” already finds Sólstafir."),
        ("\u200b", "This is empty."),
        ("\x00", "This field is required."),
        ("x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("\ufb03" * 200, "This is too long."),
    ],
)
def test_what_finds_the_artist_anyway_or_says_nothing_is_refused_beside_the_field(
    staff: Client, given: str, said: str
) -> None:
    owner = artist("Sólstafir", "SOL")
    answer = staff.post(page_of(owner), {"alias": given})
    tree = html.document_fromstring(answer.content.decode())
    assert (answer.status_code, tree.xpath("//*[@role='alert']/text()")) == (422, [said])
    assert tree.xpath("//input[@name='alias']/@value") == [given.replace("\x00", "")]
    assert names(owner) == ["SOL"]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "given", ["22", "∞", "!!!", "///", "Earth, Wind & Fire", "<img src=x>%s {{ x }}", "\U0001f600" * 200]
)
def test_whatever_a_band_may_be_called_is_taken_and_escaped(staff: Client, given: str) -> None:
    owner = artist()
    assert staff.post(page_of(owner), {"alias": given}).status_code == 302
    assert names(owner) == [given]
    for address in (ARTISTS, page_of(owner)):
        page = Page(staff, address)
        assert page.find("img[src=x]") == []
        shown = page.texts("tbody td" if address == ARTISTS else ".spellings__item span")
        assert [text for text in shown if text.startswith(given[:100])]


@pytest.mark.postgresql
def test_the_same_name_stored_by_somebody_else_meanwhile_is_told(staff: Client) -> None:
    owner = artist()

    def store() -> None:
        ArtistAlias.objects.create(artist=owner, name="BTBAM", key="btbam")

    with meanwhile('"catalog_artistalias"."key" = ', store):
        answer = staff.post(page_of(owner), {"alias": "BTBAM"})
    assert answer.status_code == 422
    assert "Not saved: somebody else stored the same name" in answer.content.decode()


def test_an_artist_is_never_renamed_by_hand(staff: Client) -> None:
    owner = artist()
    assert staff.post(page_of(owner), {"name": "Polka"}).status_code == 422
    owner.refresh_from_db()
    assert owner.name == BTBAM
    assert staff.get(f"{ARTISTS}{owner.pk + 1}/").status_code == 404


@pytest.mark.postgresql
@pytest.mark.parametrize("key", ["btbam", ""])
def test_the_database_refuses_the_same_name_twice_and_an_empty_one(key: str) -> None:
    owner = artist(BTBAM, "BTBAM")
    with pytest.raises(IntegrityError), transaction.atomic():
        ArtistAlias.objects.create(artist=owner, name="BTBAM", key=key)


@pytest.fixture
def curator(client: Client) -> Client:
    user = User.objects.create_user("ihsahn", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_artist", "change_artist"]))
    client.force_login(user)
    return client


def edit(client: Client, owner: Artist, *added: str) -> list[str]:
    """Send the admin's form of an artist without other names, and return the errors that the page shows."""
    form: dict[str, object] = {"name": "Polka", "aliases-INITIAL_FORMS": 0, "aliases-TOTAL_FORMS": len(added)}
    for number, name in enumerate(added):
        form |= {f"aliases-{number}-name": name, f"aliases-{number}-artist": owner.pk}
    answer = client.post(reverse("admin:catalog_artist_change", args=[owner.pk]), form)
    tree = html.document_fromstring(answer.content.decode() or "<p></p>")
    return tree.xpath("//ul[contains(@class, 'errorlist')]/li/text()")


def test_the_admin_edits_other_names_by_the_same_rules_and_the_name_not_at_all(curator: Client) -> None:
    owner = artist()
    assert edit(curator, owner, "BTBAM", "b.t.b.a.m.") == ["Written twice: BTBAM, b.t.b.a.m.."]
    assert edit(curator, owner, BTBAM.upper()) == [f"“{BTBAM.upper()}” already finds {BTBAM}."]
    assert edit(curator, owner, "BTBAM", "The Buried, and Me") == []
    owner.refresh_from_db()
    assert (owner.name, names(owner)) == (BTBAM, ["BTBAM", "The Buried, and Me"])
    listed = Page(curator, reverse("admin:catalog_artist_changelist") + "?q=btbam")
    assert listed.texts(".field-other_names") == ["BTBAM, The Buried, and Me"]


def test_only_those_who_may_change_artists_edit_other_names_in_the_admin(client: Client) -> None:
    user = User.objects.create_user("visitor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_artist", "change_genre"]))
    client.force_login(user)
    owner = artist()
    edit(client, owner, "BTBAM")
    assert names(owner) == []
