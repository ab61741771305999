"""Notes for a template: syllables are divided, pitches sampled; whole tunes, or a stretch while the rest stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.media import Melody
from intermezzo_engines.melody.division import Divider, load_divider
from intermezzo_engines.melody.template import Template
from intermezzo_engines.melody.tune_features import features_of
from intermezzo_engines.melody.tune_model import TuneNet, load_tune_net
from intermezzo_engines.melody.tune_sampling import Controls, Job, sample_pitches
from intermezzo_engines.weights import shipped

__all__ = ["Composer", "load_composer"]

_PLAIN = Controls()
_SOFT, _PER_WEIGHT = 72, 6


class Composer:
    """Makes tunes that follow templates; the same seed makes the same tune."""

    def __init__(self, net: TuneNet, divider: Divider) -> None:
        self._net, self._divider = net, divider

    def compose(
        self, template: Template, seed: int, controls: Controls = _PLAIN, melisma: int = 1,
        report: Callable[[float], None] = lambda share: None,
    ) -> Melody:  # fmt: skip
        """Return a tune; see `division.MELISMA` for how melismatic it is, ``report`` hears the share that is done."""
        return self.compose_all([template], [seed], controls, melisma, report)[0]

    def compose_all(
        self, templates: Sequence[Template], seeds: Sequence[int], controls: Controls = _PLAIN, melisma: int = 1,
        report: Callable[[float], None] = lambda share: None,
    ) -> list[Melody]:  # fmt: skip
        """Return a tune for each template, all sampled side by side."""
        drawn = [self._divider.divide(t, seed, melisma) for t, seed in zip(templates, seeds, strict=True)]
        middle = (controls.lowest + controls.highest) / 2
        jobs = [
            Job(features_of(template, *notes, middle), np.full(len(notes[0]), -1, np.int64), seed, controls)
            for template, notes, seed in zip(templates, drawn, seeds, strict=True)
        ]
        return [
            _tune(template, _table(template, *notes[:2], pitches), notes[2])
            for template, notes, pitches in zip(templates, drawn, sample_pitches(self._net, jobs, report), strict=True)
        ]

    def again(
        self, tune: Melody, template: Template, start: int, stop: int, seed: int, controls: Controls = _PLAIN,
        melisma: int = 1, kept: NDArray[np.bool_] | None = None,
    ) -> Melody:  # fmt: skip
        """Return the tune with the notes that begin in frames ``start:stop`` made anew; all others are the same.

        A syllable is divided anew if none of its notes stands; of others the notes that do not stand get new pitches
        where they are. What the template does not sing falls away.

        Args:
            tune: the notes as they are.
            template: what the new notes follow.
            start: first frame of the stretch.
            stop: frame after its last.
            seed: of the new notes.
            controls: how their pitches are chosen.
            melisma: see `division.MELISMA`.
            kept: (notes,) which notes stand also inside the stretch.
        """
        stands = (tune.notes[:, 0] < start) | (tune.notes[:, 0] >= stop)
        if kept is not None:
            stands |= kept
        fresh = self._divider.divide(template, seed, melisma)
        onsets = tune.notes[:, 0].tolist()
        rows = [_row(tune, k, stands=True) for k in np.flatnonzero(stands).tolist()]
        for first, last, _ in template.rhythm:
            own = range(bisect_left(onsets, first), bisect_left(onsets, last))
            if any(stands[k] for k in own):
                rows += [_row(tune, k, stands=False) for k in own if not stands[k]]
            elif start <= first < stop:
                new = range(bisect_left(fresh[0], first), bisect_left(fresh[0], last))
                rows += [(fresh[0][k], fresh[1][k], fresh[2][k], -1, 1) for k in new]
        rows.sort(key=lambda row: row[0])
        starts, stops, texts = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
        standing = np.array([row[3] for row in rows], np.int64)
        table = _table(template, starts, stops, self.pitches(template, starts, stops, texts, standing, seed, controls))
        table[standing >= 0, 3] = [row[4] for row in rows if row[3] >= 0]
        return _tune(template, table, texts)

    def pitches(
        self, template: Template, starts: Sequence[int], stops: Sequence[int], lyrics: Sequence[str],
        standing: NDArray[np.int64], seed: int, controls: Controls = _PLAIN,
    ) -> NDArray[np.int64]:  # fmt: skip
        """Return MIDI pitches (N,) for notes whose places and syllables are known; those that stand (not -1) stay."""
        middle = (controls.lowest + controls.highest) / 2
        job = Job(features_of(template, starts, stops, lyrics, middle), standing, seed, controls)
        return sample_pitches(self._net, [job])[0]


def load_composer() -> Composer:
    """Read the shipped weights.

    Raises:
        PluginError: if they are missing or damaged.
    """
    with shipped("melody_tune") as tune, shipped("melody_division") as division:
        return Composer(load_tune_net(tune), load_divider(division))


def _row(tune: Melody, k: int, stands: bool) -> tuple[int, int, str, int, int]:
    """Return start, stop, syllable, pitch and velocity of a note; pitch -1 where it is wanted."""
    start, stop, pitch, velocity = tune.notes[k].tolist()
    return start, stop, tune.lyrics[k], pitch if stands else -1, velocity


def _table(
    template: Template, starts: Sequence[int], stops: Sequence[int], pitches: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return notes int32 (N, 4), louder on stronger beats."""
    loudness = [_SOFT + _PER_WEIGHT * template.bars.weight(start) for start in starts]
    return (
        np.stack([np.array(starts), np.array(stops), pitches, np.array(loudness)], -1).reshape(-1, 4).astype(np.int32)
    )


def _tune(template: Template, notes: NDArray[np.int32], lyrics: Sequence[str]) -> Melody:
    return Melody(
        notes, tuple(lyrics), template.n_frames, metres=template.metres, chords=template.chords,
        sections=template.sections, keys=tuple((at, key.name) for at, key in template.keys), pickup=template.pickup,
    )  # fmt: skip
