"""A VITS of one's own: lengths to the frame, takes by chance that belongs to the letters, and local sound."""

import json
from pathlib import Path

import numpy as np
import pytest
from pretrained_checkpoints import TEXT, save_vits

from intermezzo import Studio
from intermezzo.check.context import RunnerContext
from intermezzo.check.locality import locality
from intermezzo.check.promises import plurality, windows
from intermezzo.core.edits import spans
from intermezzo.core.errors import ParamError, SourceError
from intermezzo.core.media import Text
from intermezzo.core.sketch import Sketch

ENGINE = "vits"
HOP, REACH = 256, 46


@pytest.fixture(scope="module")
def told(studio: Studio) -> Sketch:
    """Return a sketch of the small voice."""
    return studio.convert(ENGINE, TEXT)


def test_letters_words_and_parts_are_those_of_the_text(told: Sketch) -> None:
    assert "".join(told.letters.labels) == "·hello␣there␣how␣are␣you·i␣am␣fine"
    assert told.words.labels[:3] == ("Hello", "there", "how")
    assert told.letters.source[1].tolist() == [0, 5]
    assert set(told.part.values.tolist()) == {0.0, 1.0}
    assert (told.letters.stops > told.letters.starts).all()


def test_the_model_given_the_same_lengths_and_chance_makes_the_same_sound(studio: Studio, models: Path) -> None:
    import torch
    from transformers import VitsModel

    sketch = studio.convert(ENGINE, "Hello there")
    model = VitsModel.from_pretrained(models / "tiny-vits").eval()
    vocabulary = json.loads((models / "tiny-vits" / "vocab.json").read_text())
    ids = [0, *(n for c in "hello there" for n in (vocabulary[c], 0))]
    lengths = []
    for start, stop in zip(sketch.letters.starts, sketch.letters.stops, strict=True):
        blanks = int(sketch.blank.values[start:stop].sum())
        lengths += [blanks] if start == 0 else [stop - start - blanks, blanks]
    drawn = torch.tensor(lengths, dtype=torch.float32)[None, None]
    model.duration_predictor.register_forward_hook(lambda *_: torch.log(drawn - 0.5))  # ceil(exp(d)) frames
    model.noise_scale = 0.0
    with torch.no_grad():
        own = model(torch.tensor([ids])).waveform[0].numpy()
    ours = studio.render(sketch, params={"variety": 0.0}).samples[0]
    assert ours.shape == own.shape and own.std() > 1e-3
    inside = slice(14 * HOP, -14 * HOP)  # the decoder pads its inner layers at the very ends
    assert np.abs(ours - own)[inside].max() < 1e-4


def test_drawn_lengths_are_obeyed_to_the_frame_and_all_else_keeps_its_sound(studio: Studio, told: Sketch) -> None:
    k = 12
    start, stop = int(told.letters.starts[k]), int(told.letters.stops[k])
    longer = spans.set_lengths(told, {k: stop - start + 9})
    before, after = studio.render(told).samples[0], studio.render(longer).samples[0]
    assert len(after) == longer.n_frames * HOP == len(before) + 9 * HOP
    assert np.array_equal(before[: (start - REACH) * HOP], after[: (start - REACH) * HOP])
    later = (stop + REACH) * HOP
    assert np.abs(before[later:] - after[later + 9 * HOP :]).max() < 1e-4  # the same sound, moved
    assert np.abs(before[: stop * HOP] - after[: stop * HOP]).max() > 1e-3
    shortest = spans.set_lengths(told, dict.fromkeys(range(told.letters.count), 1))
    assert studio.render(shortest).n_samples == told.letters.count * HOP


