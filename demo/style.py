"""Genres, vocal styles, lengths and places of the invented albums."""

from random import Random

METAL_GENRES = (
    "Prog-metal", "Prog-metal, Djent", "Prog-metal, Death metal", "Prog-metal, Post-metal",
    "Prog-metal, Power metal", "Technical Death metal", "Atmospheric Black metal", "Post-metal, Sludge metal",
    "Prog-metal, Symphonic metal", "Blackgaze, Post-rock", "Avant-Garde metal", "Djent, Progressive Metal",
    "Doom metal, Stoner metal", "Mathcore", "Prog-metal, Thrash metal", "Melodic Death metal",
    "Death Doom metal", "Progressive Metal", "Metalcore, Djent", "Prog-metal, Avant-Garde metal, Jazz Fusion",
    "Dissonant Death metal", "Post-metal", "Prog-metal, Alt-metal", "Atmospheric Black metal, Folk metal",
    "Experimental metal, Industrial metal", "Prog metal, Fusion", "Black metal",
    "Prog-metal, Melodic Death metal, Folk metal", "Instrumental metal, Djent", "Gothic metal, Doom metal",
)  # fmt: skip
ROCK_GENRES = (
    "Prog-rock", "Prog-rock, Art rock", "Neo-Prog", "Symphonic Prog", "Post-rock", "Math rock",
    "Psychedelic rock", "Progressive Rock", "Jazz Fusion", "Canterbury scene, Jazz rock",
    "Krautrock, Space rock", "Art rock, Alt-rock", "Post-rock, Ambient", "Prog-rock, Psychedelic rock",
    "Zeuhl, Avant-prog", "Folk rock, Prog-rock", "Chamber rock", "Prog-rock, Jazz Fusion",
    "Shoegaze, Dream pop", "Alt-rock, Post-Hardcore", "Space rock", "Math rock, Midwest emo",
    "Neo-Prog, Art rock", "Crossover Prog", "Heavy Psych, Stoner rock", "Electronic, Prog-rock",
    "Eclectic Prog", "Post-rock, Math rock", "Indie rock, Art Pop", "Prog rock, Folk",
)  # fmt: skip
VOCALS = {
    "metal": "Mixed " * 30 + "Harsh " * 25 + "Clean " * 23 + "Instrumental " * 17 + "Instru./Harsh Instru./Mixed",
    "rock": "Clean " * 62 + "Instrumental " * 30 + "Mixed " * 4 + "Instru./Clean " * 3,
}
LENGTHS = "LP " * 84 + "EP " * 12 + "2xLP 2xLP Single 3xLP"
ENGLISH_PLACES = (
    "London, UK", "Manchester, UK", "Bristol, UK", "Leeds, UK", "Glasgow, UK", "Cardiff, UK", "Brighton, UK",
    "Dublin, Ireland", "Tampa, FL", "Austin, TX", "Portland, OR", "Seattle, WA", "Brooklyn, NY", "Chicago, IL",
    "Los Angeles, CA", "Oakland, CA", "Denver, CO", "Boston, MA", "Nashville, TN", "Atlanta, GA",
    "Minneapolis, MN", "Richmond, VA", "Salt Lake City, UT", "Philadelphia, PA", "Asheville, NC", "Ohio",
    "Michigan", "Toronto, Canada", "Vancouver, Canada", "Halifax, Canada", "Melbourne, Australia",
    "Brisbane, Australia", "Perth, Australia", "Hobart, Australia", "Auckland, New Zealand",
    "Cape Town, South Africa", "UK / US", "Sweden/UK", "Australia / Germany", "International",
)  # fmt: skip


def genres(scene: str, random: Random) -> str:
    """Return a genre cell; the plain genre is the most frequent."""
    known = ROCK_GENRES if scene == "rock" else METAL_GENRES
    return known[0] if random.random() < 0.15 else random.choice(known)


def vocals(scene: str, random: Random) -> str:
    """Return a vocal style, weighted as in metal or rock."""
    return random.choice(VOCALS[scene].split())


def length(random: Random) -> str:
    return random.choice(LENGTHS.split())
