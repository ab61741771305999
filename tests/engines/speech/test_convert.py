"""The converter with its shipped weights: complete sketches, the same from the same seed, and local re-sampling."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from intermezzo.core.codec import fingerprint
from intermezzo.core.edits import curves, regions, spans
from intermezzo.core.errors import Cancelled, SourceError
from intermezzo.core.layers import Mark, Region
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.convert import MAX_CHARACTERS, SpeechConverter

TEXT = "The quick brown fox, it jumps over 3 lazy dogs. Why not? Because $5 isn't enough."


class QuietJob:
    """A job that keeps nothing; `limit` calls of progress are allowed before the person gives up."""

    def __init__(self, limit: int = 10**9) -> None:
        self.told: list[float] = []
        self.pieces: list[Sketch] = []
        self._limit = limit
        self.cache = self

    def get(self, key: str) -> None:
        return None

    def put(self, key: str, array: object) -> None:
        return None

    def progress(self, fraction: float, what: str = "") -> None:
        self.told.append(fraction)
        if len(self.told) > self._limit:
            raise Cancelled("stopped")

    def partial(self, piece: Sketch) -> None:
        self.pieces.append(piece)


torch.set_num_threads(1)  # as the engine host does: these networks are too small for two
CONVERTER = SpeechConverter()
CONVERTER.load("cpu")


def convert(text: str = TEXT, seed: int = 1, **params: float | str) -> Sketch:
    return CONVERTER.convert(Text(text), params, seed=seed, job=QuietJob())


def forget() -> None:
    """Let the converter predict everything anew, as after a start."""
    CONVERTER.load("cpu")


def digest(sketch: Sketch) -> str:
    return fingerprint(sketch)


@pytest.fixture(scope="module")
def sketch() -> Sketch:
    return convert()


def test_a_sketch_is_complete_and_in_range(sketch: Sketch) -> None:
    assert sketch.words.labels[:4] == ("The", "quick", "brown", "fox,")
    assert "$5" in sketch.words.labels
    for name in ("pitch", "energy"):
        spec, values = sketch.layers[name].spec, sketch.layers[name].values
        assert values[values != 0].min() >= spec.low
        assert values.max() <= spec.high
        assert (sketch.layers[name].doubt > 0).all()
    voiced = sketch.pitch.values > 0
    assert 0.3 < voiced.mean() < 0.95
    assert np.ptp(sketch.envelope.values) > 40
    assert (sketch.breath.values[~voiced] == 0).all()


def test_phones_cover_the_time_axis_and_words_hold_their_phones(sketch: Sketch) -> None:
    phones, words = sketch.phones, sketch.words
    assert phones.starts[0] == 0
    assert phones.stops[-1] == sketch.n_frames
    assert (phones.starts[1:] == phones.stops[:-1]).all()
    assert set(words.starts) <= set(phones.starts)
    assert set(words.stops) <= set(phones.stops)
    assert phones.labels[0] == phones.labels[-1] == "·"
    assert ((phones.score >= 0) & (phones.score <= 1)).all()


def test_words_know_their_place_in_the_source(sketch: Sketch) -> None:
    for label, (start, end) in zip(sketch.words.labels, sketch.words.source, strict=True):
        assert label.startswith(TEXT[start:end])


def test_the_same_seed_gives_the_same_sketch_and_another_seed_another_take(sketch: Sketch) -> None:
    assert digest(convert()) == digest(sketch)
    forget()
    assert digest(convert()) == digest(sketch)
    other = convert(seed=2)
    assert other.words.labels == sketch.words.labels
    assert digest(other) != digest(sketch)


def test_a_new_process_gives_the_same_bits(sketch: Sketch) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_convert as t; "
        "print(t.digest(t.convert()))"
    )  # fmt: skip
    folder = str(Path(__file__).parent)
    run = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True, timeout=100)
    assert run.stdout.split()[-1] == digest(sketch)


@pytest.mark.parametrize("threads", [2, 4])
def test_the_number_of_threads_changes_no_bit_and_is_left_as_it_was(sketch: Sketch, threads: int) -> None:
    forget()
    torch.set_num_threads(threads)
    try:
        assert digest(convert()) == digest(sketch)
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(1)


def test_takes_differ_in_melody_by_an_audible_amount_and_not_wildly() -> None:
    def mean_pitch(seed: int) -> np.ndarray:
        take = convert("We came around the point.", seed=seed)
        rows = zip(take.phones.starts, take.phones.stops, take.phones.labels, strict=True)
        pitch = np.log2(np.maximum(take.pitch.values, 50))
        return np.array([pitch[a:b].mean() for a, b, label in rows if label != "·"])

    takes = [1200 * mean_pitch(seed) for seed in range(4)]
    distances = [np.abs(a - b).mean() for k, a in enumerate(takes) for b in takes[:k]]
    assert min(distances) > 10
    assert max(distances) < 700


def test_speed_pitch_and_voice_do_what_they_say(sketch: Sketch) -> None:
    assert convert(speed=2.0).duration_s == pytest.approx(sketch.duration_s / 2, rel=0.1)
    plain, raised = (convert(expression=0.0, pitch_st=st).pitch.values for st in (0.0, 5.0))
    both = (plain > 0) & (raised > 0)
    assert np.median(12 * np.log2(raised[both] / plain[both])) == pytest.approx(5.0, abs=0.1)
    assert digest(convert(voice="cathy")) != digest(sketch)


def test_the_voice_decides_which_language_a_text_is_in() -> None:
    assert convert("Am 3. Mai.", voice="kerstin").words.labels == ("Am", "3. Mai.")
    assert "ʁ" in convert("Am 3. Mai.", voice="kerstin").phones.labels
    assert "ʁ" not in convert("Am 3. Mai.", voice="ljs").phones.labels


def test_formant_shift_moves_the_envelope_and_leaves_the_melody() -> None:
    plain, shifted = convert(expression=0.0), convert(expression=0.0, formant_st=-4.0)
    assert (plain.pitch.values == shifted.pitch.values).all()
    bands = np.arange(60)
    amplitude = [np.exp(s.envelope.values[:, :60].mean(0) / 20) for s in (plain, shifted)]
    centre = [float((a * bands).sum() / a.sum()) for a in amplitude]
    assert centre[1] < centre[0]


@pytest.mark.parametrize(("text", "words"), [("", "nothing to say"), ("😀", "nothing to say"), ("привет", "Cyrillic")])
def test_what_cannot_be_said_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        convert(text)


def test_a_megabyte_is_refused_at_once_and_names_the_limit() -> None:
    started = time.process_time()
    with pytest.raises(SourceError, match=f"{MAX_CHARACTERS:,}"):
        convert("word " * 200_000)
    assert time.process_time() - started < 0.5


def test_sound_is_no_source() -> None:
    with pytest.raises(SourceError, match="text"):
        CONVERTER.convert(Audio(np.zeros((1, 10), np.float32), 24_000), {}, seed=1, job=QuietJob())


def test_a_page_can_be_cancelled_between_phrases_and_progress_never_falls() -> None:
    job = QuietJob(limit=3)
    with pytest.raises(Cancelled):
        CONVERTER.convert(Text("One more sentence. " * 50), {}, seed=1, job=job)
    assert job.told == sorted(job.told)


def sentence(made: Sketch, first: str, last: str) -> dict[str, np.ndarray]:
    """Return phones and values from one word to another."""
    labels = made.words.labels
    at = slice(int(made.words.starts[labels.index(first)]), int(made.words.stops[labels.index(last)]))
    phones = made.phones.inside(at.start, at.stop)
    found = {"phones": np.array(made.phones.labels[phones]), "lengths": made.phones.durations_s[phones]}
    layers = ("pitch", "energy", "envelope", "breath")
    return found | {name: made.layers[name].values[at] for name in layers}


@pytest.mark.parametrize(
    "text",
    [
        "It rained. Why not today? Because $5 isn't enough.",
        "The quick brown fox, it jumps over 3 lazy dogs. Now what? Why not today? Because $5 isn't enough.",
        "Because $5 isn't enough. The quick brown dog. Why not today?",
    ],
)
def test_sentences_that_stay_are_the_same_to_the_bit_wherever_they_move(text: str) -> None:
    before = convert("The quick brown fox, it jumps over 3 lazy dogs. Why not today? Because $5 isn't enough.")
    for again in (convert(text), forget() or convert(text)):
        for first, last in (("Why", "today?"), ("Because", "enough.")):
            old, new = sentence(before, first, last), sentence(again, first, last)
            assert all(np.array_equal(old[name], new[name]) for name in old)
    assert [text[a:b] for a, b in again.words.source.tolist()] == [w.strip(".?,") for w in again.words.labels]


def test_a_sentence_that_is_said_twice_is_read_in_two_ways() -> None:
    twice = convert("Well, well. Well, well.")
    half = twice.words.count // 2
    first, second = int(twice.words.stops[half - 1]), int(twice.words.starts[half])
    n = min(first - int(twice.words.starts[0]), int(twice.words.stops[-1]) - second)
    start = int(twice.words.starts[0])
    assert not np.array_equal(twice.energy.values[start : start + n], twice.energy.values[second : second + n])


def test_converting_costs_little(sketch: Sketch) -> None:
    forget()
    started = time.process_time()
    made = convert(seed=3)
    assert (time.process_time() - started) / made.duration_s < 0.06  # 0.005 to 0.015 on an idle core


def resample(sketch: Sketch, start: int, stop: int, seed: int = 7) -> Sketch:
    return CONVERTER.resample(sketch, start, stop, {"voice": "ljs"}, seed=seed, job=QuietJob())


def test_resampling_changes_the_stretch_and_nothing_else(sketch: Sketch) -> None:
    again = resample(sketch, 100, 180)
    assert digest(again) == digest(resample(sketch, 100, 180))
    assert not np.array_equal(again.energy.values[100:180], sketch.energy.values[100:180])
    for name in ("pitch", "energy"):
        for part in ("values", "base", "origin", "doubt"):
            old, new = (getattr(s.layers[name], part) for s in (sketch, again))
            assert np.array_equal(np.delete(old, slice(100, 180)), np.delete(new, slice(100, 180)))
    for name in ("envelope", "breath"):
        old, new = (s.layers[name].values for s in (sketch, again))
        assert np.array_equal(np.delete(old, slice(100, 180), 0), np.delete(new, slice(100, 180), 0))
    assert again.phones is sketch.phones
    assert again.words is sketch.words


def test_resampling_keeps_what_a_hand_drew_or_locked(sketch: Sketch) -> None:
    drawn = curves.draw(sketch, "pitch", ((110, 60.0), (120, 64.0)), fill=True)
    locked = regions.lock(drawn, ["energy", "envelope"], Region(130, 150))
    again = resample(locked, 100, 180)
    edited = (drawn.pitch.origin & Mark.EDITED) != 0
    assert edited[110:121].all()
    assert np.array_equal(again.pitch.values[edited], drawn.pitch.values[edited])
    assert np.array_equal(again.energy.values[130:150], sketch.energy.values[130:150])
    assert np.array_equal(again.envelope.values[130:150], sketch.envelope.values[130:150])


def test_what_is_predicted_in_a_recording_has_its_range_and_the_rest_has_none(sketch: Sketch) -> None:
    recorded = sketch.with_layer(replace(sketch.pitch, doubt=None))
    again = resample(recorded, 100, 180).pitch
    assert np.array_equal(again.doubt[100:180], resample(sketch, 100, 180).pitch.doubt[100:180])
    assert again.doubt[100:180].any() and not np.delete(again.doubt, slice(100, 180)).any()


def test_a_new_symbol_gets_the_colour_of_its_sound(sketch: Sketch) -> None:
    index = sketch.phones.labels.index("ˈɑ")  # in "fox": an open vowel becomes a hiss
    changed = spans.relabel(sketch, "phones", index, "s")
    start, stop = int(changed.phones.starts[index]), int(changed.phones.stops[index])
    again = resample(changed, start, stop)
    middle = slice(start + 3, stop - 3)
    assert (again.pitch.values[middle] > 0).mean() < 0.5
    tilt = [s.envelope.values[middle, 70:].mean() - s.envelope.values[middle, :30].mean() for s in (sketch, again)]
    assert tilt[1] > tilt[0] + 10


def test_sounds_without_a_name_are_not_guessed(sketch: Sketch) -> None:
    nameless = spans.relabel(sketch, "phones", 3, "?")
    with pytest.raises(SourceError, match="name"):
        resample(nameless, 0, 60)


def test_an_empty_stretch_changes_nothing(sketch: Sketch) -> None:
    assert resample(sketch, 50, 50) is sketch


def test_what_is_done_is_handed_over_and_the_pieces_joined_are_the_whole() -> None:
    job = QuietJob()
    text = "One is here. " * 9
    whole = CONVERTER.convert(Text(text), {}, seed=3, job=job)
    assert [piece.words.count for piece in job.pieces] == [3, 3, 6, 12, 3]  # soon, then twice as much each time
    joined = job.pieces[0]
    for piece in job.pieces[1:]:
        joined = joined.joined(piece)
    assert digest(joined) == digest(whole)
    assert len(set(whole.phones.ids.tolist())) == whole.phones.count


def test_own_pronunciations_change_their_word_alone_and_are_part_of_the_sketch() -> None:
    text = "Nguyen told us."
    plain, own = convert(text), convert(text, dictionary="Nguyen\ten\twin\n")
    assert own.words.labels == plain.words.labels
    assert (
        own.phones.labels[1:4] == ("w", "ˈɪ", "n")
        and own.phones.labels[4:] == plain.phones.labels[-len(own.phones.labels[4:]) :]
    )
    assert own.made.params["dictionary"] == "Nguyen\ten\twin\n"


def test_a_word_that_is_typed_anew_is_said_as_the_dictionary_has_it() -> None:
    sketch = convert("She told us.")
    start, stop = int(sketch.words.starts[0]), int(sketch.words.stops[0])
    params = {"dictionary": "Nguyen\ten\twin\n"}
    changed = CONVERTER.reword(sketch, start, stop, Text("Nguyen"), params, seed=1, job=QuietJob())
    assert changed.phones.labels[1:4] == ("w", "ˈɪ", "n")
