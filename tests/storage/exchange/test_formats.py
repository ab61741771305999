"""The table of formats: every sketch type writes what it can, files come back as edits, and nothing in them crashes."""

import json
import random
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from trial import speech_sketch, trial_sketch

from intermezzo.core import codec, edits
from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.labels import Labels, Track
from intermezzo.core.layers import Region
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches import SPEECH
from intermezzo.storage.exchange import formats
from intermezzo.storage.exchange.formats import FORMATS, Options, export, format_named, format_of, onto, read_exchange

# Those of tunes have tests of their own.
WRITABLE = [f for f in FORMATS if f.write is not None and f.holds not in ("score", "pages")]
HOSTILE = 60


def edited() -> Sketch:
    """The trial sketch with edits, locks and paint on every kind of layer."""
    sketch = edits.curves.shift(trial_sketch(), "melody", 10, 40, 2.0)
    sketch = edits.matrices.add(sketch, "colour", 20, 3, np.full((5, 4), 3.0, np.float32))
    sketch = edits.spans.relabel(sketch, "sounds", 2, "'e")
    sketch = edits.regions.lock(sketch, ["colour", "level", "sounds"], Region(30, 60), True)
    return sketch.with_layer(sketch.notes.with_text(1, "other"))


@pytest.mark.parametrize("form", WRITABLE, ids=lambda f: f.id)
@pytest.mark.parametrize("make", [trial_sketch, speech_sketch])
def test_what_is_written_changes_nothing_when_it_is_read(tmp_path: Path, form: formats.Format, make) -> None:
    sketch = make()
    path = tmp_path / f"a{form.suffix}"
    assert form.lacks(sketch) == ""
    export(sketch, path, form)
    value = read_exchange(path, form)
    assert isinstance(value, {"labels": Labels, "points": Track, "sketch": Sketch}[form.holds])
    after, _ = onto(sketch, value)
    assert codec.fingerprint(after) == codec.fingerprint(sketch)
    assert export(sketch, tmp_path / f"b{form.suffix}", form) is None
    assert (tmp_path / f"b{form.suffix}").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_all_unicode_codings_are_read(tmp_path: Path, coding: str) -> None:
    text = formats.written(speech_sketch(), format_named("textgrid")).decode().replace("\n", "\r\n")
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(coding, b"")
    path = tmp_path / "a.TextGrid"
    path.write_bytes(mark + text.encode(coding))
    value = read_exchange(path)
    assert isinstance(value, Labels) and value.tiers[1].intervals[1].label == "ˈɛ"
    assert value.tiers[1].intervals[1].line == 36


def test_the_suffix_says_the_format_and_the_longest_wins() -> None:
    assert format_of(Path("a.textgrid")).id == "textgrid" and format_of(Path("x/a.PITCHTIER")).id == "pitchtier"
    assert format_of(Path("a.labels.json")).id == "labels-json" and format_of(Path("a.json")).id == "json"
    with pytest.raises(FileError, match=r"a\.doc should end in"):
        format_of(Path("a.doc"))
    with pytest.raises(FileError, match="no format 'x'"):
        format_named("x")


def test_options_choose_the_layer_and_the_text(tmp_path: Path) -> None:
    sketch = trial_sketch()
    export(sketch, tmp_path / "a.lab", options=Options(layer="phrases"))
    assert (tmp_path / "a.lab").read_text() == "0 13000000 one\n13000000 30000000 two\n"
    export(sketch, tmp_path / "a.srt", options=Options(text="One two!"))
    assert (tmp_path / "a.srt").read_text() == "1\n00:00:00,000 --> 00:00:03,000\nOne two!\n"
    export(sketch, tmp_path / "a.csv", options=Options(layer="level"))
    assert (tmp_path / "a.csv").read_text().startswith("time_s,level_db\n0.000000,-")
    for layer in ("melody", "nothing"):
        with pytest.raises(FileError, match=f"no labels '{layer}'"):
            export(sketch, tmp_path / "b.lab", options=Options(layer=layer))
    assert not (tmp_path / "b.lab").exists()


