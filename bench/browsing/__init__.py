"""How fast the catalogue is browsed, compared to a view that does next to nothing on the same server."""
