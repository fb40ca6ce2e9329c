"""A stand-in for Google's export of a public sheet: a redirect, then the workbook, and every way that can fail."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import ClassVar

from demo.faults import COMMON, Effect, with_retry_after
from demo.responses import Request, Response, html_response
from demo.stand_in import StandIn

SHEET_ID = "1prog-metal-demo"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT = "/export/"
FAULTS_OF_THE_FILE = {
    "slow_start", "drip", "stall", "truncated", "reset", "garbage", "empty", "huge", "html",
}  # fmt: skip


def redirect(address: str, status: int = 307) -> Response:
    return replace(html_response("Temporary Redirect", status), headers={"Location": address})


class GoogleStandIn(StandIn):
    """Serves one workbook at a sheet's export address. `workbook` may be replaced at any time, or be made on demand."""

    effects: ClassVar[dict[str, Effect]] = {
        **COMMON,
        "not_found": lambda _, __: html_response("Sorry, the file you have requested does not exist.", 404),
        "forbidden": lambda _, __: html_response("You need access", 403),
        "sign_in": lambda _, __: redirect("/v3/signin/identifier?continue=spreadsheets", 302),
        "redirect_elsewhere": lambda _, __: redirect("http://files.example.org/export/workbook.xlsx"),
        "redirect_loop": lambda _, __: redirect(f"/spreadsheets/d/{SHEET_ID}/export?format=xlsx"),
        "rate_limited": lambda fault, _: with_retry_after(fault, html_response("Too Many Requests", 429)),
        "garbage": lambda _, response: replace(response, body=b"PK\x03\x04" + Random(0).randbytes(50_000)),
        "huge": lambda fault, response: replace(response, endless_bytes=fault.megabytes * 1_000_000),
    }
    settings: ClassVar[tuple[str, ...]] = ("latency", "seconds", "workbook")

    def __init__(
        self,
        workbook: Path | str | bytes | Callable[[], bytes],
        port: int = 0,
        latency: tuple[float, float] = (0.0, 0.0),
        seconds: float = 0.0,
    ) -> None:
        super().__init__(port, latency)
        self.workbook = workbook
        self.seconds = seconds

    @property
    def sheet_url(self) -> str:
        """The value for GOOGLE_SHEETS_XLSX_URL."""
        return f"{self.address}/spreadsheets/d/{SHEET_ID}/export?format=xlsx"

    def default_on(self, kind: str) -> str:
        """Faults of the file apply behind the redirect, all others to the redirect itself."""
        return EXPORT if kind in FAULTS_OF_THE_FILE else "/spreadsheets/"

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/v3/signin/"):
            return html_response("Sign in - Google Accounts")
        if request.path.startswith(EXPORT):
            return self._file()
        if request.path == f"/spreadsheets/d/{SHEET_ID}/export":
            return redirect(f"{self.address}{EXPORT}5g2t0v/{len(self.requests):06d}/{SHEET_ID}?format=xlsx")
        return html_response("Sorry, the file you have requested does not exist.", 404)

    def _file(self) -> Response:
        source = self.workbook() if callable(self.workbook) else self.workbook
        content = source if isinstance(source, bytes) else Path(source).read_bytes()
        name = "attachment; filename=\"Prog.xlsx\"; filename*=UTF-8''Prog%20releases.xlsx"
        headers = {"Content-Disposition": name, "Cache-Control": "private, max-age=0"}
        return Response(200, content, XLSX, headers, spread=self.seconds)
