"""The words that English names are made of."""

ARTIST_FIRST = (
    "Pale", "Glass", "Iron", "Velvet", "Hollow", "Burning", "Distant", "Silver", "Drowned", "Winter",
    "Electric", "Sunken", "Copper", "Violet", "Feral", "Astral", "Amber", "Silent", "Crooked", "Cobalt",
    "Tallow", "Wandering", "Paper", "Salt", "Midnight", "Fallen", "Granite", "Thunder", "Northern", "Kinetic",
    "Marble", "Saffron", "Ashen", "Celestial", "Radio", "Lucid", "Bitter", "Crimson", "Phantom", "Static",
    "Vesper", "Solar", "Broken", "Emerald", "Ancient", "Fractal", "Tundra", "Gilded", "Molten", "Ivory",
    "Obelisk", "Second", "Hushed", "Mercury", "Shallow", "Tangled", "Harvest",
)  # fmt: skip
ARTIST_SECOND = (
    "Meridian", "Cathedral", "Array", "Parade", "Orchard", "Engine", "Lanterns", "Horizon", "Compass",
    "Embassy", "Harbour", "Machine", "Vesta", "Procession", "Sister", "Parliament", "Almanac", "Theorem",
    "Satellite", "Garden", "Monument", "Rivers", "Pilgrim", "Atlas", "Carousel", "Cascade", "Observatory",
    "Empire", "Wolves", "Signal", "Choir", "Hymnal", "Foundry", "Republic", "Arcade", "Sparrow", "Delta",
    "Equation", "Labyrinth", "Ritual", "Monsoon", "Archive", "Titan", "Colossus", "Symmetry", "Vigil",
    "Assembly", "Lighthouse", "Ceremony", "Tempest", "Thistle", "Kingdom", "Mirage",
)  # fmt: skip
PLURALS = (
    "Lanterns", "Cartographers", "Glaciers", "Sleepers", "Magnolias", "Sparrows", "Satellites", "Tides",
    "Windows", "Architects", "Mirrors", "Embers", "Wolves", "Oceans", "Clocks", "Doors", "Rivers", "Shadows",
    "Ghosts", "Pilgrims", "Mountains", "Herons", "Islands", "Telescopes", "Chandeliers", "Kites", "Antlers",
    "Suns", "Bridges", "Foxes", "Weavers", "Comets", "Thresholds", "Stairwells", "Locusts", "Moths", "Engines",
    "Seasons", "Storms", "Strangers",
)  # fmt: skip
NOUNS = (
    "Archive", "Observatory", "Undertow", "Harbour", "Cathedral", "Horizon", "Garden", "Lighthouse", "Orchard",
    "Machine", "Staircase", "Meridian", "Aqueduct", "Carousel", "Furnace", "Lantern", "Labyrinth", "Wilderness",
    "Pendulum", "Threshold", "Monument", "Estuary", "Corridor", "Compass", "Cartography", "Sanctuary", "Mirror",
    "Avalanche", "Comet", "Reservoir", "Theatre", "Hourglass", "Telescope", "Shoreline", "Signal", "Ocean",
    "Winter", "Skeleton", "Heirloom", "Constellation", "Valley", "Nightfall", "Harvest", "Ritual", "Landslide",
    "Apparition", "Alphabet", "Chandelier", "Causeway", "Planetarium", "Anchor", "Wire", "Mountain", "Atlas",
    "Fever", "Blueprint", "Eclipse", "Garland", "Delta",
)  # fmt: skip
ADJECTIVES = (
    "Pale", "Hollow", "Luminous", "Tidal", "Sunken", "Quiet", "Borrowed", "Weightless", "Perpetual", "Brittle",
    "Feral", "Distant", "Vanishing", "Amber", "Sleepless", "Unfinished", "Radiant", "Frozen", "Invisible",
    "Burning", "Crooked", "Tender", "Ancient", "Electric", "Drowned", "Gilded", "Faultless", "Solemn",
    "Restless", "Boundless", "Scarlet", "Wordless", "Inverted", "Patient", "Half-Lit", "Ultraviolet", "Waning",
    "Hallowed", "Bright", "Imaginary", "Slow", "Severed", "Magnetic", "Nameless", "Clandestine", "Improbable",
    "Recursive", "Trembling", "Buried", "Second",
)  # fmt: skip
ABSTRACTS = (
    "Silence", "Gravity", "Rain", "Memory", "Ash", "Salt", "Echo", "Ruin", "Light", "Descent", "Longing",
    "Dust", "Mercy", "Entropy", "Wonder", "Smoke", "Absence", "Distance", "Thunder", "Sleep", "Grief", "Time",
    "Ivory", "Frost", "Exile", "Static", "Patience", "Iron", "Blossom", "Solitude", "Velocity", "Amber",
    "Devotion", "Oblivion", "Tin", "Honey", "Weather", "Glass", "Parallax", "Hunger",
)  # fmt: skip
RARE = (
    "Penumbra", "Isostasy", "Palimpsest", "Aphelia", "Hiraeth", "Sonder", "Petrichor", "Numen", "Apogee",
    "Catharsis", "Solstice", "Chiaroscuro", "Ephemeris", "Tessera", "Liminal", "Antumbra", "Thanatology",
    "Revenant", "Anhedonia", "Cryosphere", "Zenith", "Katabasis", "Simulacra", "Oneiric", "Lodestar", "Syzygy",
    "Kairos", "Aurora Machine", "Anemone", "Monolith", "Vertigo", "Fathom", "Interregnum", "Afterimage",
    "Obscura", "Perihelion", "Nocturne", "Continuum", "Undertone", "Metanoia", "Pareidolia", "Ouroboros",
    "Terraform", "Heliopause", "Saturnine", "Vespers", "Eventide", "Ossuary", "Rubicon", "Halflife",
    "Lachrymose", "Ultima", "Reverie", "Equinox", "Aeolian", "Sediment", "Polaris", "Diaspora", "Fimbul",
    "Alluvium", "Caldera", "Outlier", "Apnea", "Ionosphere", "Tectonic", "Coriolis", "Sublimation",
    "Hysteresis", "Umbra", "Verdigris", "Wanderlust", "Fugue State", "Cloudbreak", "Littoral", "Archipelago",
    "Phosphene", "Moonmilk", "Thaw", "Ember Days", "Nadir", "Lapis", "Tenebrae", "Vigil", "Orbit Decay",
    "Ley Lines", "Firn", "Isotherm", "Event Horizons", "Parhelion", "Understory",
)  # fmt: skip
DOING = (
    "Mapping", "Crossing", "Leaving", "Tending", "Unmaking", "Remembering", "Drowning", "Circling", "Reading",
    "Mending", "Outliving", "Naming", "Descending", "Waking", "Chasing", "Unwinding", "Haunting", "Dreaming",
    "Weighing", "Closing",
)  # fmt: skip
DO = (
    "Sleep", "Gather", "Burn", "Wander", "Return", "Kneel", "Begin", "Dissolve", "Listen", "Fall", "Meet",
    "Forget", "Breathe", "Drift", "Wait", "Sing",
)  # fmt: skip
DID = ("Remembered", "Took", "Gave Back", "Said", "Became", "Kept", "Forgot", "Left Behind", "Heard", "Promised", "Hid")
NUMBERS = (
    "Three", "Four", "Five", "Seven", "Nine", "Eleven", "Thirteen", "Seventeen", "Twenty", "A Thousand",
    "Forty", "Ten", "Two Hundred", "Twelve", "Last", "Lost",
)  # fmt: skip
