"""Figures: how well the rhythm network sets lyrics into time, with them and with them kept back, and what it writes.

Beat accuracy is teacher-forced, as TeleMelody's lyric-to-rhythm model is judged: each syllable is told where the one
before it was, and its likeliest beat is compared with the true one. The network that never saw lyrics had the same
shape, data and budget. How syllables are cut is compared with the songs, on words that no training of it saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from intermezzo.core.errors import SourceError
from intermezzo.core.measure import Context, Figure
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.syllables import goes_on
from intermezzo_engines.melody.corpus import Tune, tunes
from intermezzo_engines.melody.line_ends import lines_guessed
from intermezzo_engines.melody.lyrics import lyrics_of
from intermezzo_engines.melody.rhythm_model import RhythmNet, load_rhythm_net
from intermezzo_engines.melody.rhythm_writer import load_rhythm_writer
from intermezzo_engines.melody.syllabify import LANGUAGES, cut_word
from intermezzo_engines.melody.template import Span, rhythm_of
from intermezzo_engines.melody.train_rhythm import beat_accuracy, song_of
from intermezzo_engines.melody.train_syllables import SungWord, is_held_out, sung_words
from intermezzo_engines.weights import shipped

__all__ = ["rhythm_figures"]

_QUICK, _WRITTEN = 8, 40


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
    for language, sung in sung_words(context.data_dir).items():
        right, same, words = _cut_right(sung, language)
        figures.append(Figure(f"syllables_counted_right_{language}_percent", right, "quality", note=f"{words} words"))
        figures.append(Figure(f"syllables_cut_right_{language}_percent", same, "detail", note="same letters in each"))
    context.progress("written rhythms")
    return figures + _written(held)


def _net(name: str) -> RhythmNet:
    with shipped(name) as path:
        return load_rhythm_net(path)


def _accuracy(net: RhythmNet, held: Sequence[Tune], blank: bool) -> float:
    songs = [song for tune in held if (song := song_of(tune.melody, blank)) is not None]
    return beat_accuracy(net, songs)


def _cut_right(words: Mapping[SungWord, int], language: str) -> tuple[float, float, int]:
    """Return in percent of held-out words, as often as they are sung, how many are cut into as many syllables as in the
    songs, and into the same; words that are one syllable there and here do not count."""
    counted = same = total = 0
    for (parts, following), count in words.items():
        word = "".join(parts)
        if is_held_out(word):
            ours = tuple(cut.text for cut in cut_word(word, language, following))
            if len(ours) > 1 or len(parts) > 1:
                total += count
                counted += count * (len(ours) == len(parts))
                same += count * (ours == parts)
    return 100 * counted / max(total, 1), 100 * same / max(total, 1), total


def _written(held: Sequence[Tune]) -> list[Figure]:
    """Return how stress falls in rhythms that the writer makes of held-out lyrics, beside the true songs."""
    writer = load_rhythm_writer()
    ours, true = _Falls(), _Falls()
    for seed, tune in enumerate([one for one in held if one.language in ("en", "de")][:_WRITTEN], 1):
        rows = [row for row in rhythm_of(tune.melody) if row[2]]
        metre = tune.melody.metres[0][1]
        if len(rows) < 16 or metre_of(metre).bar_frames < 960:
            continue
        ends = lines_guessed([row[2] for row in rows], tune.language)
        text = "".join(
            row[2].removesuffix("-") + ("" if goes_on(row[2]) else "\n" if end else " ")
            for row, end in zip(rows, ends, strict=True)
        )
        lyrics = lyrics_of(text, tune.language)
        stresses = [syllable.stress for line in lyrics.lines for syllable in line.syllables]
        if len(stresses) == len(rows):
            placed = writer.write(lyrics, metre, seed)
            ours.add(placed.rhythm, stresses, Bars.of([(0, metre_of(metre))], placed.n_frames, placed.pickup))
            melody = replace(tune.melody, verses=())
            bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
            true.add(rows, stresses, bars)
    note = f"held-out English and German lyrics that we cut as the song does, {len(true.strong)} stressed syllables"
    return [
        Figure(
            "stress_on_strong_beat_percent", ours.strong_percent, "quality", at_least=true.strong_percent,
            note=f"target: the true songs'; {note}",
        ),
        Figure("stress_on_strong_beat_true_percent", true.strong_percent, "detail"),
        Figure("unstressed_on_downbeat_percent", ours.weak_percent, "quality", at_most=true.weak_percent),
        Figure("unstressed_on_downbeat_true_percent", true.weak_percent, "detail"),
    ]  # fmt: skip


class _Falls:
    """Where the syllables of some songs fall: of stressed ones whether on a strong beat, of others on the first."""

    def __init__(self) -> None:
        self.strong: list[bool] = []
        self.weak: list[bool] = []

    def add(self, rows: Sequence[Span], stresses: Sequence[int], bars: Bars) -> None:
        for row, stress in zip(rows, stresses, strict=True):
            if stress == 1:
                self.strong.append(bars.weight(row[0]) >= 2)
            elif stress == 0:
                self.weak.append(bars.weight(row[0]) >= 3)

    @property
    def strong_percent(self) -> float:
        return 100 * float(np.mean(self.strong)) if self.strong else 0.0

    @property
    def weak_percent(self) -> float:
        return 100 * float(np.mean(self.weak)) if self.weak else 0.0
