"""Invented record labels."""

LABELS = (
    "Northlight Records", "Lantern & Loom", "Copper Meridian", "Saltglass", "Odd Metre", "Tall Grass Recordings",
    "Fjordlys", "Kosmodrom Media", "Second Moon", "Paper Planet", "Undertow Music", "Blue Hour", "Ninefold",
    "Halcyon Tapes", "Stary Młyn", "Casa Eclipse", "Aoi Records", "Borealis Sound", "Ironwood", "Self-released",
)  # fmt: skip
