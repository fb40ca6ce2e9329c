"""What the demo keeps between starts: its database, its secret key and the stand-ins' ports."""

import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT_OFFSETS = 10_000, 20_000


@dataclass(frozen=True)
class Home:
    """One folder per port, and separate ones for script/demo and script/dev."""

    port: int
    name: str = "demo"

    @property
    def folder(self) -> Path:
        """Created on first use."""
        folder = ROOT / "var" / self.name / str(self.port)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def database(self) -> Path:
        return self.folder / "catalogue.sqlite3"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.database}"

    def has_accounts(self) -> bool:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute("SELECT 1 FROM auth_user").fetchone() is not None

    def secret_key(self) -> str:
        """Return the key made at the first start, so that sessions survive a restart."""
        path = self.folder / "secret-key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text()

    def ports(self) -> tuple[int, int]:
        """Return the ports (Google, Spotify), 0 for any. They must not change: the catalogue stores cover URLs."""
        path = self.folder / "ports"
        if path.exists():
            google, spotify = path.read_text().split()
            return int(google), int(spotify)
        google, spotify = (self.port + offset for offset in PORT_OFFSETS)
        return (google, spotify) if spotify < 65_536 else (0, 0)

    def remember_ports(self, google: int, spotify: int) -> None:
        (self.folder / "ports").write_text(f"{google} {spotify}\n")

    def reset(self) -> None:
        shutil.rmtree(self.folder)
