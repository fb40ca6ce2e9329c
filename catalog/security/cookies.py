"""Cookies that stay within the site's own path."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponse


class _CookieStorage(CookieStorage):
    def _update_cookie(self, encoded_data: Any, response: HttpResponse) -> None:  # noqa: ANN401 - as Django has it
        super()._update_cookie(encoded_data, response)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        if self.cookie_name in response.cookies:
            response.cookies[self.cookie_name]["path"] = settings.SESSION_COOKIE_PATH


class MessageStorage(FallbackStorage):
    """Django's own, whose cookie would be sent to everything on the host."""

    storage_classes = (_CookieStorage, SessionStorage)
