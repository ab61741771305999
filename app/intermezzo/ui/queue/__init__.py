"""The render queue in the window: its desk, and the room that shows it."""
