"""Figures: how well the rhythm network sets lyrics into time, with them and with them kept back, and what it writes.

Beat accuracy is teacher-forced, as TeleMelody's lyric-to-rhythm model is judged: each syllable is told where the one
before it was, and its likeliest beat is compared with the true one. The network that never saw lyrics had the same
shape, data and budget. How syllables are cut is compared with the syllables of the held-out songs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from intermezzo.core.errors import SourceError
from intermezzo.core.measure import Context, Figure
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.syllables import HOLD, goes_on
from intermezzo_engines.melody.corpus import Tune, tunes
from intermezzo_engines.melody.lyrics import lyrics_of
from intermezzo_engines.melody.rhythm_features import lines_guessed
from intermezzo_engines.melody.rhythm_model import RhythmNet, load_rhythm_net
from intermezzo_engines.melody.rhythm_writer import load_rhythm_writer
from intermezzo_engines.melody.syllabify import LANGUAGES, cut_word
from intermezzo_engines.melody.template import Span, rhythm_of
from intermezzo_engines.melody.train_rhythm import beat_accuracy, song_of

__all__ = ["rhythm_figures"]

_QUICK, _WRITTEN = 8, 20
_LETTERS = "'’"


def rhythm_figures(context: Context) -> list[Figure]:
    """Return the figures."""
    if context.data_dir is None:
        raise SourceError("Held-out songs are needed: name their folder with --data.")
    held = [tune for tune in tunes(context.data_dir) if tune.held_out and tune.language in LANGUAGES]
    held = held[:: max(len(held) // _QUICK, 1)] if context.quick else held
    told, blank = _net("melody_rhythm"), _net("melody_rhythm_blank")
    accuracy = [100 * _accuracy(net, held, keep_back) for net, keep_back in ((told, False), (blank, True))]
    english = [tune for tune in held if tune.language == "en" and tune.melody.metres[0][1] == "4/4"]
    of_english = [100 * _accuracy(net, english, keep_back) for net, keep_back in ((told, False), (blank, True))]
    note = f"{len(held)} held-out songs in English, German and French, all metres"
    figures = [
        Figure("beat_accuracy_percent", accuracy[0], "quality", note=note),
        Figure("beat_accuracy_lyrics_kept_back_percent", accuracy[1], "detail", note="same shape, data and budget"),
        Figure("beat_accuracy_gained_by_lyrics_points", accuracy[0] - accuracy[1], "quality", at_least=6.0),
        Figure(
            "beat_accuracy_gained_english_4_4_points", of_english[0] - of_english[1], "detail",
            note=f"{len(english)} songs, {of_english[0]:.1f} with and {of_english[1]:.1f} without",
        ),
    ]  # fmt: skip
    context.progress("how words are cut")
    for language in LANGUAGES:
        right, same, words = _cut_right([tune for tune in held if tune.language == language], language)
        figures.append(Figure(f"syllables_counted_right_{language}_percent", right, "quality", note=f"{words} words"))
        figures.append(Figure(f"syllables_cut_right_{language}_percent", same, "detail", note="same letters in each"))
    context.progress("written rhythms")
    return figures + _written(held)


def _net(name: str) -> RhythmNet:
    with as_file(files("intermezzo_assets").joinpath("weights", f"{name}.safetensors")) as path:
        return load_rhythm_net(Path(path))


def _accuracy(net: RhythmNet, held: Sequence[Tune], blank: bool) -> float:
    songs = [song for tune in held if (song := song_of(tune.melody, blank)) is not None]
    return beat_accuracy(net, songs)


def _cut_right(held: Sequence[Tune], language: str) -> tuple[float, float, int]:
    """Return in percent how many different words are cut into as many syllables, and into the same, as in the songs."""
    words: dict[str, tuple[str, ...]] = {}
    for tune in held:
        parts: list[str] = []
        for text in tune.melody.lyrics:
            if text in ("", HOLD):
                continue
            parts.append("".join(sign for sign in text if sign.isalpha() or sign in _LETTERS).strip(_LETTERS))
            if not goes_on(text):
                if all(parts):
                    words.setdefault("".join(parts).lower(), tuple(part.lower() for part in parts))
                parts = []
    found = [(tuple(cut.text for cut in cut_word(word, language)), parts) for word, parts in words.items()]
    right = 100 * float(np.mean([len(ours) == len(theirs) for ours, theirs in found])) if found else 0.0
    return right, 100 * float(np.mean([ours == theirs for ours, theirs in found])) if found else 0.0, len(found)


def _written(held: Sequence[Tune]) -> list[Figure]:
    """Return how stress falls in rhythms that the writer makes of held-out English lyrics, beside the true songs."""
    writer = load_rhythm_writer()
    ours: list[float] = []
    true: list[float] = []
    for seed, tune in enumerate([one for one in held if one.language == "en"][:_WRITTEN], 1):
        rows = [row for row in rhythm_of(tune.melody) if row[2]]
        metre = tune.melody.metres[0][1]
        if len(rows) < 16 or metre_of(metre).bar_frames < 960:
            continue
        ends = lines_guessed([row[2] for row in rows])
        text = "".join(
            row[2].removesuffix("-") + ("" if goes_on(row[2]) else "\n" if end else " ")
            for row, end in zip(rows, ends, strict=True)
        )
        lyrics = lyrics_of(text, "en")
        placed = writer.write(lyrics, metre, seed)
        stresses = [syllable.stress for line in lyrics.lines for syllable in line.syllables]
        bars = Bars.of([(0, metre_of(metre))], placed.n_frames, placed.pickup)
        ours.append(_on_beats(placed.rhythm, stresses, bars))
        if len(stresses) == len(rows):
            melody = replace(tune.melody, verses=())
            lines = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
            true.append(_on_beats(rows, stresses, lines))
    note = "share of stressed syllables that lie on a beat, held-out English lyrics"
    return [
        Figure("stress_on_beat_written_percent", 100 * float(np.mean(ours)) if ours else None, "quality", note=note),
        Figure("stress_on_beat_true_percent", 100 * float(np.mean(true)) if true else None, "detail"),
    ]


def _on_beats(rows: Sequence[Span], stresses: Sequence[int], bars: Bars) -> float:
    found = [bars.weight(row[0]) > 0 for row, stress in zip(rows, stresses, strict=True) if stress == 1]
    return float(np.mean(found)) if found else 1.0
