"""Types the page about servers on a bare Debian, kills what it started, and compares what comes out.

It runs in that machine, as root, with nothing but Python's own library. What it changes in the commands is what a
person would: the address of the repository, the name of the site, and the answers of createsuperuser.
"""

import json
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event, Thread
from typing import Any

from tests.commands import ROOT, blocks

HOW_TO = ROOT / "docs" / "how-to"
SITE = "https://localhost"
SHEET = Path("/srv/sheets/albums.xlsx")
AUTHORITY = Path("/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt")
NAME, PASSWORD = "einar", "Leave a scar"
ACCOUNT = {
    "DJANGO_SUPERUSER_USERNAME": NAME,
    "DJANGO_SUPERUSER_EMAIL": "einar@example.org",
    "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
}
CHANGED = (
    ("git clone URL ", f"git clone {ROOT} "),
    ("albums.example.org", "localhost"),
    ("createsuperuser", "createsuperuser --no-input"),
    # The sheet of this proof; and no time for Spotify, which may be out of reach.
    ("\nEND\n", f"\nGOOGLE_SHEETS_XLSX_URL={SHEET.as_uri()}\nSYNC_ENRICH_SECONDS=0\nEND\n"),
)
WORKERS = ("progmetal-worker@1.service", "progmetal-worker@2.service")
WRITTEN = 3000
"""How many albums a sync has written when its worker is killed."""

UNITS = ("progmetal-web.service", "progmetal-scheduler.service", *WORKERS)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)  # noqa: T201 - the result of this program


def shell(script: str) -> str:
    """Return what a script prints; it ends this program if it fails."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{script}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def type_page(page: str, title: str, chosen: slice = slice(None)) -> None:
    """Type the commands of one part of a page, in one terminal."""
    typed = "cd /srv/progmetal 2>/dev/null || true\n"
    typed += "\n".join(block.script for block in blocks(HOW_TO / page, title)[chosen] if not block.settings)
    for said, meant in CHANGED:
        typed = typed.replace(said, meant)
    environment = " ".join(f"export {name}='{value}';" for name, value in ACCOUNT.items())
    shell(f"{environment}\n{typed}")
    say(f"typed {page}, {title}")


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            sys.exit(f"not within {seconds} s: {condition}")
        time.sleep(0.1)
    return found


def main_pid(unit: str) -> int:
    return int(shell(f"systemctl show --property=MainPID --value {unit}"))


def kill(pid: int) -> None:
    shell(f"kill -9 {pid}")


class Person:
    """Somebody at the site, who trusts Caddy's own certificate."""

    def __init__(self) -> None:
        self._cookies = CookieJar()
        trusted = ssl.create_default_context(cafile=str(AUTHORITY))
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusted), urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def get(self, path: str) -> str:
        return self._send(urllib.request.Request(f"{SITE}{path}", headers={"Accept": "application/json"}))

    def post(self, path: str, **fields: str) -> str:
        token = next(cookie.value or "" for cookie in self._cookies if cookie.name == "csrftoken")
        headers = {"Referer": f"{SITE}/", "X-CSRFToken": token, "Accept": "application/json"}
        form = urllib.parse.urlencode(fields).encode()
        return self._send(urllib.request.Request(f"{SITE}{path}", data=form, headers=headers))

    def can_reach(self) -> bool:
        """Whether Caddy has the certificate of the site, which it makes in the moments after its start."""
        try:
            return bool(self.get("/readyz"))
        except urllib.error.URLError:
            return False

    def sign_in(self) -> None:
        self.get("/login/")
        self.post("/login/", username=NAME, password=PASSWORD, next="/catalog/albums/")

    def status(self) -> dict[str, Any]:
        return json.loads(self.get("/catalog/sync/status/"))

    def press(self) -> int:
        return json.loads(self.post("/catalog/sync/trigger/"))["id"]

    def end_of(self, sync: int) -> str:
        """Return how a sync ended."""
        return until(lambda: (now := self.status())["id"] == sync and now["finished_at"] and now["status"], 600)

    def _send(self, request: urllib.request.Request) -> str:
        with self._opener.open(request, timeout=60) as answer:
            return answer.read().decode()


def database(question: str) -> str:
    return shell(f'runuser -u postgres -- psql --no-align --tuples-only --command="{question}" progmetal')


