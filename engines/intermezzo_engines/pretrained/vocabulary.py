"""The vocabulary of a phone-based checkpoint: from the labels of a sketch to the ids that the model reads.

The checkpoint's own tokenizer is not used: it needs packages and data that are not ours to install. ARPAbet with and
without stress digits and IPA are understood, which is what checkpoints for English are trained on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intermezzo.core.errors import SketchError
from intermezzo_engines.speech.phones import ARPABET, PAUSE, arpabet_to_label, base_arpabet, label_to_arpabet

__all__ = ["MARKS", "Vocabulary"]

MARKS = (",", ".", "?", "!")
_END = ("<sos/eos>", "<eos>", "</s>")
_NO_STRESS = ("0", "1", "2")


@dataclass(frozen=True)
class Vocabulary:
    """Ids by token."""

    ids: Mapping[str, int]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Vocabulary:
        """Take a vocab.json; raises ValueError if it is none."""
        if not table or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in table.values()):
            raise ValueError("vocab.json is missing or no table of tokens and numbers")
        return cls(dict(table))

    @property
    def english(self) -> tuple[str, ...]:
        """The sounds of English, in ARPAbet, that it has in one form or another."""
        forms = {base: (f"{base}1", f"{base}0", base) for base in ARPABET}
        return tuple(base for base, tries in forms.items() if any(self._found(arpabet_to_label(t)) for t in tries))

    @property
    def end(self) -> int | None:
        """The id that ends a sentence, if the checkpoint has one."""
        return next((self.ids[token] for token in _END if token in self.ids), None)

    def id_of(self, label: str) -> int:
        """Return the id of a label of the sketch: a phone in IPA, a mark, or the pause at the end of a sentence.

        Raises:
            SketchError: if this checkpoint has no such sound.
        """
        if label == PAUSE and self.end is not None:
            return self.end
        token = self._found(label)
        if token is None:
            raise SketchError(f"This checkpoint has no sound for “{label}”. Give it another label.")
        return self.ids[token]

    def has(self, label: str) -> bool:
        """Tell whether a label has an id here."""
        return (label == PAUSE and self.end is not None) or self._found(label) is not None

    def _found(self, label: str) -> str | None:
        if label in self.ids or label in MARKS or label == PAUSE:
            return label if label in self.ids else None
        try:
            arpabet = label_to_arpabet(label)
        except SketchError:
            return None
        base = base_arpabet(arpabet)
        plain = label.lstrip("ˈˌ")
        tries = (arpabet, base, *(base + digit for digit in _NO_STRESS), plain)
        return next((token for token in tries if token in self.ids), None)
