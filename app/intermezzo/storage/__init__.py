"""Files: projects, sketches, sound, recovery and settings; whole or not at all."""
