"""Says where people open the sheet that the setting names, which may be the address of its export."""

import re
from urllib.parse import SplitResult, urlsplit

GOOGLES_SHEET = re.compile(r"/spreadsheets(?:/u/\d{1,3})?(/d/(e/)?[\w-]{1,200})(?:/.*)?")


def page_address(url: str) -> str:
    """Return Google's page of a sheet, or any other web address without its password; empty for a file.

    Google's pages know tabs by numbers that no export names, so a row can't be addressed.
    """
    address = _split(f"https://{url}" if url.startswith("docs.google.com/") else url)
    if address is None or address.scheme not in ("http", "https") or not address.hostname:
        return ""
    sheet = GOOGLES_SHEET.fullmatch(address.path)
    if address.hostname == "docs.google.com" and sheet:
        return f"https://docs.google.com/spreadsheets{sheet[1]}/{'pubhtml' if sheet[2] else 'edit'}"
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
