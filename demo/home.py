"""Where a demo keeps what must outlive it: its database, its key, and the ports that its covers are served from."""

import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAR_FROM_THE_APP = 10_000, 20_000


@dataclass(frozen=True)
class Home:
    """The folder of the demo on one port; demos on other ports have folders of their own, and so has script/dev."""

    port: int
    name: str = "demo"

    @property
    def folder(self) -> Path:
        """The folder, made if there is none."""
        folder = ROOT / "var" / self.name / str(self.port)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def database(self) -> Path:
        """The file of the demo's own database."""
        return self.folder / "catalogue.sqlite3"

    @property
    def database_url(self) -> str:
        """The address of the demo's own database."""
        return f"sqlite:///{self.database}"

    def has_accounts(self) -> bool:
        """Whether anybody can sign in to the demo."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute("SELECT 1 FROM auth_user").fetchone() is not None

    def secret_key(self) -> str:
        """Return the key of the demo, made at its first start, so that sessions outlive a restart."""
        path = self.folder / "secret-key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text()

    def ports(self) -> tuple[int, int]:
        """Return the ports of the stand-ins; the catalogue holds addresses of covers, so they must not change."""
        path = self.folder / "ports"
        if path.exists():
            google, spotify = path.read_text().split()
            return int(google), int(spotify)
        google, spotify = (self.port + far for far in FAR_FROM_THE_APP)
        return (google, spotify) if spotify < 65_536 else (0, 0)

    def remember_ports(self, google: int, spotify: int) -> None:
        """Keep the ports for the next start."""
        (self.folder / "ports").write_text(f"{google} {spotify}\n")

    def begin_anew(self) -> None:
        """Forget everything."""
        shutil.rmtree(self.folder)
