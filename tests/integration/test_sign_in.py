"""Wrong passwords are limited by account and address, by account, and by address, and the answer says for how long."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client, override_settings

from config.environment import Environment

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PASSWORD = "Cafo 2009"
HOME, CAFE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def staff() -> User:
    return User.objects.create_superuser("tosin", "tosin@example.org", PASSWORD)


def sign_in(password: str, address: str = HOME, name: str = "tosin", form: str = "/login/", **headers: str) -> int:
    return answer(password, address, name, form, **headers).status_code


def answer(password: str, address: str = HOME, name: str = "tosin", form: str = "/login/", **headers: str):
    client = Client(REMOTE_ADDR=address)
    return client.post(form, {"username": name, "password": password}, headers=headers)


@pytest.mark.parametrize("form", ["/login/", "/admin/login/"])
def test_twenty_wrong_passwords_lock_the_account_and_say_for_how_long(form: str) -> None:
    answers = [sign_in("wrong", form=form) for _ in range(20)]
    assert answers == [200] * 4 + [429] * 16
    refused = answer(PASSWORD, form=form)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert "15 minutes" in refused.content.decode()
    assert "tosin" in refused.content.decode()
    assert "_auth_user_id" not in refused.client.session


def test_the_lock_ends_by_itself_and_refused_attempts_do_not_prolong_it() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            sign_in("wrong")
        clock.shift(timedelta(minutes=10))
        assert sign_in("wrong") == 429
        assert "5 minutes" in answer(PASSWORD).content.decode()
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(PASSWORD) == 302


def test_who_guesses_from_one_address_locks_nobody_else_out() -> None:
    for _ in range(30):
        sign_in("wrong", CAFE)
    assert sign_in(PASSWORD, CAFE) == 429
    assert sign_in(PASSWORD, HOME) == 302


def test_guessing_from_many_addresses_locks_the_account_but_where_it_is_known() -> None:
    assert sign_in(PASSWORD, HOME) == 302
    for number in range(20):
        sign_in("wrong", f"203.0.113.{number}")
    assert sign_in(PASSWORD, CAFE) == 429
    assert "except from where that account has signed in before" in " ".join(answer("x", CAFE).content.decode().split())
    assert sign_in(PASSWORD, HOME) == 302


def test_an_address_that_tries_many_accounts_is_locked() -> None:
    for number in range(50):
        sign_in("wrong", CAFE, name=f"name {number}")
    refused = answer(PASSWORD, CAFE)
    assert refused.status_code == 429
    assert "your address" in refused.content.decode()
    assert sign_in(PASSWORD, HOME) == 302


def test_names_without_an_account_are_locked_like_all_others() -> None:
    assert [sign_in("wrong", name="nobody") for _ in range(5)] == [200] * 4 + [429]


def test_a_success_forgets_the_failures_before() -> None:
    for _ in range(3):
        for _ in range(4):
            sign_in("wrong")
        assert sign_in(PASSWORD) == 302


def test_all_addresses_of_an_ipv6_network_count_as_one() -> None:
    for number in range(5):
        sign_in("wrong", f"2001:db8:1:2::{number + 1}")
    assert sign_in(PASSWORD, "2001:db8:1:2:ffff::9") == 429
    assert sign_in(PASSWORD, "2001:db8:1:3::1") == 302


def behind(*proxies: str):
    env = Environment({"TRUSTED_PROXIES": ",".join(proxies)})
    return override_settings(TRUSTED_PROXIES=env.networks("TRUSTED_PROXIES"))


def test_behind_a_trusted_proxy_the_client_counts_and_what_clients_invent_does_not() -> None:
    with behind("10.0.0.0/8"):
        for number in range(5):
            sign_in("wrong", "10.0.0.2", **{"X-Forwarded-For": f"1.1.1.{number}, {CAFE}, 10.0.0.9"})
        assert sign_in(PASSWORD, "10.0.0.2", **{"X-Forwarded-For": f"{HOME}, {CAFE}"}) == 429
        assert sign_in(PASSWORD, "10.0.0.2", **{"X-Forwarded-For": f"{CAFE}, {HOME}"}) == 302


def test_without_a_trusted_proxy_the_header_changes_nothing() -> None:
    for number in range(5):
        sign_in("wrong", **{"X-Forwarded-For": f"1.1.1.{number}"})
    assert sign_in(PASSWORD, **{"X-Forwarded-For": "1.1.1.99"}) == 429


def test_a_script_is_told_in_json() -> None:
    for _ in range(5):
        sign_in("wrong")
    refused = answer(PASSWORD, Accept="application/json")
    assert refused.json()["error"]["code"] == "locked_out"
    assert "minutes" in refused.json()["error"]["hint"]
