"""The page of rows to review: found by filters, copied as text, acknowledged by staff."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import ReviewRow
from catalog.services.clock import Clock
from tests.factories import Page
from tests.sheets import album
from tests.syncs import sync_tabs

pytestmark = pytest.mark.django_db

REVIEW = "/catalog/sync/review/"
TAB, QUOTED = "2025 Prog-rock", "2024 Editor's picks"


def add(album: str = "Virus", **facts: Any) -> ReviewRow:
    """Put a row on the list."""
    usual: dict[str, Any] = {
        "code": "other_year", "parameters": {"date": "2021-05-03", "year": 2025}, "is_skipped": False, "tab": TAB,
        "row": 1918, "artist": "Haken", "album": album, "search_text": f"haken {album.lower()}", "digest": "a",
    }  # fmt: skip
    return ReviewRow.objects.create(**(usual | facts))


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("curator", is_staff=True))
    return client


def names(page: Page) -> list[str]:
    return [name.rpartition(" – ")[2] for name in page.texts(".review__name")]


def seen(page: Page) -> str:
    (moment,) = page.values("input[name=seen]", "value")
    return moment


def test_each_part_of_the_list_has_its_number_and_its_rows(client: Client) -> None:
    now = Clock().now()
    add("Open")
    add("Right", acknowledged_at=now, acknowledged_by="curator")
    add("Done", fixed_at=now)
    add("Done too", fixed_at=now, is_skipped=True)
    add("", code="no_album", is_skipped=True, parameters={})
    page = Page(client, REVIEW)
    assert page.texts(".chip") == ["Open 1", "Acknowledged 1", "Fixed 2", "Skipped 1"]
    assert (names(page), names(Page(client, f"{REVIEW}?show=acknowledged"))) == (["Open"], ["Right"])
    assert sorted(names(Page(client, f"{REVIEW}?show=fixed"))) == ["Done", "Done too"]
    assert "an artist but no album" in Page(client, f"{REVIEW}?show=skipped").texts(".review__what")[0]


def test_filters_narrow_the_list_and_count_what_they_would_leave(client: Client) -> None:
    before = Clock().now() - timedelta(days=1)
    add("Virus", row=7, first_seen_at=before)
    add("Fauna", row=6, first_seen_at=before)
    add("Affinity", tab="2016", code="no_spotify_link", parameters={}, row=9)
    page = Page(client, REVIEW)
    assert names(page) == ["Fauna", "Virus", "Affinity"]
    assert [" ".join(each.split()) for each in page.texts("option")] == [
        "All causes", "No Spotify link (1)", "Other year (2)",
        "All tabs", f"{TAB} (2)", "2016 (1)", "As in the sheet", "First seen last",
    ]  # fmt: skip
    for asked, found in {
        "code=other_year": ["Fauna", "Virus"],
        "tab=2016": ["Affinity"],
        "q=HAKEN+fáuna": ["Fauna"],
        "sort=newest": ["Affinity", "Fauna", "Virus"],
        "code=unheard_of": [],
        "show=nonsense&sort=%00&page=x": ["Fauna", "Virus", "Affinity"],
        "q=%00&tab=%00": ["Fauna", "Virus", "Affinity"],
    }.items():
        assert names(Page(client, f"{REVIEW}?{asked}")) == found, asked
    assert "Remove the filters" in Page(client, f"{REVIEW}?code=unheard_of").response.content.decode()


def test_an_empty_list_says_so(client: Client) -> None:
    titles = [
        Page(client, f"{REVIEW}?show={state}").texts(".empty__title")[0] for state in ("open", "fixed", "skipped")
    ]
    assert titles == ["Nothing to review.", "Nothing was fixed lately.", "No row is skipped."]


def test_a_row_has_its_reference_as_the_sheet_writes_it(client: Client) -> None:
    add(tab=QUOTED)
    add(tab=QUOTED, row=None, artist="", album="", code="column_missing", parameters={"column": "Vocal Style"})
    assert Page(client, REVIEW).texts("[data-copy]") == ["'2024 Editor''s picks'", "'2024 Editor''s picks'!A1918"]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://docs.google.com/spreadsheets/d/abc/export?format=xlsx", "https://docs.google.com/spreadsheets/d/abc/edit"),
        ("https://a:b@sheets.example/x.xlsx", "https://sheets.example/x.xlsx"),
        ("file:///srv/sheet.xlsx", None),
        ("javascript:alert(1)//", None),
    ],
)  # fmt: skip
def test_a_row_links_to_the_sheet_for_those_who_may_sync(
    client: Client, staff: Client, settings: Any, address: str, link: str | None
) -> None:
    settings.SYNC = replace(settings.SYNC, sheet_url=address)
    add()
    found = Page(staff, REVIEW).values("a[rel]", "href")
    assert found == [link] * 2 if link else found == []
    assert Page(client, REVIEW).values("a[rel]", "href") == []


HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def test_hostile_names_are_shown_as_they_are(client: Client) -> None:
    add(HOSTILE, tab=HOSTILE, artist=HOSTILE, code="not_a_spotify_album", parameters={"link": HOSTILE})
    page = Page(client, f"{REVIEW}?q=%3Cimg%3E")
    assert page.find("main img") == []
    page = Page(client, REVIEW)
    assert page.find("main img") == []
    assert page.texts("[data-copy]") == [f"'{HOSTILE}'!A1918".replace("\"'", "\"''")]
    (line,) = client.get(f"{REVIEW}?format=text").text.splitlines()
    assert line.endswith(f"· {HOSTILE} – {HOSTILE} · The Spotify link {HOSTILE} isn't an album.")


def test_the_list_is_copied_as_text_as_it_is_filtered(client: Client) -> None:
    add(tab=QUOTED)
    add("Fauna", tab="2016")
    answer = client.get(f"{REVIEW}?format=text&q=virus")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "'2024 Editor''s picks'!A1918 · Haken – Virus · The release date is 2021-05-03, but the tab is for 2025.\n"
    )
    assert client.get(f"{REVIEW}?format=text&q=nothing").text == ""


def test_a_long_list_is_cut_as_text(client: Client) -> None:
    ReviewRow.objects.bulk_create(
        ReviewRow(code="no_spotify_link", is_skipped=False, tab=TAB, row=row, album="A", search_text="a")
        for row in range(1, 1003)
    )
    lines = client.get(f"{REVIEW}?format=text").text.splitlines()
    assert (len(lines), lines[-1]) == (1001, "And 2 more.")


@pytest.mark.postgresql
def test_staff_acknowledges_chosen_rows_and_puts_them_back(staff: Client) -> None:
    chosen, other = add(), add("Fauna")
    page = Page(staff, f"{REVIEW}?sort=newest")
    form = {"row": [chosen.pk, "x", "9" * 30], "acknowledge": "", "seen": seen(page), "sort": "newest"}
    answer = staff.post(REVIEW, form, follow=True)
    assert answer.redirect_chain == [(f"{REVIEW}?sort=newest", 303)]
    assert "1 row acknowledged." in answer.text
    chosen.refresh_from_db()
    assert (chosen.acknowledged_by, chosen.acknowledged_at is None) == ("curator", False)
    assert list(ReviewRow.objects.to_review()) == [other]
    answer = staff.post(REVIEW, {"row": [chosen.pk], "reopen": "", "show": "acknowledged"}, follow=True)
    assert "1 row reopened." in answer.text
    assert ReviewRow.objects.to_review().count() == 2


@pytest.mark.postgresql
def test_staff_acknowledges_all_that_the_filters_show(staff: Client) -> None:
    for number in range(60):
        add(f"Album {number}", tab="2016" if number % 2 else TAB)
    page = Page(staff, f"{REVIEW}?tab=2016")
    answer = staff.post(REVIEW, {"all": "acknowledge", "tab": "2016", "seen": seen(page)}, follow=True)
    assert "30 rows acknowledged." in answer.text
    assert {row.tab for row in ReviewRow.objects.to_review()} == {TAB}


@pytest.mark.postgresql
def test_what_changed_after_the_page_was_read_stays_on_the_list(staff: Client) -> None:
    add()
    page = Page(staff, REVIEW)
    add("Fauna", changed_at=Clock().now().replace(year=2100))
    answer = staff.post(REVIEW, {"all": "acknowledge", "seen": seen(page)}, follow=True)
    assert "1 row acknowledged. 1 row changed meanwhile and stays on the list." in " ".join(answer.text.split())
    assert [row.album for row in ReviewRow.objects.to_review()] == ["Fauna"]


def test_a_form_without_a_choice_says_so(staff: Client) -> None:
    add()
    assert "No row was selected." in staff.post(REVIEW, {"acknowledge": "", "seen": "nonsense"}, follow=True).text
    assert ReviewRow.objects.to_review().count() == 1


def test_a_row_without_an_album_asks_for_nothing(staff: Client) -> None:
    add("", code="no_album", is_skipped=True, row=1)
    assert Page(staff, f"{REVIEW}?show=skipped").find("main button[name]") == []
    add(code="no_artist", is_skipped=True)
    page = Page(staff, f"{REVIEW}?show=skipped")
    assert names(page) == ["Virus", "no album"]
    assert len(page.find("input[name=row]")) == 1
    staff.post(REVIEW, {"all": "acknowledge", "show": "skipped"})
    assert list(ReviewRow.objects.exclude(acknowledged_at=None).values_list("code", flat=True)) == ["no_artist"]


@pytest.mark.parametrize("permission", ["staff", "anyone"])
def test_others_than_staff_read_the_list_without_names_or_buttons(
    client: Client, settings: Any, permission: str
) -> None:
    settings.SYNC = replace(settings.SYNC, permission=permission)
    add("Right", acknowledged_at=Clock().now(), acknowledged_by="curator")
    row = add()
    page = Page(client, f"{REVIEW}?show=acknowledged")
    assert names(page) == ["Right"]
    assert "curator" not in page.response.content.decode()
    assert page.find("main button[name]") == page.find("main input[type=checkbox]") == []
    answer = client.post(REVIEW, {"row": [row.pk], "acknowledge": ""}, follow=True)
    assert "Only staff may acknowledge rows." in answer.text
    assert client.post(REVIEW, {"all": ""}, headers={"accept": "application/json"}).status_code == 403
    assert ReviewRow.objects.to_review().count() == 1


def test_a_form_needs_its_token(staff: Client) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = staff.cookies
    assert client.post(REVIEW, {"all": ""}).status_code == 403


def test_the_page_asks_no_more_for_more_rows(staff: Client) -> None:
    asked: list[int] = []
    for number in (2, 200):
        for each in range(number):
            add(f"Album {each}", tab=f"Tab {each % 5}")
        staff.get(REVIEW)
        with CaptureQueriesContext(connection) as queries:
            staff.get(REVIEW)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_page_of_a_sync_says_how_many_rows_are_open(staff: Client, client: Client, tmp_path: Path) -> None:
    rows = [album(), album(title="Coal", released=album("x")[2])]
    path = tmp_path / "sheet.xlsx"
    sync_tabs(path, {"2021": rows})
    later = sync_tabs(path, {"2021": [*rows, album(title="Malina")]})
    page = Page(staff, f"/catalog/sync/history/{later.pk}/")
    assert page.texts(".failures__reason") != []
    assert "3 rows to review in all" in page.texts("main a")
    assert "3 rows to review in all" not in Page(client, f"/catalog/sync/history/{later.pk}/").texts("main a")
