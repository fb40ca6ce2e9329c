"""Chromium, Firefox and WebKit behind one interface, for what must work in all of them."""
