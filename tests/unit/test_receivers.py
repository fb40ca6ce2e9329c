"""Who is told of syncs: addresses that can be right are taken, others are named without being shown."""

from typing import Any

import pytest

from catalog.conf import NotifySettings, signing_key
from config.watch import receivers

APPRISE = "tgram://123:abc/-100, mailto://u:p@mail.example.org?to=a@b.org,c@d.org\tjson://127.0.0.1:9/x"


def test_addresses_of_apprise_are_separated_by_blanks_or_commas_and_may_have_commas() -> None:
    assert receivers.split(APPRISE) == (
        "tgram://123:abc/-100",
        "mailto://u:p@mail.example.org?to=a@b.org,c@d.org",
        "json://127.0.0.1:9/x",
    )
    assert receivers.split("") == ()


def test_receivers_have_names_that_give_nothing_away_and_stay() -> None:
    urls = receivers.split(APPRISE)
    notify = NotifySettings(webhook_url="https://h.org/TOKEN", emails=("a@b.org",), urls=urls)
    assert notify.channels[:2] == ("webhook", "email")
    assert [name.split()[0] for name in notify.channels[2:]] == ["tgram", "mailto", "json"]
    assert NotifySettings(urls=urls[::-1]).channels == notify.channels[:1:-1]
    assert not [part for part in ("TOKEN", "123", "mail.example") if part in f"{notify!r}{notify.channels}"]
    assert max(map(len, NotifySettings(urls=(f"{'x' * 500}://h",)).channels)) <= 60


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", {"EMAIL_PORT": 25, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}),
        ("submission://u:p%40@m.org", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_HOST_PASSWORD": "p@"}),
        ("smtps://u:p@m.org", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
        ("smtp://m.org:2525?timeout=3", {"EMAIL_PORT": 2525, "EMAIL_TIMEOUT": 3}),
    ],
)
def test_a_mail_server_is_read_from_its_address(url: str, expected: dict[str, Any]) -> None:
    server = receivers.mail_server(url)
    assert {name: server[name] for name in expected} == expected
    assert server["EMAIL_TIMEOUT"]


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        *((receivers.mail_server, url) for url in ("mail.org", "smtp://", "http://m.org", "smtp://m.org:x")),
        *(
            (receivers.web_address, url)
            for url in ("h.org", "ftp://h.org", "https://", "https://u:p@h.org", "http://h:0")
        ),
        *((receivers.email, address) for address in ("ops", "a@", "a b@c.org", "a@b.org\nBcc: c@d.org")),
        *((receivers.apprise_urls, text) for text in ("tgram", "tgram://a b", "ops@example.org")),
        (signing_key, "whsec_not base64!"),
    ],
)
def test_what_cannot_be_right_is_refused(check: Any, wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the environment words it
        check(wrong)
