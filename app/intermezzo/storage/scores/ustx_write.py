"""USTX out: the project of OpenUtau, YAML in UTF-8; singer and phonemizer are chosen there."""

import json

from intermezzo.core.media import Melody
from intermezzo.storage.scores.sung_notes import SungNote, sung_tune

__all__ = ["written_ustx"]

_VERSION = "0.6"


def written_ustx(melody: Melody) -> bytes:
    """Return a tune as an OpenUtau project.

    Raises:
        Unsound: if there is no note.
    """
    tune = sung_tune(melody)
    title = _text(melody.title or "Tune")
    lines = [
        f"name: {title}", 'comment: ""', "output_dir: Vocal", "cache_dir: UCache", f'ustx_version: "{_VERSION}"',
        "resolution: 480", f"bpm: {tune.tempi[0][1]:g}", f"beat_per_bar: {tune.metres[0][1].beats}",
        f"beat_unit: {tune.metres[0][1].unit}", "expressions: {}", "exp_selectors: [dyn, pitd, clr, eng, vel]",
        "exp_primary: 0", "exp_secondary: 1", "key: 0", "time_signatures:",
    ]  # fmt: skip
    for bar, metre in tune.metres:
        lines += [f"- bar_position: {bar}", f"  beat_per_bar: {metre.beats}", f"  beat_unit: {metre.unit}"]
    lines.append("tempos:")
    for at, bpm in tune.tempi:
        lines += [f"- position: {at}", f"  bpm: {bpm:g}"]
    lines += [
        "tracks:", "- phonemizer: OpenUtau.Core.DefaultPhonemizer", "  renderer_settings: {}", "  track_name: Voice",
        "  track_color: Blue", "  mute: false", "  solo: false", "  volume: 0", "  pan: 0",
        '  voice_color_names: [""]', "voice_parts:", f"- duration: {tune.n_ticks}", f"  name: {title}", '  comment: ""',
        "  track_no: 0", "  position: 0", "  notes:",
    ]  # fmt: skip
    for note in tune.notes:
        lines += _note(note)
    return "\n".join([*lines, "  curves: []", "wave_parts: []", ""]).encode("utf-8", "replace")


def _note(note: SungNote) -> list[str]:
    return [
        f"  - position: {note.start}", f"    duration: {note.stop - note.start}", f"    tone: {note.pitch}",
        f"    lyric: {_text(note.lyric)}", "    pitch:", "      data:", "      - {x: -40, y: 0, shape: io}",
        "      - {x: 40, y: 0, shape: io}", "      snap_first: true",
        "    vibrato: {length: 0, period: 175, depth: 25, in: 10, out: 10, shift: 0, drift: 0, vol_link: 0}",
        "    phoneme_expressions: []", "    phoneme_overrides: []",
    ]  # fmt: skip


def _text(text: str) -> str:
    """Return a text between quotes; what JSON says is YAML, too."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