def test_a_sketch_in_json_is_the_sketch_with_all_that_hands_did() -> None:
    sketch = edited()
    text = formats.written(sketch, format_named("json")).decode()
    read = format_named("json").read
    assert read is not None
    back = read(text)
    assert isinstance(back, Sketch) and codec.fingerprint(back) == codec.fingerprint(sketch)
    assert formats.written(back, format_named("json")).decode() == text
    assert '"mark": "edited"' in text and '"unit": "Hz"' in text


def test_a_damaged_file_is_refused_in_one_line_with_its_name(tmp_path: Path) -> None:
    for name, content in (
        ("a.TextGrid", b"\xff\xfe\x00"), ("b.lab", b"\x80\x81"), ("c.csv", b"0,1\0"), ("d.json", b"{}"), ("e.srt", b""),
        ("f.PitchTier", b"RIFF"), ("g.labels.json", b'{"tiers": 5}'),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError) as refusal:
            read_exchange(tmp_path / name)
        assert str(refusal.value).startswith(f"{name} cannot be read: ") and "\n" not in str(refusal.value)
    with pytest.raises(FileError, match="Check the name"):
        read_exchange(tmp_path / "none.lab")


@pytest.mark.parametrize("form", [f for f in FORMATS if f.read is not None], ids=lambda f: f.id)
def test_no_damage_gets_past_our_own_errors(form: formats.Format, tmp_path: Path) -> None:
    chance = random.Random(form.id)
    sketch = edited() if form.id != "json" else speech_sketch(8)
    whole = formats.written(sketch, form) if form.write else b'"ooTextFile" "DurationTier" 0 3 2 0 1 1 2'
    path = tmp_path / f"a{form.suffix}"
    for k in range(HOSTILE):
        content = bytearray(whole)
        at = chance.randrange(len(content))
        match k % 5:
            case 0:
                content = content[:at]
            case 1:
                content[at : at + chance.randrange(1, 40)] = chance.randbytes(chance.randrange(40))
            case 2:
                odd = chance.choice(
                    (b'"', b"-", b"1e308", b"\t", b"nan", b"99999999", b"<", b"[", b"\n", b"null", b"0")
                )
                content[at : at + chance.randrange(4)] = odd
            case 3:
                rows = content.split(b"\n")
                chance.shuffle(rows)
                content = bytearray(b"\n".join(rows))
            case _:
                content = bytearray(chance.randbytes(chance.randrange(200)))
        path.write_bytes(content)
        try:
            onto(sketch, read_exchange(path, form))
        except IntermezzoError as refusal:
            assert "\n" not in str(refusal) and len(str(refusal)) < 300


def test_the_help_page_on_json_names_every_field_and_its_example_is_read() -> None:
    page = files("intermezzo_assets").joinpath("help", "sketch-json.md").read_text(encoding="utf-8")
    document = json.loads(formats.written(edited(), format_named("json")))
    fields = set(document) | set(document["made"])
    for layer in document["layers"].values():
        fields |= set(layer)
        for entries in (layer.get("spans", ()), layer.get("slots", ())):
            fields |= {name for entry in entries for name in entry}
    assert {name for name in fields if f"`{name}`" not in page} == set()
    example = json.loads(page.split("```json")[1].split("```")[0])
    layers = [spec.document() for spec in SPEECH.layers if spec.name in example["layers"]]
    layers = [{**layer, "bands": 2, "edges": []} if layer["kind"] == "matrix" else layer for layer in layers]
    example["sketch_type"] = {**SPEECH.document(), "layers": layers}
    read = format_named("json").read
    assert read is not None
    sketch = read(json.dumps(example))
    assert isinstance(sketch, Sketch) and sketch.pitch.values.tolist() == [201.5, 210.0, 0.0]
