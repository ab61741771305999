"""Pieces: what a conversion has handed over so far, on the side of the host, which keeps their arrays for rendering."""

import pickle

import numpy as np

from intermezzo.core.sketch import Made, Sketch
from intermezzo.jobs.transfer import Arrays, pack

__all__ = ["Pieces", "open_type", "plain_made"]


class Pieces:
    """Packs each piece with the arrays that are new, and remembers the whole; false while there is none.

    ``held`` are the arrays of the host by hash; those of the pieces are added, since the client counts on them.
    """

    def __init__(self, held: Arrays) -> None:
        self._held, self._sent = held, set[str]()
        self._joined: Sketch | None = None

    def __bool__(self) -> bool:
        return self._joined is not None

    def add(self, piece: Sketch) -> tuple[dict[str, bytes], Arrays]:
        """Return the pickles of the piece's layers and the arrays that no piece has brought yet."""
        blobs: dict[str, bytes] = {}
        new: Arrays = {}
        for name, layer in piece.layers.items():
            blobs[name], arrays = pack(layer)
            new.update((key, array) for key, array in arrays.items() if key not in self._sent)
        self._sent.update(new)
        self._held.update(new)
        self._joined = piece if self._joined is None else self._joined.joined(piece)
        return blobs, new

    def are(self, result: Sketch) -> bool:
        """Tell whether the pieces joined are this sketch, element by element."""
        whole = self._joined
        if whole is None or whole.n_frames != result.n_frames or plain_made(whole) != plain_made(result):
            return False
        for name, layer in whole.layers.items():
            document, arrays = layer.parts()
            other, theirs = result.layers[name].parts()
            if document != other or set(arrays) != set(theirs):
                return False
            if not all(mine is theirs[key] or np.array_equal(mine, theirs[key]) for key, mine in arrays.items()):
                return False
        return True


def plain_made(sketch: Sketch) -> bytes:
    """Return how a sketch was made, pickled field by field: its params may be a view, which cannot be pickled."""
    made = sketch.made
    return pickle.dumps(Made(made.engine, made.version, made.seed, dict(made.params)))


def open_type(sketch: Sketch) -> bytes:
    """Return the type of a sketch, pickled, where its engine's type leaves something open; empty where it does not."""
    return pickle.dumps(sketch.type) if sketch.type.open else b""
