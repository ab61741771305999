"""The page of local models: which checkpoints lie on this computer, which engine takes each, and why others do not."""

from intermezzo.ui.models.room import ModelsRoom

__all__ = ["ModelsRoom"]
