"""The alignment search finds the best path, chooses pronunciations, allows pauses, and refuses what cannot fit."""

from itertools import pairwise

import numpy as np
import pytest

from intermezzo.core.errors import SourceError
from intermezzo.core.media import Text
from intermezzo_engines.speech.aligner import CLASSES, load_aligner, log_mel, search
from intermezzo_engines.speech.convert import SpeechConverter
from intermezzo_engines.speech.pronounce import Pronouncer
from intermezzo_engines.speech.render import SpeechRenderer
from intermezzo_engines.speech.text import transcript


def scores_for(frames: list[str]) -> np.ndarray:
    table = np.full((len(frames), len(CLASSES)), -5.0, np.float32)
    for t, name in enumerate(frames):
        table[t, CLASSES.index(name)] = 0.0
    return table


def spans(found: list) -> list[tuple[int, str, int, int]]:
    return [(word.word, p.phone, p.start, p.end) for word in found for p in word.phones]


def test_clear_scores_give_their_boundaries_back_with_stress() -> None:
    frames = ["SIL"] * 3 + ["K"] * 4 + ["AE"] * 6 + ["T"] * 3 + ["SIL"] * 2
    found, score = search(scores_for(frames), [[("K", "AE1", "T")]])
    assert spans(found) == [(-1, "SIL", 0, 3), (0, "K", 3, 7), (0, "AE1", 7, 13), (0, "T", 13, 16), (-1, "SIL", 16, 18)]
    assert score == 0.0


def test_the_spoken_pronunciation_is_chosen() -> None:
    frames = ["DH"] * 3 + ["IY"] * 5
    found, _ = search(scores_for(frames), [[("DH", "AH0"), ("DH", "IY0")]])
    assert [p for _, p, _, _ in spans(found)] == ["DH", "IY0"]


def test_a_pause_between_words_is_found_and_none_is_invented() -> None:
    words = [[("AY1",)], [("S", "IY1")]]
    with_pause = ["AY"] * 4 + ["SIL"] * 5 + ["S"] * 4 + ["IY"] * 4
    assert [w.word for w in search(scores_for(with_pause), words)[0]] == [0, -1, 1]
    without = ["AY"] * 4 + ["S"] * 4 + ["IY"] * 4
    assert [w.word for w in search(scores_for(without), words)[0]] == [0, 1]


def test_spans_cover_every_frame_and_last_two_frames_or_more() -> None:
    rng = np.random.default_rng(0)
    words = [[("HH", "AH0", "L", "OW1")], [("W", "ER1", "L", "D")]]
    found = spans(search(rng.normal(size=(120, len(CLASSES))).astype(np.float32), words)[0])
    assert found[0][2] == 0
    assert found[-1][3] == 120
    assert all(a[3] == b[2] for a, b in pairwise(found))
    assert min(end - start for _, _, start, end in found) >= 2


@pytest.mark.parametrize(("frames", "words"), [(5, [[("K", "AE1", "T")]]), (50, [])])
def test_a_text_that_cannot_fit_is_refused(frames: int, words: list) -> None:
    with pytest.raises(SourceError, match="too short"):
        search(scores_for(["SIL"] * frames), words)


def test_the_shipped_aligner_takes_any_sound_of_any_length() -> None:
    aligner = load_aligner()
    for n in (0, 1, 255, 256, 6000):
        samples = np.zeros(n, np.float32)
        assert log_mel(samples).shape == (n // 256 + 1, 100)
        assert np.isfinite(aligner.scores(samples)).all()


def test_silence_looks_like_silence_to_the_shipped_aligner() -> None:
    noise = np.random.default_rng(0).normal(0, 1e-4, 24_000).astype(np.float32)
    best = load_aligner().scores(noise).argmax(1)
    assert (best == CLASSES.index("SIL")).mean() > 0.8


class QuietJob:
    def __init__(self) -> None:
        self.cache = self

    def get(self, key: str) -> None:
        return None

    def put(self, key: str, array: object) -> None:
        return None

    def progress(self, fraction: float, what: str = "") -> None:
        return None

    def partial(self, piece: object) -> None:
        return None


def test_the_engines_own_speech_is_aligned_to_the_frame() -> None:
    text = "She measured nineteen grams of flour and poured the milk over it."
    converter, renderer, pronouncer = SpeechConverter(), SpeechRenderer(), Pronouncer()
    converter.load("cpu")
    renderer.load("cpu")
    sketch = converter.convert(Text(text), {"voice": "cathy"}, seed=1, job=QuietJob())
    sound = renderer.render(sketch, {}, seed=1, window=None, job=QuietJob()).samples[0]
    found, _ = load_aligner().align(sound, [pronouncer.candidates(word) for word in transcript(text)])
    starts = [p.start for word in found if word.word >= 0 for p in word.phones]
    drawn = [a for a, label in zip(sketch.phones.starts, sketch.phones.labels, strict=True) if label != "·"]
    assert len(starts) == len(drawn)
    assert np.median(np.abs(np.array(starts) - np.array(drawn))) <= 1  # a hop, 10.67 ms
