"""A text is followed through long and unclean recordings, and a text that does not fit is told with its place."""

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Mark
from intermezzo.core.media import Audio
from intermezzo_engines.speech import follow as follow_module
from intermezzo_engines.speech.aligner import CLASSES
from intermezzo_engines.speech.follow import FILLER, SILENCE, follow

TEXT = "The harbour lights were already burning when we came around the point."


def scores_for(frames: list[str]) -> np.ndarray:
    table = np.full((len(frames), len(CLASSES) + 1), -8.0, np.float32)
    for t, name in enumerate(frames):
        table[t, CLASSES.index(name)] = 0.0
    table[:, -1] = table[:, :-1].max(1) - 1.8
    return table


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(threads=1)


@pytest.fixture(scope="module")
def spoken(studio: Studio) -> Audio:
    return studio.run("speech", TEXT, params={"voice": "cathy"})


CAT = ["K"] * 4 + ["AE"] * 6 + ["T"] * 3


def found_of(frames: list[str], words: list) -> list[tuple[int, str, int, int]]:
    return [(p.word, p.phone, p.start, p.end) for p in follow(scores_for(frames), words)]


def test_clear_scores_give_their_boundaries_back() -> None:
    found = follow(scores_for(["SIL"] * 3 + CAT + ["SIL"] * 2), [[("K", "AE1", "T")]])
    assert [(p.phone, p.start, p.end) for p in found] == [
        (SILENCE, 0, 3), ("K", 3, 7), ("AE1", 7, 13), ("T", 13, 16), (SILENCE, 16, 18),
    ]  # fmt: skip
    assert all(p.score == 1.0 for p in found)


def test_what_the_text_does_not_say_goes_to_the_filler() -> None:
    found = found_of(["S"] * 20 + CAT + ["IY"] * 20, [[("K", "AE1", "T")]])
    assert found[0] == (-1, FILLER, 0, 20)
    assert found[-1] == (-1, FILLER, 33, 53)
    assert [p for _, p, _, _ in found[1:-1]] == ["K", "AE1", "T"]


def test_what_is_decided_early_is_what_would_be_found_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    words = [[("K", "AE1", "T")], [("S", "IY1"), ("S", "EH1")], [("AY1",)]] * 8
    frames = (["SIL"] * 4 + CAT + ["S"] * 5 + ["IY"] * 6 + ["AY"] * 5) * 8
    table = scores_for(frames) + rng.normal(0, 1.5, (len(frames), len(CLASSES) + 1)).astype(np.float32)
    whole = follow(table, words)
    monkeypatch.setattr(follow_module, "_DECIDE_EVERY", 16)
    assert follow(table, words) == whole


@pytest.mark.parametrize(("frames", "words"), [(5, [[("K", "AE1", "T")]]), (50, [])])
def test_a_text_that_cannot_fit_is_refused(frames: int, words: list) -> None:
    with pytest.raises(SourceError):
        follow(scores_for(["SIL"] * frames), words)


def test_words_of_a_recording_are_linked_to_its_text(studio: Studio, spoken: Audio) -> None:
    sketch = studio.analyse("speech", spoken, params={"text": TEXT})
    assert sketch.words.labels == tuple(TEXT.split())
    assert [TEXT[a:b] for a, b in sketch.words.source.tolist()] == TEXT.rstrip(".").split()
    assert sketch.words.score.mean() > 0.7
    assert "?" not in sketch.phones.labels
    assert (sketch.phones.origin == Mark.ANALYSED).all()
    assert int(sketch.phones.stops[-1]) == sketch.n_frames
    without = studio.analyse("speech", spoken)
    assert without.words.count == 0
    assert (without.envelope.values == sketch.envelope.values).all()
    assert (without.pitch.values == sketch.pitch.values).all()


def test_noise_and_silence_at_the_edges_move_no_word(studio: Studio, spoken: Audio) -> None:
    rng = np.random.default_rng(1)
    clean = studio.analyse("speech", spoken, params={"text": TEXT})
    tones = 0.1 * np.sin(2 * np.pi * 523 * np.arange(256 * 100) / 24_000)
    hiss = rng.normal(0, 0.03, 256 * 80)
    samples = np.concatenate([tones, np.zeros(256 * 60), spoken.samples[0], hiss]).astype(np.float32)
    sketch = studio.analyse("speech", Audio(np.stack([samples, samples]), 24_000), params={"text": TEXT})
    moved = np.abs(sketch.words.starts - (clean.words.starts + 160))
    assert np.median(moved) <= 1
    assert sketch.phones.labels[0] in ("?", "·")


def test_an_odd_word_is_unsure_and_another_text_is_refused_with_its_place(studio: Studio, spoken: Audio) -> None:
    odd = TEXT.replace("harbour", "elephant")
    sketch = studio.analyse("speech", spoken, params={"text": odd})
    assert int(sketch.words.score.argmin()) == odd.split().index("elephant")
    assert sketch.words.score.min() < 0.4
    with pytest.raises(SourceError, match=r"of .* words find no sound, the first of them “.*” at about 0:0\d"):
        studio.analyse("speech", spoken, params={"text": "She sells sea shells by the sea shore for sure."})
