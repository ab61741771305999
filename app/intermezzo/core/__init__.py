"""Values and rules: media, layers, sketches, projects, pure edits and the plugin door; no Qt, torch or scipy."""
