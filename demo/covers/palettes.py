"""Palettes of five colours from dark to light, each with an accent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Five colours from the background to the brightest, and an accent."""

    colours: tuple[str, ...]
    accent: str

    @property
    def ground(self) -> str:
        return self.colours[0]

    @property
    def brightest(self) -> str:
        """The colour with the most contrast to the background."""
        return self.colours[-1]

    def inverted(self) -> "Palette":
        """Return the same colours on a light background."""
        return Palette(self.colours[::-1], self.accent)

    def at(self, share: float) -> str:
        """Interpolate between the background (0) and the brightest colour (1)."""
        place = min(max(share, 0.0), 1.0) * (len(self.colours) - 1)
        index = min(int(place), len(self.colours) - 2)
        return mixed(self.colours[index], self.colours[index + 1], place - index)

    def ramp(self, count: int, first: float = 0.0, last: float = 1.0) -> list[str]:
        """Return evenly spaced colours between two positions; see `at`."""
        return [self.at(first + (last - first) * step / max(1, count - 1)) for step in range(count)]


def mixed(one: str, other: str, share: float) -> str:
    """Mix two colours in linear light (gamma 2.2)."""
    channels = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round((a**2.2 * (1 - share) + b**2.2 * share) ** (1 / 2.2)):02x}" for a, b in channels)


def palette(colours: str, accent: str) -> Palette:
    """`colours` is separated by spaces."""
    return Palette(tuple(colours.split()), accent)


PALETTES = (
    palette("#12101f #2f1f4a #7a2f5e #e2725b #f8d9a0", "#ffb454"),
    palette("#07151d #123541 #2c6a73 #7fb5a8 #e9efe0", "#e76f51"),
    palette("#140b0a #3a1512 #8a2a1b #e06b2d #f9d7a1", "#f2b134"),
    palette("#071018 #0d2f3a #14706a #5fd0a0 #e3f7d6", "#c77dff"),
    palette("#080b24 #141d5c #2f45b5 #7ea2f2 #eef1fb", "#ffcf56"),
    palette("#10140c #27331c #55683a #a5a86b #ece6c4", "#d96c3f"),
    palette("#1c0f17 #4a1f38 #9c3f5f #e58e8c #fbe3d4", "#5fb4a2"),
    palette("#1d1712 #4a3626 #96704a #d8b07a #f5e8cf", "#2f7f86"),
    palette("#0d1620 #24445c #5b8ba6 #a9cbd8 #f2f7f5", "#ef6f6c"),
    palette("#0f0a1c #2b1650 #5f2f9c #b07be0 #f3e3fa", "#f7b801"),
    palette("#08181b #0f3f44 #1f8079 #f08a6b #fbe6cd", "#f4c95d"),
    palette("#0c0c0d #2a2a2d #6a6a6e #b9b7b2 #f3f0ea", "#d7263d"),
    palette("#17120a #46330f #94690f #dba834 #f7e9bd", "#3c6e9f"),
    palette("#12060a #3d0d1c #8e1a33 #d8455a #f6cfc2", "#f4e285"),
    palette("#061a24 #0b4a5c #1795a3 #8fd8d2 #f6f4e4", "#ff7f51"),
    palette("#160f24 #3b2a63 #7d5ba6 #f29e8e #fde8d7", "#63d2c6"),
    palette("#0b1a12 #14402c #2f7d4f #a9c76b #f4f3d0", "#f25f5c"),
    palette("#0a0f1f #1f2c4d #4f5d8c #d99a9a #f7e3cf", "#e8c547"),
    palette("#1a0e06 #52280e #a8501c #ecA04b #fbe7bf", "#2a9d8f"),
    palette("#101418 #2d3a43 #5f7480 #c3b299 #f2ead9", "#c8553d"),
    palette("#0c0620 #35105e #8b1e8a #f0567d #ffd6a5", "#4cc9f0"),
    palette("#031b1a #07504a #3a9188 #d7c27a #faf1d2", "#d1495b"),
    palette("#190a1f #511845 #c13358 #ff8b4a #ffe3a8", "#54c6be"),
    palette("#0a1512 #1f3b36 #6b8f71 #d5c4a1 #f6efe0", "#b5446e"),
    palette("#0b0d17 #20264d #5650a8 #9b8ce8 #f0e9ff", "#7cf0c5"),
    palette("#170d0d #43201f #7b4b3a #c99a6e #efe2c6", "#6c9a8b"),
)
