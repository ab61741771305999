"""Praat's files: TextGrids and tiers of points as its manual documents them, written and read back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.labels import Interval, Labels, Tier, Track
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange.praat_points import read_points, written_points, written_spreadsheet
from intermezzo.storage.exchange.textgrid import read_textgrid, written_textgrid

# As the Praat manual shows them ("TextGrid file formats").
LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 2.3 
tiers? <exists> 
size = 3 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "Mary" 
        xmin = 0 
        xmax = 2.3 
        intervals: size = 1 
        intervals [1]:
            xmin = 0 
            xmax = 2.3 
            text = "" 
    item [2]:
        class = "IntervalTier" 
        name = "John" 
        xmin = 0 
        xmax = 2.3 
        intervals: size = 2 
        intervals [1]:
            xmin = 0 
            xmax = 0.5 
            text = "daisy bell" 
        intervals [2]:
            xmin = 0.5 
            xmax = 2.3 
            text = "he said ""yes"" ! <exists> 4" 
    item [3]:
        class = "TextTier" 
        name = "bell" 
        xmin = 0 
        xmax = 2.3 
        points: size = 1 
        points [1]:
            number = 1 
            mark = "ding" 
"""  # noqa: W291, as Praat writes it
SHORT = """"ooTextFile"
"TextGrid"
0 2.3 ! the times
<exists>
3
"IntervalTier" "Mary" 0 2.3 1 0 2.3 ""
"IntervalTier" "John" 0 2.3 2 0 0.5 "daisy bell" 0.5 2.3 "he said ""yes"" ! <exists> 4"
"TextTier" "bell" 0 2.3 1 1 "ding"
"""
PITCH = """File type = "ooTextFile"
Object class = "PitchTier"

xmin = 0 
xmax = 1 
points: size = 2 
points [1]:
    number = 0.25 
    value = 150 
points [2]:
    number = 0.75 
    value = 250.5 
"""  # noqa: W291


def shape(labels: Labels) -> list[tuple[str, list[tuple[float, float, str]]]]:
    return [(t.name, [(i.start_s, i.stop_s, i.label) for i in t.intervals]) for t in labels.tiers]


@pytest.mark.parametrize("text", [LONG, SHORT, LONG.replace("\n", "\n\n"), " ".join(LONG.split("\n"))])
def test_praats_own_long_and_short_form_are_read(text: str) -> None:
    labels = read_textgrid(text)
    assert labels.duration_s == 2.3
    wanted = [("Mary", []), ("John", [(0, 0.5, "daisy bell"), (0.5, 2.3, 'he said "yes" ! <exists> 4')])]
    assert shape(labels) == wanted
    assert "bell" in labels.left_out[0]


def test_a_textgrid_that_begins_late_is_counted_from_its_beginning() -> None:
    labels = read_textgrid('"ooTextFile" "TextGrid" 10 12 <exists> 1 "IntervalTier" "a" 10 12 1 10.5 11 "x"')
    assert labels.duration_s == 2 and shape(labels) == [("a", [(0.5, 1.0, "x")])]


def test_the_long_form_is_written_as_praat_writes_it() -> None:
    labels = Labels(2.5, (Tier("a", (Interval(0.5, 2.0, 'x "y"'),)),))
    lines = written_textgrid(labels).split("\n")
    assert lines[:8] == [
        'File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0 ", "xmax = 2.5 ", "tiers? <exists> ",
        "size = 1 ", "item []: ",
    ]  # fmt: skip
    assert "        intervals: size = 3 " in lines and '            text = "x ""y""" ' in lines


LABEL = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(str.strip)


@st.composite
def some_labels(draw: st.DrawFn, names: st.SearchStrategy[str] = LABEL) -> Labels:
    tiers = []
    end = 0.0
    for _ in range(draw(st.integers(1, 3))):
        at, intervals = 0.0, []
        for _ in range(draw(st.integers(0, 6))):
            start = at + draw(st.floats(0, 3))
            at = start + draw(st.floats(1e-4, 3))
            intervals.append(Interval(start, at, draw(LABEL)))
        end = max(end, at)
        tiers.append(Tier(draw(names), tuple(intervals)))
    return Labels(end + draw(st.floats(0.001, 2)), tuple(tiers))


@given(some_labels(), st.booleans())
def test_a_textgrid_comes_back_to_the_last_bit(labels: Labels, short: bool) -> None:
    back = read_textgrid(written_textgrid(labels, short=short))
    assert back.duration_s == labels.duration_s and shape(back) == shape(labels)


@given(st.lists(st.tuples(st.floats(1e-3, 1), st.floats(1, 2000)), min_size=1, max_size=20), st.integers(0, 2))
def test_a_pitch_tier_comes_back_to_the_last_bit(points: list[tuple[float, float]], form: int) -> None:
    times_s = np.cumsum([step for step, _ in points])
    track = Track("pitch", "Hz", float(times_s[-1]) + 0.5, times_s, np.array([value for _, value in points]))
    text = (written_points(track), written_points(track, short=True), written_spreadsheet(track))[form]
    back = read_points(text)
    assert back.quantity == "pitch" and back.duration_s == track.duration_s
    assert np.array_equal(back.times_s, times_s) and np.array_equal(back.values, track.values)


def test_praats_pitch_tier_is_read() -> None:
    track = read_points(PITCH)
    assert track.times_s.tolist() == [0.25, 0.75] and track.values.tolist() == [150, 250.5]
    assert read_points(PITCH.replace("PitchTier", "IntensityTier")).quantity == "intensity"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONG.replace("xmax = 0.5 \n            text", "xmax = oops \n            text", 1), "line 28: the end"),
        (LONG.replace('"daisy bell"', '"daisy bell'), "line"),
        (SHORT.replace(" 3\n", " 4\n").replace("<exists>\n3", "<exists>\n4"), "it ends where the class of a tier"),
        (LONG.replace("size = 3", "size = 2.5"), "line 7: the number of tiers is a whole number"),
        (LONG.replace("intervals: size = 2", "intervals: size = 999999999"), "belongs here"),
        (PITCH, "it holds a PitchTier, not a TextGrid"), ("hello", "ends where the file type"), ("", "ends where"),
        ('"ooTextFile" "TextGrid" 2 1 <exists> 0', "ends at 1 s"), ('"a" "TextGrid"', "no text file of Praat"),
        ('"ooTextFile" "TextGrid" 0 1e300', "makes no sense"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_textgrid_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Unsound) as refusal:
        read_textgrid(text)
    assert said in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PITCH.replace("0.75", "0.25"), "line 12: the points are not in order"),
        (PITCH.replace("250.5", "-3"), "line 12: a pitch of -3"), (PITCH.replace("size = 2", "size = 3"), "ends where"),
        ("0.5\t100", "no text file of Praat"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_pitch_tier_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Unsound) as refusal:
        read_points(text)
    assert said in str(refusal.value)
