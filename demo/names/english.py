"""English names, combined from lists of words."""

from collections.abc import Callable, Iterator
from random import Random

from demo.names import words
from demo.names.deck import Deck

PEOPLE = (
    "Alma Whitlock", "Edmund Harrow", "Imogen Thrale", "Callum Ferris", "Rosalind Okafor", "Theo Marchbanks",
    "Priya Venkataraman", "Desmond Achterberg", "Hollis Grange", "Nell Ravenscroft", "Jonah Pell",
    "Mara Ellingham", "Wendell Ashby", "Odette Lindqvist-Shaw", "Silas Corrigan", "Beatrix Vane",
    "Kofi Lanterne", "August Delacroix-Moon", "Ruth Anne Colley", "Ambrose Tate", "Cora Penhallow",
    "Everett Kwan", "Marguerite Sloane", "Tobias Wren",
)  # fmt: skip
SINGLE_NAMES = (
    "Orrery", "Thalweg", "Cinderfall", "Vantablack Choir", "Palisade", "Ostrakon", "Halcyonide", "Mneme",
    "Tessellate", "Aurelian", "Kelpwood", "Selenotrope", "Quartermass", "Anemoi", "Lacuna Coast", "Hypnagog",
    "Eidolon Park", "Corvid State", "Somnograph", "Astrolabe", "Ferrofluid", "Isochron", "Ghostlight",
    "Mare Imbrium", "Gallowglass", "Parallax Kin", "Vellichor", "Umbriel", "Obsidian Tide", "Thrum",
    "Nine Furlongs", "Catenary", "Hexameter", "Sundog", "Wolfram & Ash", "Tidal Lock", "Apsis", "Fathom Line",
    "Cassiopeian", "Murmuration", "Ostinato Country", "Wychwood", "Sablefield", "Rook & Cinder", "Periapt",
    "Threnodist", "Oakmoss", "Lumen Drift", "Zero-Point Orchard", "Barrow Downs", "Noctuary", "Heliograph",
    "Antler King", "Starless Acre", "Silt", "Kestrel & Crown", "Amaranthine", "Low Pressure System",
    "Driftmetal", "Blackletter", "Glasswing", "Cold Harbour", "Phantom Ligament", "Meridian 9", "Ozymand",
    "Helix Garden", "Oort", "Brine", "Sleeping Giants Club", "Fault Line Ballet", "Weathervane",
    "The Quiet Cartographers", "Ursa", "Empty Quarter", "Interval", "Redshift Society", "Firmament", "Gyre",
    "Longshore", "Cartesian Theatre",
)  # fmt: skip


def artists(random: Random) -> Iterator[str]:
    """Yield endless artist names; the first few hundred are unique."""
    single = iter(random.sample(SINGLE_NAMES, len(SINGLE_NAMES)))
    people = iter(random.sample(PEOPLE, len(PEOPLE)))
    first, second = Deck(words.ARTIST_FIRST, random), Deck(words.ARTIST_SECOND, random)
    plural = Deck(words.PLURALS, random)
    while True:
        pair = f"{first.draw()} {second.draw()}"
        kind = random.random()
        if kind < 0.32:
            yield next(single, pair)
        elif kind < 0.40:
            yield next(people, pair)
        elif kind < 0.50:
            yield f"The {first.draw()} {plural.draw()}"
        else:
            yield pair


def title(random: Random) -> Callable[[], str]:
    """Return a generator of album titles that uses every word before it repeats one."""
    adjective, noun = Deck(words.ADJECTIVES, random), Deck(words.NOUNS, random)
    plural, abstract = Deck(words.PLURALS, random), Deck(words.ABSTRACTS, random)
    rare, doing = Deck(words.RARE, random), Deck(words.DOING, random)
    number, does, did = Deck(words.NUMBERS, random), Deck(words.DO, random), Deck(words.DID, random)
    numeral = Deck(("II", "III", "IV", "VII", "Pt. 1", "Pt. 2"), random)
    patterns: Deck[Callable[[], str]] = Deck(
        [
            *[lambda: rare.draw()] * 6,
            *[lambda: f"{adjective.draw()} {noun.draw()}"] * 4,
            *[lambda: f"The {adjective.draw()} {noun.draw()}"] * 3,
            *[lambda: f"{noun.draw()} of {abstract.draw()}"] * 3,
            *[lambda: f"{doing.draw()} the {noun.draw()}"] * 2,
            *[lambda: f"{number.draw()} {plural.draw()}"] * 2,
            lambda: f"{rare.draw()} {numeral.draw()}",
            lambda: f"Where {plural.draw()} {does.draw()}",
            lambda: f"What the {noun.draw()} {did.draw()}",
            lambda: f"A {noun.draw()} Without {plural.draw()}",
            lambda: f"{abstract.draw()} & {abstract.draw()}",
            lambda: f"Elegy for a {adjective.draw()} {noun.draw()}",
            lambda: f"{adjective.draw()} {noun.draw()}, {adjective.draw()} {noun.draw()}",
        ],
        random,
    )
    return lambda: patterns.draw()().replace("A A", "An A").replace("A E", "An E").replace("A O", "An O")


def track(random: Random) -> Callable[[], str]:
    """Return a generator of track names: titles, and sometimes a movement or an interlude."""
    name = title(random)
    movement = Deck(("i. ", "ii. ", "iii. ", "Interlude: ", "Prelude: "), random)
    return lambda: f"{movement.draw()}{name()}" if random.random() < 0.07 else name()
