"""How the renderer copes with predicted sketches: the converter's colour under a recording's own timing and melody.

Envelope and breath are predicted for the phones, lengths, pitch and energy of held-out recordings (`adapt.py`, as in
training), so that the sound lies frame by frame beside the recording; beside it the same with the analysed colour. What
the adaptation gained can only be measured where both sets of weights are: in training, which writes it into the card.
"""

from __future__ import annotations

import re
from importlib.resources import as_file, files

import numpy as np

from intermezzo.core.measure import Figure
from intermezzo_engines.speech.adapt import KEPT, load_converter, mel_error_db, predicted_sound
from intermezzo_engines.speech.converter_data import Item, make_item
from intermezzo_engines.speech.corpus import LANGUAGES, VOICES, Clip
from intermezzo_engines.speech.features import HOP
from intermezzo_engines.speech.heldout import HeldOut, not_measured, sound_of, voice_by_voice
from intermezzo_engines.speech.render import default_network, sketch_frames
from intermezzo_engines.speech.text import transcript
from intermezzo_engines.speech.train_aligner import as_document

__all__ = ["adapted_figures", "gain_figures"]

_SENTENCES = 20
_CONVERTER, _CARD = "speech_converter.safetensors", "speech_renderer.card.md"
_IN_CARD = re.compile(r"predicted_mel_error_(before|after)_([a-z]+)_db\W+(\d+(?:\.\d+)?)")


def adapted_figures(held: HeldOut) -> list[Figure]:
    """Return by voice the mel error of the shipped renderer on predicted and on analysed colour, and what its card says
    of its adaptation."""
    card = files("intermezzo_assets").joinpath("weights", _CARD)
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    return [*voice_by_voice(held, VOICES, _of_voice), *gain_figures(text)]


def gain_figures(card: str) -> list[Figure]:
    """Return by voice how much smaller the mel error on predicted sketches became, as the text of a card says."""
    said = {(label, voice): float(value) for label, voice, value in _IN_CARD.findall(card)}
    figures: list[Figure] = []
    for voice in VOICES:
        name = f"adaptation_gain_{voice}_percent"
        before, after = said.get(("before", voice)), said.get(("after", voice))
        if before is None or after is None:
            figures += not_measured(name, f"{_CARD} does not say it; training measures and prints it")
        else:
            note = (
                f"measured in training, 20 held-out clips: {before:g} dB before, {after:g} dB after; {KEPT:.0%} of the "
                "way, for all of it would miss the envelope that was drawn"
            )
            figures.append(Figure(name, 100 * (1 - after / before), "quality", at_least=10.0, note=note))
    return figures


def _of_voice(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice, _SENTENCES)
    held.context.progress(f"predicted colour for {len(clips)} clips of {voice}")
    items = {clip.id: item for clip in clips if (item := _item(held, clip)) is not None}
    with as_file(files("intermezzo_assets").joinpath("weights", _CONVERTER)) as path:
        net = load_converter(path)
    human = {clip.id: held.human(clip) for clip in clips}
    sounds = predicted_sound(net, list(items.values()), default_network(held.context.device))
    predicted = [mel_error_db(sound, human[item.name][item.head * HOP :]) for item, sound in sounds]
    analysed = [
        mel_error_db(sound_of(held.context, held.recorded(clip)), human[clip.id]) for clip in clips if clip.id in items
    ]
    note = f"{len(items)} held-out clips, their own phone times, pitch and energy; 100 mel bands, frames near the loud"
    return [
        Figure(f"adapted_mel_error_{voice}_db", float(np.mean(predicted)), "quality", note=note),
        Figure(f"mel_error_of_analysed_colour_{voice}_db", float(np.mean(analysed)), "detail", note=note),
    ]


def _item(held: HeldOut, clip: Clip) -> Item | None:
    """Return a recording as the converter trains on it; None where its alignment does not fit."""
    sketch, language = held.recorded(clip), LANGUAGES[clip.voice]
    env_ln, ap_ln, f0_hz = sketch_frames(sketch, 0, sketch.n_frames)
    alignment = as_document(held.recorded_words(clip), transcript(clip.text, language), 0.0)
    return make_item(
        clip.id, VOICES.index(clip.voice), alignment, clip.text, language, f0_hz, np.concatenate([env_ln, ap_ln], 1)
    )
