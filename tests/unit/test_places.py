"""Which countries the free texts of the sheet name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.browse.index.places import countries_of

US, UK, CANADA = "United States", "United Kingdom", "Canada"


@pytest.mark.parametrize(
    ("countries", "texts"),
    [
        (US, "USA; U.S.A.; Austin, TX; Tampa, Florida; Brooklyn, NY; Bay Area, California; Texas (USA); USA (Georgia)"),
        (
            US,
            "Atlanta, Georgia; Georgia, US; Los Angeles, CA; Chicago, IL; Lima, OH; Lebanon, PA; Kansas City",
        ),
        (US, "Austin TX; Philadelphia Pennsylvania; Southern California; New England; Washington, D.C.; CA; CO; LA"),
        (UK, "England; Cardiff, Wales; Glasgow, Scotland; Belfast, N. Ireland; London, UK; London; Wales, UK"),
        (CANADA, "Montreal, Canada; Montreal; Québec; QC; Toronto, CA; London, ON; St. John's, Canada"),
        (CANADA, "Newfoundland and Labrador, Canada"),
        ("Australia", "Tasmania; Perth, WA; Melbourne, VIC; Sydney, NW; Newcastle, NSW; Victoria, Australia"),
        ("Georgia", "Georgia; Tbilisi, Georgia"),
        ("Ireland", "Republic of Ireland; Cork, Ireland; Éire"),
        ("Germany", "Bavaria; Berlin, DE; Munich; Berlin (Germany); Deutschland; Berlin, Germany (once London, UK)"),
        ("Spain", "Catalonia; Granada; Basque Country; Euskal Herria, Spain; A Coruña, Spain"),
        ("Italy", "Tuscany; Rome, Italy; Friûl, Italy"),
        ("Mexico", "México; Monterrey, MX; Baja California"),
        ("Puerto Rico", "Puerto Rico; San Juan, PR"),
        ("Trinidad and Tobago", "Trinidad and Tobago; Port of Spain, Trinidad and Tobago"),
        ("South Korea", "South Korea; Seoul; Korea; Korea, Republic of"),
        ("North Macedonia", "Macedonia; Skopje, North Macedonia"),
        ("Colombia", "Bogotá, CO; Colombia"),
        ("Israel", "Tel-Aviv; Tel Aviv Yafo, Israel"),
        *((name, name) for name in ("Czechia", "Kosovo", "Jersey", "Niger", "Nigeria", "Dominica", "Guinea-Bissau")),
        ("Czechia", "Czech Republic; Prague"),
        ("Turkey", "Türkiye; İstanbul, Türkiye"),
    ],
)
def test_a_place_is_in_its_country_however_it_is_written(countries: str, texts: str) -> None:
    for text in texts.split("; "):
        assert [country.label for country in countries_of(text)] == [countries], text


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("UK / US", [UK, US]),
        ("USA/Canada", [US, CANADA]),
        ("England, US & Germany", [UK, US, "Germany"]),
        ("US - UK", [US, UK]),
        ("Stockholm/Berlin", ["Sweden", "Germany"]),
        ("Thessaloniki, Greece / London, England", ["Greece", UK]),
        ("Sweden, Norway", ["Sweden", "Norway"]),
        ("PA / Norway / Greece", [US, "Norway", "Greece"]),
        ("US / Swiss", [US, "Switzerland"]),
        ("UK / International", [UK]),
        ("OR & AK", [US]),
        ("England and Wales", [UK]),
        ("Norway-Sweden", ["Norway", "Sweden"]),
        ("Bosnia and Herzegovina", ["Bosnia and Herzegovina"]),
    ],
)
def test_several_places_name_each_country_once(text: str, labels: list[str]) -> None:
    assert [country.label for country in countries_of(text)] == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Unites States", [US]),
        ("Minnasota", [US]),
        ("Germnay", ["Germany"]),
        ("Oslo, Norwya", ["Norway"]),
        ("Austrlia", []),
        ("Holand", []),
        ("Irak", []),
    ],
)
def test_a_typo_is_forgiven_where_it_can_mean_one_country_only(text: str, labels: list[str]) -> None:
    assert [country.label for country in countries_of(text)] == labels


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "?", "-", "N/A", "International", "Worldwide", "Multi-national", "In Space", "Unknown", "Europe",
        "South America", "Huntington, VW", "///", ", ,", "()", "(", "\0", "a" * 200, "<script>alert(1)", "and", "🤘",
        ",".join("ab" * 50),
    ],
)  # fmt: skip
def test_what_names_no_place_is_in_no_country(text: str) -> None:
    assert countries_of(text) == ()


@given(st.text(st.sampled_from("UKCA,/&;()[]- andNorwyé\0\u202e"), max_size=60) | st.text(max_size=200))
def test_any_text_names_each_country_once(text: str) -> None:
    found = countries_of(text)
    assert len(found) == len({country.slug for country in found})
