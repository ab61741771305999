"""The accompaniment: chords in any style and metre, tones that belong to them, and no look around corners."""

from collections.abc import Sequence

import pytest
from drawn_tune import tune_sketch

from intermezzo.core.edits import spans
from intermezzo.core.layers import Spans
from intermezzo.core.music.chords import chord_of
from intermezzo.core.music.harmony import chord_at
from intermezzo.core.music.keys import letter_pitch_class
from intermezzo.core.sketch import Sketch
from intermezzo_engines.melody.sound.accompaniment import accompaniment
from intermezzo_engines.melody.sound.event import BACKING, BASS, Event
from intermezzo_engines.melody.sound.styles import STYLES
from intermezzo_engines.melody.sound.voicing import bass_of, close, inner_voices

ODD = ("G", "Em/B", "Cmaj9", "F#m7b5", "D7sus4/A", "E5", "Bb+7", "Adim7")
METRES = ("4/4", "3/4", "2/4", "6/8", "5/4", "2/2", "12/8", "3/8")


def played(sketch: Sketch, style: str, seed: int = 1) -> list[Event]:
    return sorted(accompaniment(sketch, style, 0, sketch.n_frames, seed), key=lambda event: event.place)


def with_metre(sketch: Sketch, *rows: tuple[int, int, str]) -> Sketch:
    layer = sketch.layers["metre"]
    assert isinstance(layer, Spans)
    starts, stops, labels = zip(*rows, strict=True)
    return sketch.with_layer(Spans.machine(layer.spec, layer.hop_s, len(layer), starts, stops, labels))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("metre", METRES)
def test_every_tone_belongs_to_its_chord_and_ends_with_it(style: str, metre: str) -> None:
    sketch = tune_sketch(repeat=2, chords=ODD, metre=metre)
    layer = sketch.layers["chords"]
    assert isinstance(layer, Spans)
    events = played(sketch, style)
    assert bool(events) == (style != "none")
    for event in events:
        chord, k = chord_at(sketch, event.start), layer.index_at(event.start)
        assert chord is not None and k is not None and event.pitch % 12 in chord.tones, event
        assert event.start < event.stop <= layer.stops[k] and 24 <= event.pitch <= 84, event
    if style not in ("none", "hymn"):  # the bass says what is under the slash, first thing in each chord
        for k, label in enumerate(layer.labels):
            lowest = min(event.pitch for event in events if event.start == layer.starts[k])
            assert lowest % 12 == bass_of(chord_of(label)) % 12  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metre", "bass", "chords"),
    [
        ("3/4", [0], [480, 960]),
        ("4/4", [0, 960], [480, 1440]),
        ("2/4", [0], [480]),
        ("6/8", [0, 720], [240, 480, 960, 1200]),
    ],
)
def test_a_waltz_adapts_to_the_metre(metre: str, bass: Sequence[int], chords: Sequence[int]) -> None:
    sketch = tune_sketch(metre=metre)
    bar = sketch.bars.starts[1] if sketch.bars is not None else 0
    events = [event for event in played(sketch, "waltz") if event.start < bar]
    assert sorted({e.start for e in events if e.part == BASS}) == bass
    assert sorted({e.start for e in events if e.part == BACKING}) == chords


def test_beats_of_a_pick_up_count_as_in_the_end_of_a_bar() -> None:
    sketch = with_metre(tune_sketch(), (0, 480, "4/4"), (480, 7680, "4/4"))
    waltz = [(event.start, event.part) for event in played(sketch, "waltz") if event.start <= 1440]
    assert (480, BASS) in waltz and (960, BACKING) in waltz and (1440, BASS) in waltz
    assert {event.start for event in played(sketch, "block")} >= {0, 480, 1440, 1920}


def test_no_chord_is_silent_and_so_is_what_is_no_symbol() -> None:
    sketch = tune_sketch(chords=("G", "N.C.", "what", "D"))
    for style in STYLES:
        assert not [event for event in played(sketch, style) if 1920 <= event.start < 5760]


@pytest.mark.parametrize("style", [style for style in STYLES if style != "none"])
def test_an_edited_chord_leaves_all_other_chords_as_they_were_played(style: str) -> None:
    sketch = tune_sketch(chords=("G", "Em", "C", "D7"))
    edited = spans.relabel(sketch, "chords", 1, "Bb/D")
    before, after = set(played(sketch, style)), set(played(edited, style))
    assert before != after and all(event.start >= 1920 and event.stop <= 3840 for event in before ^ after)
    # Asked for a part alone, it is the same part.
    part = {event for event in accompaniment(sketch, style, 3000, 3100, 1) if event.start < 3100 and event.stop > 3000}
    assert part == {event for event in before if event.start < 3100 and event.stop > 3000}


def test_a_hymn_moves_with_the_tune_below_it_and_holds_under_passing_notes() -> None:
    sketch = tune_sketch()
    notes = sketch.layers["notes"]
    events = [event for event in played(sketch, "hymn") if event.start < 1920]
    assert sorted({event.start for event in events}) == [0, 480, 960, 1440]  # the eighth at 720 passes
    for event in events:
        assert event.pitch < notes.pitches_at([event.start])[0]  # type: ignore[attr-defined]
    for symbol in ("C", "Am/E", "G7", "F#dim7", "Dm7b5"):
        for tune in range(60, 80):
            chord = chord_of(symbol)
            assert chord is not None
            bass, tenor, alto = inner_voices(chord, tune)
            assert bass <= tenor < alto < tune and bass % 12 == bass_of(chord) % 12
            sounding = [voice % 12 for voice in (bass, tenor, alto, tune)]
            third = next(tone for tone in chord.tones if (tone - letter_pitch_class(chord.root)) % 12 in (3, 4))
            assert third in sounding and alto - tenor <= 12 and tune - alto <= 14, (symbol, tune)


def test_voices_go_the_short_way_from_chord_to_chord() -> None:
    names = ["C", "Am", "F", "G", "Dm", "E7", "Em", "D", "A", "Bb", "Eb", "Fm", "Cm", "G7", "Bm", "F#m", "C#m", "B7"]
    chords = [chord for name in names if (chord := chord_of(name)) is not None]
    steps = [
        abs(a - b)
        for one in chords for other in chords if len(close(one)) == len(close(other))
        for a, b in zip(close(one), close(other), strict=True)
    ]  # fmt: skip
    assert max(steps) <= 6 and sum(steps) / len(steps) < 2.8


def test_seeds_touch_the_keys_otherwise_and_the_same_seed_alike() -> None:
    sketch = tune_sketch()
    assert played(sketch, "ballad", 1) == played(sketch, "ballad", 1)
    one, other = played(sketch, "ballad", 1), played(sketch, "ballad", 2)
    assert one != other and [(e.start, e.pitch) for e in one] == [(e.start, e.pitch) for e in other]