def test_takes_differ_in_timing_and_sound_and_come_again_from_their_seed(studio: Studio, told: Sketch) -> None:
    manifest = studio.registry.find(ENGINE)
    context = RunnerContext(studio.registry, manifest, device="cpu", data_dir=None, quick=True, tell=lambda _: None)
    figures = plurality(context, manifest, Text("Hello there"), studio.convert(ENGINE, "Hello there"))
    assert all(figure.met for figure in figures)
    other = studio.convert(ENGINE, TEXT, seed=2)
    assert not np.array_equal(other.letters.stops, told.letters.stops)
    calm = [studio.convert(ENGINE, TEXT, seed=seed, params={"timing": 0.0}) for seed in (1, 2)]
    assert np.array_equal(calm[0].letters.stops, calm[1].letters.stops)
    assert not np.array_equal(studio.render(calm[0]).samples, studio.render(calm[1]).samples)
    fast = studio.convert(ENGINE, TEXT, params={"timing": 0.0, "speed": 2.0})
    assert fast.n_frames < 0.75 * calm[0].n_frames


def test_a_stretch_drawn_again_keeps_all_lengths_and_all_other_sound(studio: Studio, told: Sketch) -> None:
    start, stop = int(told.letters.starts[12]), int(told.letters.stops[14])
    again = studio.resample(told, start, stop, seed=5)
    assert again.letters is told.letters
    outside = np.r_[0:start, stop : told.n_frames]
    assert np.array_equal(again.draw.values[outside], told.draw.values[outside])
    before, after = studio.render(told).samples[0], studio.render(again).samples[0]
    changed = np.flatnonzero(before != after) // HOP
    assert start - REACH <= changed[0] <= start and stop <= changed[-1] + 1 <= stop + REACH


def test_promises_of_place_are_kept(studio: Studio, told: Sketch) -> None:
    manifest = studio.registry.find(ENGINE)
    context = RunnerContext(studio.registry, manifest, device="cpu", data_dir=None, quick=True, tell=lambda _: None)
    figures = [*locality(context, manifest, told, 1), *windows(context, manifest, told)]
    assert [figure.value for figure in figures] == [0.0, 0.0]
    with Studio() as another:
        assert np.array_equal(another.render(told).samples, studio.render(told).samples)


def test_speakers_and_the_plain_length_predictor_work_at_the_other_rate(studio: Studio, tmp_path: Path) -> None:
    path = save_vits(
        tmp_path / "many", {"add_blank": False}, sampling_rate=22_050, num_speakers=2, speaker_embedding_size=4,
        use_stochastic_duration_prediction=False,
    )  # fmt: skip
    params = {"checkpoint": str(path)}
    one, two = (studio.convert("vits_22k", "Hello there", params={**params, "speaker": n}) for n in (0, 1))
    assert "".join(one.letters.labels) == "hello␣there"
    sounds = [studio.render(sketch) for sketch in (one, two)]
    assert {sound.sample_rate for sound in sounds} == {22_050}
    assert not np.array_equal(sounds[0].samples[:, :2000], sounds[1].samples[:, :2000])
    with pytest.raises(ParamError, match="2 speakers, counted from 0, so 2 is none"):
        studio.convert("vits_22k", "Hello", params={**params, "speaker": 2})
    with pytest.raises(ParamError, match=r"many cannot be used: it makes 256 samples a frame at 22050 Hz"):
        studio.convert("vits", "Hello", params=params)


def test_other_languages_are_read_by_their_letters_and_what_has_none_is_refused() -> None:
    from intermezzo_engines.pretrained.vits_text import read_letters
    from intermezzo_engines.speech.pronounce import Pronouncer

    pronouncer = Pronouncer()
    vocabulary = {c: n for n, c in enumerate(" äbcdehlruö")}
    german = {"language": "deu", "phonemize": False}
    parts = list(read_letters("Bär! Öl 7", vocabulary, german, pronouncer))
    assert ["".join(part.labels) for part in parts] == ["bär", "öl"]
    assert parts[1].words == [("Öl", 0, 2)] and parts[1].places[0] == (5, 7)
    with pytest.raises(SourceError, match="no letter for anything"):
        list(read_letters("77", vocabulary, german, pronouncer))
    with pytest.raises(SourceError, match="no dictionary"):
        list(read_letters("Bär", vocabulary, {"language": "deu", "phonemize": True}, pronouncer))
    sounds = {c: n for n, c in enumerate(" ˈˌhəloʊwɜːd,")}
    spoken = next(read_letters("Hello, word", sounds, {"language": "en-us"}, pronouncer))
    assert "".join(spoken.labels) == "həlˈoʊ,␣wˈɜːd"
