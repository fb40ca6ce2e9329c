"""What the image holds is enough to run: the Dockerfile's commands, on what .dockerignore leaves of the project."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import compose, copy_build_context, stages
from tests.live import App, free_port, until

pytestmark = [pytest.mark.database, pytest.mark.long]


class Root:
    """A folder that stands for the file system of the image."""

    def __init__(self, folder: Path) -> None:
        self.folder, (self._build, self._image) = folder, stages()
        (folder / "data").mkdir()
        copy_build_context(folder / "app")

    def here(self, said: str) -> str:
        """Return what the Dockerfile says, with its paths below the folder and this Python for that of the image."""
        said = said.replace("/opt/venv/bin/python", sys.executable)
        for path in ("/opt/static", "/data"):
            said = said.replace(path, f"{self.folder}{path}")
        return said

    def run(self, command: list[str], **given: str) -> int:
        return self.start(command, **given).wait(300)

    def start(self, command: list[str], **given: str) -> "subprocess.Popen[bytes]":
        program = {"python": [sys.executable], "gunicorn": [sys.executable, "-m", "gunicorn"]}.get(command[0])
        environment = self._environment() | given
        return subprocess.Popen([*(program or command[:1]), *command[1:]], cwd=self.folder / "app", env=environment)

    def collect(self) -> int:
        """Do what the build does after the installation."""
        (said,) = [said for said in self._build.all("RUN") if "collectstatic" in said]
        return self.run(["bash", "-euc", self.here(said)])

    def _environment(self) -> dict[str, str]:
        said = {name: self.here(value) for name, value in self._image.environment().items() if name != "PATH"}
        return {"PATH": os.environ["PATH"], "SECRET_KEY": "only-for-tests", "ENV_FILE": os.devnull, **said}


def test_the_image_collects_migrates_serves_and_says_if_it_is_well(tmp_path: Path) -> None:
    root, image = Root(tmp_path), stages()[-1]
    assert root.collect() == 0
    assert (tmp_path / "opt" / "static" / "staticfiles.json").exists()
    assert root.run(compose()["services"]["migrate"]["command"]) == 0
    assert (tmp_path / "data" / "db.sqlite3").exists()

    port = str(free_port())
    app = App(f"http://127.0.0.1:{port}", root.start(image.command(), PORT=port))
    try:
        until(lambda: root.run(image.health_check(), PORT=port) == 0, 60, pause=0.5)
        page = app.client.get("/catalog/albums/").text
        (stylesheet,) = re.findall(r'href="(\S+/css/site\.\w+\.css)"', page)
        assert app.client.get(stylesheet).ok
    finally:
        app.client.close()
        app.process.terminate()
        assert app.process.wait(60) == 0
    assert root.run(image.health_check(), PORT=port) != 0
