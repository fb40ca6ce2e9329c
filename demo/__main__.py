"""The demo: the app with stand-ins for Google and Spotify, all on this machine. Start it with script/demo.

With ``--dev`` (script/dev) the app runs under Django's runserver with autoreload, DEBUG and a separate database.

The stand-ins listen on PORT + 10000 (Google) and PORT + 20000 (Spotify), and fail on demand:
curl -d '[{"kind": "rate_limited", "retry_after": 5, "times": 3}]' http://127.0.0.1:28000/_stand-in/faults
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from datetime import date
from typing import get_args

from demo import app
from demo.home import Home
from demo.live_sheet import LiveSheet
from demo.spotify import Mode
from demo.upstreams import Upstreams

EXIT_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WELCOME = """
  progmetal demo:  http://127.0.0.1:{port}

  Press Sync Now to import an invented sheet and look up its albums on a stand-in for Spotify.
  Everything stays on this machine, in {folder}. Stop with Ctrl-C.
"""


DEV_WELCOME = """
  progmetal development server:  http://127.0.0.1:{port}  (sign in as curator / curator)

  The app reloads when the code changes; the stand-ins keep running. The database is in {folder}. Stop with Ctrl-C.
"""


def main(*, dev: bool) -> None:
    for number in EXIT_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # stay alive under nohup
            signal.signal(number, leave)
    name = "dev" if dev else "demo"
    home = Home(free_port(os.environ.get("PORT") or "8000", name), name)
    with persistent_upstreams(home, spotify_mode()) as upstreams:
        environment = app.settings(home, upstreams.environment()) | {"DEBUG": "on" if dev else "off"}
        try:
            app.migrate(environment)
            if not dev:
                app.collect_static_files(environment)
            if not home.has_accounts():
                app.add_curator(environment)
        except subprocess.CalledProcessError:
            sys.exit(f"The demo's database can't be used. Delete {home.folder} and start again.")
        with app.running(environment, home.port, app.RUNSERVER if dev else app.GUNICORN) as child:
            if not app.is_up(child, home.port):
                sys.exit("The app did not start; see its output above.")
            welcome = DEV_WELCOME if dev else WELCOME
            print(welcome.format(port=home.port, folder=os.path.relpath(home.folder)), flush=True)
            sys.exit(f"The app exited with status {child.wait()}; see its output above.")


def leave(*_: object) -> None:
    """Exit, and ignore further signals while the stand-ins and the app shut down."""
    for number in EXIT_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(0)


def free_port(wanted: str, name: str) -> int:
    """Return the port as a number, or exit with a hint on how to choose another."""
    if not wanted.isdecimal() or not 0 < int(wanted) < 65_536:
        sys.exit(f"PORT is {wanted!r}; it must be a number between 1 and 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except OSError as error:
            sys.exit(f"Port {wanted} is not available ({error.strerror}). Choose another: PORT=8001 script/{name}")
    return int(wanted)


def spotify_mode() -> Mode:
    wanted = os.environ.get("DEMO_SPOTIFY_MODE") or "extended"
    for mode in get_args(Mode):
        if mode == wanted:
            return mode
    sys.exit(f"DEMO_SPOTIFY_MODE is {wanted!r}; it must be one of {', '.join(get_args(Mode))}.")


def persistent_upstreams(home: Home, mode: Mode) -> Upstreams:
    """Reuse the ports of the last start; if they are taken, start over with new ports and an empty catalogue."""
    try:
        upstreams = edited_upstreams(home, mode, home.ports())
    except OSError:
        print("The stand-ins' ports are in use. Starting on other ports with an empty catalogue.", flush=True)
        home.reset()
        upstreams = edited_upstreams(home, mode, (0, 0))
    home.remember_ports(upstreams.google.port, upstreams.spotify.port)
    return upstreams


def edited_upstreams(home: Home, mode: Mode, ports: tuple[int, int]) -> Upstreams:
    """Return stand-ins whose sheet changes from sync to sync."""
    status = f"http://127.0.0.1:{home.port}/catalog/sync/status/"
    sheet = LiveSheet(home.folder / "edition.json", status, date.today())  # noqa: DTZ011 - the app's own day is UTC's
    return Upstreams(sheet, sheet.albums, ports, mode, lifelike=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m demo")
    parser.add_argument("--dev", action="store_true", help="use runserver, with autoreload and DEBUG")
    main(dev=parser.parse_args().dev)
