"""Places as the sheet writes them, and the countries that they are in."""

from catalog.browse.index.places.names import Country
from catalog.browse.index.places.reading import countries_of

__all__ = ("Country", "countries_of")