def worker_is_killed(person: Person) -> None:
    """Press Sync Now, and kill the worker that runs it while it writes albums."""
    until(lambda: person.status()["status"] in ("pending", "running"))  # the scheduler's, which makes up for the last
    scheduled = person.status()["id"]
    person.post("/catalog/sync/cancel/")
    say(f"the scheduler's first sync: {person.end_of(scheduled)} by hand")
    sync = person.press()
    owner = until(lambda: database(f"SELECT owner FROM catalog_syncoperation WHERE id = {sync} AND owner <> ''"))
    unit = next(each for each in WORKERS if main_pid(each) == int(owner.split("/")[2]))
    until(lambda: int(database("SELECT count(*) FROM catalog_album")) >= WRITTEN, 300)
    comes_back(unit)
    expect(person.end_of(sync), "interrupted")


def comes_back(unit: str) -> None:
    """Kill the main process of a unit, and wait until systemd has started another one."""
    before = main_pid(unit)
    kill(before)
    after = until(lambda: (now := main_pid(unit)) not in (0, before) and now)
    say(f"killed {unit}, pid {before}; back as {after}")


def web_process_is_killed(person: Person) -> None:
    """Kill one of the two processes that answer, which gunicorn replaces."""
    before = web_processes()
    expect(len(before), 2)
    kill(before[0])
    until(lambda: len(now := web_processes()) == 2 and before[0] not in now)
    say(f"killed a web process, pid {before[0]}; back as {(set(web_processes()) - set(before)).pop()}")
    person.status()


def web_processes() -> list[int]:
    """Return the processes that answer; the scheduler beside gunicorn is none."""
    parent = main_pid("progmetal-web.service")
    lines = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(line.split()[0]) for line in lines.stdout.splitlines() if "scheduler" not in line]


def restart_goes_unnoticed() -> None:
    """Restart the web processes while people look at the list."""
    answers: Counter[str] = Counter()
    waits: list[float] = []
    is_over = Event()

    def look() -> None:
        person = Person()
        while not is_over.wait(0.1):
            start = time.monotonic()
            try:
                person.get("/catalog/albums/")
                waits.append(time.monotonic() - start)
                answers["answered"] += 1
            except (OSError, urllib.error.URLError) as error:
                answers[repr(error)] += 1

    people = [Thread(target=look) for _ in range(4)]
    for each in people:
        each.start()
    time.sleep(1)
    shell("systemctl restart progmetal-web.service")
    time.sleep(3)
    is_over.set()
    for each in people:
        each.join()
    say(f"restarted progmetal-web.service under load: {dict(answers)}, the longest wait {max(waits):.1f} s")
    expect(set(answers), {"answered"})


def exported(settings: str = "") -> list[str]:
    """Return every album as the export has it, whatever its number."""
    lines = shell(f"cd /srv/progmetal && {settings} runuser -u progmetal -- .venv/bin/python manage.py export_albums")
    return sorted(json.dumps({**json.loads(line), "id": None}, sort_keys=True) for line in lines.splitlines())


def single_process_makes_the_same() -> None:
    """Sync the sheet into a file of SQLite, by one process, and compare."""
    settings = "DATABASE_URL=sqlite:////var/lib/progmetal/single.sqlite3 TASKS_BACKEND=thread"
    # 2: completed, with warnings; the sheet has rows to review
    for arguments in ("migrate --verbosity 0", "import_albums || [ $? = 2 ]"):
        shell(f"cd /srv/progmetal && {settings} runuser -u progmetal -- .venv/bin/python manage.py {arguments}")
    ours, single = exported(), exported(settings)
    expect(len(ours) > 0, wanted=True)
    expect(ours == single, wanted=True)
    say(f"{len(ours):,} albums, each as a single process with SQLite exports it")


def expect(found: object, wanted: object) -> None:
    if found != wanted:
        sys.exit(f"expected {wanted!r}, found {found!r}")


def main() -> None:
    """Prove it, or exit with what failed."""
    type_page("install.md", "On a server")
    until(AUTHORITY.exists)
    person = Person()
    until(person.can_reach)
    person.sign_in()
    worker_is_killed(person)
    comes_back("progmetal-scheduler.service")
    web_process_is_killed(person)
    comes_back("progmetal-web.service")
    sync = person.press()
    expect(person.end_of(sync), "completed")
    say(f"the next sync: completed, {person.status()['total_in_catalog']:,} albums")
    restart_goes_unnoticed()
    single_process_makes_the_same()
    type_page("scale.md", "Add processes", slice(1))
    type_page("back-up.md", "Back up", slice(2, 3))
    type_page("upgrade.md", "", slice(1, 2))
    for unit in (*UNITS, "progmetal-worker@3.service"):
        expect(shell(f"systemctl is-active {unit}"), "active")
    expect(person.end_of(person.press()), "completed")
    say("after the upgrade: all active, and a sync completes")


if __name__ == "__main__":
    main()
