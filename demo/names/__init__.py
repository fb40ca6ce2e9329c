"""Invented artists, titles, tracks and labels: believable, and always the same for the same seed."""

from demo.names.deck import Deck
from demo.names.english import artists as english_artists
from demo.names.english import title, track
from demo.names.labels import LABELS
from demo.names.world import SCENES, Scene

__all__ = ["LABELS", "SCENES", "Deck", "Scene", "english_artists", "title", "track"]
