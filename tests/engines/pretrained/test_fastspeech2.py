"""A FastSpeech2Conformer of one's own: what is drawn is what its decoder and its vocoder are given."""

from pathlib import Path

import numpy as np
import pytest
from pretrained_checkpoints import TEXT, save_acoustic, save_vocoder

from intermezzo import Studio
from intermezzo.check.context import RunnerContext
from intermezzo.check.locality import locality
from intermezzo.check.promises import windows
from intermezzo.core import footprint
from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.errors import ParamError, SketchError, SourceError
from intermezzo.core.layers import Region
from intermezzo.core.sketch import Sketch

ENGINE = "fastspeech2"
HOP = 256


@pytest.fixture(scope="module")
def told(studio: Studio) -> Sketch:
    """Return a sketch of the small voice."""
    return studio.convert(ENGINE, TEXT)


def changed_frames(before: np.ndarray, after: np.ndarray) -> tuple[int, int]:
    """Return the first and the last frame + 1 in which two sounds of equal length differ."""
    at = np.flatnonzero(before != after)
    return int(at[0]) // HOP, int(at[-1]) // HOP + 1


def test_the_sketch_is_what_the_model_itself_predicts(models: Path, told: Sketch) -> None:
    import torch
    from transformers import FastSpeech2ConformerWithHifiGan

    from intermezzo_engines.pretrained.checkpoints import Folder
    from intermezzo_engines.pretrained.fastspeech2 import sentences_of
    from intermezzo_engines.pretrained.vocabulary import Vocabulary

    path = models / "tiny-fastspeech"
    model = FastSpeech2ConformerWithHifiGan.from_pretrained(path).eval()
    vocabulary = Vocabulary.of(Folder.read(path).json("vocab.json"))
    phones, sentences = told.phones, list(sentences_of(told.phones))
    assert [phones.labels[s.stop - 1] for s in sentences] == ["·", "·"]
    assert list(told.words.labels[:4]) == ["Hello", "there", "how", "are"]
    for chosen in sentences:
        ids = torch.tensor([[vocabulary.id_of(label) for label in phones.labels[chosen]]])
        with torch.no_grad():
            said = model.model(ids, return_dict=True)
        frames = (phones.stops - phones.starts)[chosen]
        assert np.array_equal(frames, said.duration_outputs[0].numpy())
        start, stop = int(phones.starts[chosen.start]), int(phones.stops[chosen.stop - 1])
        middles = (phones.starts[chosen] + phones.stops[chosen]) // 2
        assert np.allclose(told.pitch.values[middles], said.pitch_outputs[0, :, 0], atol=1e-5)
        assert np.allclose(told.energy.values[middles], said.energy_outputs[0, :, 0], atol=1e-5)
        assert np.allclose(told.mel.values[start:stop] / 20, said.spectrogram[0], atol=1e-4)


def test_the_sound_is_what_the_vocoder_itself_makes_of_the_mel(models: Path, studio: Studio, told: Sketch) -> None:
    import torch
    from transformers import FastSpeech2ConformerWithHifiGan

    vocoder = FastSpeech2ConformerWithHifiGan.from_pretrained(models / "tiny-fastspeech").vocoder.eval()
    with torch.no_grad():
        own = vocoder(torch.from_numpy(told.mel.values / np.float32(20))).numpy()
    ours = studio.render(told).samples[0]
    inside = slice(14 * HOP, -14 * HOP)  # at the very ends the mel goes on here, and stops there
    assert ours.shape == own.shape and own.std() > 0.01
    assert np.abs(ours - own)[inside].max() < 1e-4


def test_drawn_lengths_are_obeyed_to_the_frame(studio: Studio, told: Sketch) -> None:
    n = told.phones.count
    drawn = spans.set_lengths(told, {k: 3 + k % 7 for k in range(n)})
    sound = studio.render(drawn)
    assert sound.samples.shape[1] == HOP * sum(3 + k % 7 for k in range(n))
    one = spans.set_lengths(told, {4: int(told.phones.stops[4] - told.phones.starts[4]) + 20})
    start = int(told.phones.starts[4])
    before, after = studio.render(told).samples[0], studio.render(one).samples[0]
    assert len(after) - len(before) == 20 * HOP
    kept = (start - 26) * HOP
    assert np.array_equal(before[:kept], after[:kept])
    later = int(told.phones.stops[4]) + 26
    assert np.abs(before[later * HOP :] - after[(later + 20) * HOP :]).max() < 1e-5  # the same sound, moved


