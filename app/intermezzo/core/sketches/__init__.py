"""The sketch types of Intermezzo itself, one file each; plugins declare theirs in their manifest."""

from intermezzo.core.sketches.melody import MELODY, is_tune
from intermezzo.core.sketches.speech import SPEECH

__all__ = ["BUILT_IN", "MELODY", "SPEECH", "is_tune"]

BUILT_IN = {SPEECH.id: SPEECH, MELODY.id: MELODY}
