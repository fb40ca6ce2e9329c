"""The demo: the app, an invented sheet and a stand-in for Spotify, on this machine alone. Run it by script/demo.

With ``--dev`` the app runs under Django's own server, with autoreload and DEBUG, and a database of its own: script/dev.

The stand-ins listen on PORT + 10000 (Google) and PORT + 20000 (Spotify). They fail on demand, for instance:
curl -d '[{"kind": "rate_limited", "retry_after": 5, "times": 3}]' http://127.0.0.1:28000/_stand-in/faults
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from typing import get_args

from demo import app
from demo.home import Home
from demo.spotify import Mode
from demo.upstreams import Upstreams

FAREWELLS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WELCOME = """
  progmetal, the demo:  http://127.0.0.1:{port}

  Press Sync Now and watch it read an invented sheet and ask a stand-in for Spotify.
  Everything stays on this machine, in {folder}. Ctrl-C ends it.
"""


DEV_WELCOME = """
  progmetal, for development:  http://127.0.0.1:{port}  (curator / curator may do all)

  A change of the code restarts the app; the stand-ins keep running. Its database is in {folder}. Ctrl-C ends it all.
"""


def main(*, dev: bool) -> None:
    """Run the demo until it is told to end."""
    for number in FAREWELLS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup wants it ignored
            signal.signal(number, leave)
    name = "dev" if dev else "demo"
    home = Home(free_port(os.environ.get("PORT") or "8000", name), name)
    with lasting_upstreams(home, spotify_mode()) as upstreams:
        environment = app.settings(home, upstreams.environment()) | {"DEBUG": "on" if dev else "off"}
        try:
            app.migrate(environment)
            if not home.has_accounts():
                app.add_curator(environment)
        except subprocess.CalledProcessError:
            sys.exit(f"The demo's database cannot be used. Delete {home.folder} and start again.")
        with app.running(environment, home.port, app.RUNSERVER if dev else app.GUNICORN) as child:
            if not app.answers(child, home.port):
                sys.exit("The app did not start; what it said is above.")
            welcome = DEV_WELCOME if dev else WELCOME
            print(welcome.format(port=home.port, folder=os.path.relpath(home.folder)), flush=True)
            sys.exit(f"The app ended by itself with status {child.wait()}; what it said is above.")


def leave(*_: object) -> None:
    """End quietly, and do not be disturbed while ending."""
    for number in FAREWELLS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(0)


def free_port(wanted: str, name: str) -> int:
    """Return the port to serve on, or say how to choose another one."""
    if not wanted.isdecimal() or not 0 < int(wanted) < 65_536:
        sys.exit(f"PORT is {wanted!r}; it must be a number such as 8000.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except OSError as error:
            sys.exit(f"Port {wanted} cannot be used ({error.strerror}). Choose another: PORT=8001 script/{name}")
    return int(wanted)


def spotify_mode() -> Mode:
    """Return the mode of the stand-in for Spotify that DEMO_SPOTIFY_MODE names."""
    wanted = os.environ.get("DEMO_SPOTIFY_MODE") or "extended"
    for mode in get_args(Mode):
        if mode == wanted:
            return mode
    sys.exit(f"DEMO_SPOTIFY_MODE is {wanted!r}; it must be one of {', '.join(get_args(Mode))}.")


def lasting_upstreams(home: Home, mode: Mode) -> Upstreams:
    """Return the stand-ins on their ports of the last time; if those are taken, the demo begins anew on others."""
    try:
        upstreams = Upstreams(ports=home.ports(), mode=mode, lifelike=True)
    except OSError:
        print("The ports of the stand-ins are in use, so the demo begins with an empty catalogue.", flush=True)
        home.begin_anew()
        upstreams = Upstreams(mode=mode, lifelike=True)
    home.remember_ports(upstreams.google.port, upstreams.spotify.port)
    return upstreams


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m demo")
    parser.add_argument("--dev", action="store_true", help="Django's own server, with autoreload and DEBUG")
    main(dev=parser.parse_args().dev)
