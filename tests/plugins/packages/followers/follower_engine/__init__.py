"""An engine that follows edits of tunes by one rule, well or badly as its setting says."""