@pytest.mark.parametrize("layer", ["pitch", "energy"])
def test_a_drawn_value_is_what_the_decoder_is_given(studio: Studio, told: Sketch, layer: str) -> None:
    from intermezzo_engines.pretrained.acoustic import Acoustic
    from intermezzo_engines.pretrained.fastspeech2 import drawn_mel, phones_of, sentences_of
    from intermezzo_engines.pretrained.sketch_types import param_of

    phones, k = told.phones, 5
    start, stop = int(phones.starts[k]), int(phones.stops[k])
    drawn = curves.shift(told, layer, start, start + 1, 0.8 * (stop - start))  # the mean of the phone counts
    before, after = studio.render(told).samples[0], studio.render(drawn).samples[0]
    first, last = changed_frames(before, after)
    assert start - 26 <= first <= start and stop <= last <= stop + 26
    even = curves.shift(told, layer, start, stop, 0.8)
    assert np.abs(studio.render(even).samples[0] - after).max() < 1e-4

    from intermezzo.core.models import model_folder

    acoustic = Acoustic(model_folder(param_of("builtin.pretrained.fastspeech2", "checkpoint"), ""), "cpu")
    sentence = next(s for s in sentences_of(phones) if s.start <= k < s.stop)
    asked = phones_of(even, sentence, drawn=True)
    ids = np.array([acoustic.vocabulary.id_of(label) for label in asked.labels])
    fresh = 20 * acoustic.decode(acoustic.encode(ids, 0, 0), asked.frames, asked.pitch, asked.energy)
    base = int(phones.starts[sentence.start])
    used = drawn_mel(acoustic, even, start, stop, 0, 0, JOB)
    assert np.allclose(used, fresh[start - base : stop - base], atol=1e-4)
    assert np.abs(used - told.mel.values[start:stop]).max() > 0.1


def test_edits_far_apart_do_not_disturb_each_other(studio: Studio, told: Sketch) -> None:
    phones = told.phones
    a, b = (slice(int(phones.starts[k]), int(phones.stops[k])) for k in (1, 14))
    first = curves.shift(told, "pitch", a.start, a.stop, 2.0)
    both = curves.shift(first, "pitch", b.start, b.stop, -2.0)
    assert b.start - a.stop > 60 and phones.labels.index("·") == 15  # in one sentence
    one, two = studio.render(first).samples[0], studio.render(both).samples[0]
    low, high = changed_frames(one, two)
    assert low >= b.start - 26 and high <= b.stop + 26


def test_paint_is_given_to_the_vocoder_and_heard_in_its_reach(studio: Studio, told: Sketch) -> None:
    painted = matrices.add(told, "mel", 100, 20, np.full((10, 30), 12.0, np.float32))
    low, high = changed_frames(studio.render(told).samples[0], studio.render(painted).samples[0])
    assert 86 <= low <= 100 and 110 <= high <= 124


def test_locked_cells_sound_as_they_did_whatever_is_drawn(studio: Studio, told: Sketch) -> None:
    start, stop = int(told.phones.starts[5]), int(told.phones.stops[5])
    locked = regions.lock(told, ["mel"], Region(max(start - 12, 0), stop + 12), True)
    drawn = curves.shift(locked, "pitch", start, stop, 3.0)
    assert np.array_equal(studio.render(drawn).samples, studio.render(told).samples)


def test_generic_promises_are_kept(models: Path, studio: Studio, told: Sketch) -> None:
    manifest = studio.registry.find(ENGINE)
    context = RunnerContext(
        studio.registry, manifest, device="cpu", data_dir=None, quick=True, tell=lambda line: None
    )  # fmt: skip
    figures = [*locality(context, manifest, told, 1), *windows(context, manifest, told)]
    assert [figure.value for figure in figures] == [0.0, 0.0]


def test_a_window_is_the_same_sound_and_needs_no_cache(studio: Studio, told: Sketch) -> None:
    drawn = curves.shift(told, "pitch", 60, 70, 2.0)
    whole = studio.render(drawn).samples
    assert np.array_equal(studio.render(drawn, window=(37, 111)).samples, whole[:, 37 * HOP : 111 * HOP])
    with Studio() as another:
        assert np.array_equal(another.render(drawn).samples, whole)


def test_another_label_gets_the_voice_s_own_pitch_and_sounds_in_its_place(studio: Studio, told: Sketch) -> None:
    renamed = spans.relabel(told, "phones", 5, "ˈaʊ")
    start, stop = int(told.phones.starts[5]), int(told.phones.stops[5])
    low, high = changed_frames(studio.render(told).samples[0], studio.render(renamed).samples[0])
    assert low >= start - 26 and high <= stop + 26
    again = studio.resample(renamed, start, stop)
    assert (again.pitch.values != told.pitch.values)[start:stop].all()
    assert np.array_equal(again.pitch.values[stop:], told.pitch.values[stop:])
    strange = spans.relabel(told, "phones", 5, "dʒ")
    assert studio.render(strange).n_samples == told.n_frames * HOP


