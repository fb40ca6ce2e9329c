"""The commands of the documentation, as tests run them: what a page says between ```sh and ```."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    if re.search(r"^ *```sh$", page.read_text(encoding="utf-8"), re.MULTILINE)
)
BLOCK = re.compile(r"^(?P<indent> *)```sh\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"([A-Z_]+)=('[^']*'|[^\s#]*)(?: +#.*)?")
CRON = re.compile(r"(?:[\d*/,-]+ ){5}(.*)")


@dataclass(frozen=True)
class Block:
    """What is between two fences, without its indentation."""

    text: str

    @property
    def settings(self) -> dict[str, str]:
        """What it sets, if it is a piece of .env and no commands."""
        found = [SETTING.fullmatch(line) for line in self.text.splitlines()]
        return {each[1]: each[2].strip("'") for each in found if each} if all(found) else {}

    @property
    def script(self) -> str:
        """Return it as bash takes it: a line for cron is its command."""
        lines = [CRON.sub(lambda found: found[1].replace(r"\%", "%"), line) for line in self.text.splitlines()]
        return "\n".join(lines)


def blocks(page: Path, title: str = "") -> list[Block]:
    """Return the blocks of a page, or of what is under one of its headings of the second level."""
    text = page.read_text(encoding="utf-8")
    if title:
        text = re.split(r"^## ", text.partition(f"\n## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    found = BLOCK.finditer(text)
    return [Block(re.sub(rf"^{each['indent']}", "", each["text"], flags=re.MULTILINE)) for each in found]
