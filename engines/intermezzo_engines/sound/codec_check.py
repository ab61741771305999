"""The figures of the codec on held-out recordings: codes that come back, what an edit touches, quality beside peers."""

from __future__ import annotations

import numpy as np

from intermezzo.core.measure import Context, Figure
from intermezzo_engines.sound.codec import CODES, LEVELS, Codec
from intermezzo_engines.sound.judge import Judge, heard
from intermezzo_engines.sound.lapped import HOP
from intermezzo_engines.sound.likeness import as_ogg, mel_distance_db, snr_db
from intermezzo_engines.sound.recordings import CLASSES, RATE, Recording
from intermezzo_engines.sound.sketches import MOST_CELLS

__all__ = ["figures"]

_MOST = MOST_CELLS * HOP
_RAW_KILOBITS = LEVELS * np.log2(CODES) * RATE / HOP / 1000


def figures(context: Context, codec: Codec, judge: Judge, held_out: list[Recording]) -> list[Figure]:
    """Code, hear and code again all held-out recordings."""
    grids = [codec.encode(r.samples[:_MOST]) for r in held_out]
    copies = [codec.decode(grid) for grid in grids]
    again = [codec.encode(copy) for copy in copies]
    third = [codec.encode(codec.decode(grid)) for grid in again]
    kept, later = (
        100 * float(np.mean(np.concatenate([(a == b).ravel() for a, b in zip(*pair, strict=True)])))
        for pair in ((grids, again), (again, third))
    )
    used = len(np.unique(np.concatenate([grid + CODES * np.arange(LEVELS) for grid in grids])))
    note = f"{len(held_out)} held-out recordings"
    found = [
        Figure("tokens_that_come_back_percent", kept, "obedience", at_least=90.0, note=note),
        Figure("tokens_that_come_back_after_one_pass_percent", later, "obedience", at_least=90.0),
        Figure("codes_used_percent", 100 * used / (LEVELS * CODES), "quality", at_least=80.0, note="of all levels"),
        _outside(codec, grids),
        Figure("kilobits_per_second", _RAW_KILOBITS, "quality", note="without an entropy coder"),
    ]
    found += _beside("codec", held_out, copies)
    for peer in ("OPUS", "VORBIS"):
        context.progress(f"coding with {peer}")
        pairs = [as_ogg(r.samples[:_MOST], peer, _RAW_KILOBITS) for r in held_out]
        rate = float(np.mean([rate for (_, rate), r in zip(pairs, held_out, strict=True) if len(r.samples) >= RATE]))
        found.append(Figure(f"{peer.lower()}_kilobits_per_second", rate, "quality", note="its least or nearest"))
        found += _beside(peer.lower(), held_out, [heard_ for heard_, _ in pairs])
        found.append(_judged(f"{peer.lower()}", judge, held_out, [heard_ for heard_, _ in pairs]))
    real = _judged("real_recordings", judge, held_out, [r.samples for r in held_out])
    coded = _judged("codec", judge, held_out, copies)
    share = 100 * float(coded.value or 0) / max(float(real.value or 0), 1e-9)
    return [*found, real, coded, Figure("judge_on_codec_to_real_percent", share, "quality", at_least=90.0)]


def _beside(name: str, held_out: list[Recording], copies: list[np.ndarray]) -> list[Figure]:
    pairs = [(r.samples[:_MOST], copy) for r, copy in zip(held_out, copies, strict=True)]
    return [
        Figure(f"{name}_snr_db_median", float(np.median([snr_db(*pair) for pair in pairs])), "quality"),
        Figure(f"{name}_mel_distance_db_mean", float(np.mean([mel_distance_db(*pair) for pair in pairs])), "quality"),
    ]


def _judged(name: str, judge: Judge, held_out: list[Recording], sounds: list[np.ndarray]) -> Figure:
    """Return how many of the held-out recordings of ESC-10 the judge hears as what they are, in sounds made of them."""
    asked = [(r.kind, sound) for r, sound in zip(held_out, sounds, strict=True) if r.kind in CLASSES]
    said = heard(judge, [sound for _, sound in asked])
    right = [kind == word for (kind, _), word in zip(asked, said, strict=True)]
    return Figure(f"judge_on_{name}_percent", 100 * float(np.mean(right)), "quality", note=f"{len(asked)} of fold 5")


def _outside(codec: Codec, grids: list[np.ndarray]) -> Figure:
    """Set a code at random in each grid, and count the samples outside one cell on either side that change."""
    random, changed = np.random.default_rng(0), 0
    for grid in grids:
        edited, at = grid.copy(), int(random.integers(len(grid)))
        edited[at, random.integers(LEVELS)] = random.integers(1, CODES)
        apart = codec.decode(grid) != codec.decode(edited)
        apart[max(at - 1, 0) * HOP : (at + 2) * HOP] = False
        changed += int(apart.sum())
    return Figure("samples_outside_the_footprint_that_change", changed, "locality", at_most=0.0)