def test_a_sound_that_the_checkpoint_lacks_is_named() -> None:
    from intermezzo_engines.pretrained.vocabulary import Vocabulary

    with pytest.raises(SketchError, match="no sound for “ˈaʊ”"):
        Vocabulary({"AH0": 1}).id_of("ˈaʊ")
    assert Vocabulary({"AH": 1}).id_of("ə") == Vocabulary({"ə": 1}).id_of("ə") == 1
    with pytest.raises(ValueError, match="no table of tokens"):
        Vocabulary.of({"AH0": "one"})


def test_predict_again_shows_in_the_mel_what_is_drawn_above_it(studio: Studio, told: Sketch) -> None:
    start, stop = int(told.phones.starts[5]), int(told.phones.stops[5])
    drawn = curves.shift(told, "pitch", start, stop, 3.0)
    shown = studio.resample(drawn, start, stop)
    assert np.abs(shown.mel.values - told.mel.values)[start:stop].max() > 0.1
    outside = np.r_[0:start, stop : told.n_frames]
    assert np.array_equal(shown.mel.values[outside], told.mel.values[outside])
    assert shown.pitch is drawn.pitch


def test_speed_lengthens_and_a_speaker_that_is_not_there_is_refused(studio: Studio, told: Sketch) -> None:
    slow = studio.convert(ENGINE, TEXT, params={"speed": 0.5})
    assert slow.n_frames == pytest.approx(2 * told.n_frames, rel=0.02)
    with pytest.raises(ParamError, match="1 speaker, counted from 0, so 3 is none"):
        studio.convert(ENGINE, TEXT, params={"speaker": 3})
    with pytest.raises(SourceError, match="nothing to say"):
        studio.convert(ENGINE, " ... ")


def test_speakers_languages_and_a_voice_vector_are_used(studio: Studio, tmp_path: Path) -> None:
    path = save_acoustic(tmp_path / "many", num_speakers=3, num_languages=2, speaker_embed_dim=4)
    mels = []
    for speaker, language in ((0, 0), (2, 0), (2, 1)):
        params = {"checkpoint": str(path), "speaker": speaker, "language": language}
        mels.append(studio.convert(ENGINE, "Hello", params=params))
    np.save(path / "speaker_embedding.npy", np.arange(4, dtype=np.float32))
    mels.append(studio.convert(ENGINE, "Hello", params=params))
    prints = {sketch.pitch.values.tobytes() for sketch in mels}
    assert len(prints) == 4
    assert studio.render(mels[3]).n_samples == mels[3].n_frames * HOP
    np.save(path / "speaker_embedding.npy", np.zeros(9))
    with pytest.raises(ParamError, match="no array of 4 numbers"):
        studio.convert(ENGINE, "Hello", params=params)


def test_a_vocoder_of_its_own_is_found_named_and_checked(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERMEZZO_MODELS", str(tmp_path))
    save_acoustic(tmp_path / "voice", together=False)
    sketch = studio.convert(ENGINE, "Hello")
    assert sketch.made.params["checkpoint"] == "voice"
    with pytest.raises(ParamError, match=r"Vocoder: none is chosen\. Put one into"):
        studio.render(sketch)
    save_vocoder(tmp_path / "gan")
    save_vocoder(tmp_path / "t5", "SpeechT5HifiGan", sampling_rate=22_050, upsample_rates=(8, 8, 2, 2),
                 upsample_kernel_sizes=(16, 16, 4, 4))  # fmt: skip
    save_vocoder(tmp_path / "t5-16k", "SpeechT5HifiGan")
    found, named = studio.render(sketch), studio.render(sketch, params={"vocoder": "t5"})
    assert found.n_samples == named.n_samples and not np.array_equal(found.samples, named.samples)
    with pytest.raises(ParamError, match="t5-16k cannot be used: its sample rate is 16000 Hz where 22050 belongs"):
        studio.render(sketch, params={"vocoder": "t5-16k"})
    (tmp_path / "voice" / "mel.json").write_text('{"fmin_hz": 80, "fmax_hz": 7600}')
    (tmp_path / "gan" / "mel.json").write_text('{"fmax_hz": 8000}')
    with pytest.raises(ParamError, match="gan does not fit the voice voice: its highest band edge is 8000 Hz"):
        studio.render(sketch, params={"vocoder": "gan"})


def test_the_same_edits_are_found_in_the_footprint_that_is_drawn(told: Sketch, studio: Studio) -> None:
    manifest = studio.registry.find(ENGINE)
    start = int(told.phones.starts[5])
    edited = curves.shift(told, "pitch", start, start + 1, 1.0)
    assert footprint.of_edit(told, edited, manifest.reach) == [(start - 26, int(told.phones.stops[5]) + 26)]


class _Kept:
    def get(self, key: str) -> None:
        return None

    def put(self, key: str, array: object) -> None:
        return None


class _Job:
    cache = _Kept()

    def progress(self, fraction: float, what: str = "") -> None:
        return None


JOB = _Job()
