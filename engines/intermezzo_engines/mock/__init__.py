"""mock: an engine without weights that hums a text; the whole studio runs on it, and authors of engines copy it."""
