"""Labels and tables in columns, subtitles, and how words become cues."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.labels import Interval, Labels, Tier, Track
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange.columns import (
    read_audacity,
    read_htk,
    read_table,
    written_audacity,
    written_htk,
    written_table,
)
from intermezzo.storage.exchange.cues import LINE_CHARS, cues_of
from intermezzo.storage.exchange.json_labels import read_json_labels, written_json_labels
from intermezzo.storage.exchange.subtitles import read_subtitles, written_srt, written_vtt

LABEL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8)


@st.composite
def one_tier(draw: st.DrawFn) -> Labels:
    at, intervals = 0.0, []
    for _ in range(draw(st.integers(1, 8))):
        start = at + draw(st.floats(0, 3))
        at = start + draw(st.floats(0.001, 3))
        intervals.append(Interval(start, at, " ".join(draw(st.lists(LABEL, min_size=1, max_size=3)))))
    return Labels(at, (Tier("", tuple(intervals)),))


@given(one_tier())
def test_htk_labels_come_back_within_50_ns(labels: Labels) -> None:
    back = read_htk(written_htk(labels)).tiers[0].intervals
    assert [i.label for i in back] == [i.label for i in labels.tiers[0].intervals]
    for mine, theirs in zip(back, labels.tiers[0].intervals, strict=True):
        assert mine.start_s == pytest.approx(theirs.start_s, abs=5.1e-8)
        assert mine.stop_s == pytest.approx(theirs.stop_s, abs=5.1e-8)


@given(one_tier())
def test_audacity_labels_come_back_within_half_a_microsecond(labels: Labels) -> None:
    back = read_audacity(written_audacity(labels)).tiers[0].intervals
    assert [i.label for i in back] == [i.label for i in labels.tiers[0].intervals]
    assert [i.start_s for i in back] == pytest.approx([i.start_s for i in labels.tiers[0].intervals], abs=5.1e-7)


@given(one_tier())
def test_json_labels_come_back_to_the_last_bit(labels: Labels) -> None:
    back = read_json_labels(written_json_labels(labels))
    assert back.duration_s == labels.duration_s
    assert [(i.start_s, i.stop_s, i.label) for i in back.tiers[0].intervals] == [
        (i.start_s, i.stop_s, i.label) for i in labels.tiers[0].intervals
    ]


def test_htk_labels_of_other_programs_are_read() -> None:
    text = "0 1500000 sil -12.5\n1500000 3000000 xx^sil-h+e=l@1_2/A:0 extra\n\n3000000 4000000 'it\\'s it'\n"
    assert [(i.start_s, i.stop_s, i.label) for i in read_htk(text).tiers[0].intervals] == [
        (0, 0.15, "sil"), (0.15, 0.3, "h"), (0.3, 0.4, "it's it"),
    ]  # fmt: skip
    assert read_htk("0.0 0.5 a\n0.5 1.25 b").duration_s == 1.25


def test_audacity_ranges_and_commas_are_read() -> None:
    labels = read_audacity("0,5\t1,25\tone two\n\\\t100.0\t200.0\n2.0\t2.5\t\n")
    assert [(i.start_s, i.stop_s, i.label) for i in labels.tiers[0].intervals] == [(0.5, 1.25, "one two")]


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_htk, "0 5 a\n5 x b", "line 2: 'x' is no number"), (read_htk, "5 0 a", "ends before it begins"),
        (read_htk, "7", "line 1"), (read_htk, '#!MLF!#\n"a.lab"', "MLF"), (read_htk, "", "no labels"),
        (read_htk, "0 99999999999999999999999999 a", "no sense"), (read_htk, "-5 0 a", "before 0"),
        (read_audacity, "1 2 a", "line 1"), (read_audacity, "1\tnan\ta", "no number"),
        (read_table, "a b\nc", "line 2"), (read_table, "0 1\n0 2", "line 2: time does not run"),
        (read_table, "time,f0\n0,-5", "no sense"), (read_table, "", "no rows"), (read_table, "0.5", "line 1"),
        (read_subtitles, "hello", "no subtitle"), (read_json_labels, "[]", "no table"),
        (read_subtitles, "1\n00:00:02,000 --> 00:00:01,000\nx", "line 2"),
        (read_json_labels, '{"duration_s": 1e9, "tiers": []}', "no time"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(read, text: str, said: str) -> None:
    with pytest.raises(Unsound) as refusal:
        read(text)
    assert said in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "quantity", "values"),
    [
        ("0.0 100\n0.01 0\n0.02 --undefined--\n", "pitch", [100, 0, 0]),
        ("time_s,f0_hz\n0,1.5\n1,2", "pitch", [1.5, 2]),
        ("Time;Energy (dB)\n0;-3\n1;-4", "level", [-3, -4]), ("# a note\n0\t5", "pitch", [5]),
    ],
)  # fmt: skip
def test_tables_of_many_kinds_are_read(text: str, quantity: str, values: list[float]) -> None:
    track = read_table(text)
    assert track.quantity == quantity and track.values.tolist() == values


@given(
    st.lists(st.one_of(st.just(0.0), st.floats(50, 900)), min_size=2, max_size=30).filter(
        lambda v: sum(map(bool, v)) > 1
    )
)
def test_a_table_comes_back_within_nine_digits(values: list[float]) -> None:
    frames = np.flatnonzero(values)
    if np.diff(frames).min() > 1:
        return
    track = Track("pitch", "Hz", len(values) * 0.01, frames * 0.01, np.array(values)[frames], has_gaps=True)
    back = read_table(written_table(track))
    assert back.values == pytest.approx(np.array(values), rel=1e-8)
    assert back.times_s == pytest.approx(np.arange(len(values)) * 0.01, abs=5.1e-7)


def words(text: str, gap_s: float = 0.05) -> tuple[Interval, ...]:
    return tuple(Interval(k * 0.5, k * 0.5 + 0.5 - gap_s, word) for k, word in enumerate(text.split()))


def test_subtitles_follow_the_sentences() -> None:
    cues = cues_of(words("Oh, are you in Iowa? Dr. Smith is. I am not!"))
    assert [cue.lines for cue in cues] == [("Oh, are you in Iowa?",), ("Dr. Smith is.",), ("I am not!",)]
    assert [cue.lines for cue in cues_of(words("It cost $12.50, Dr. Smith."))] == [("It cost $12.50, Dr. Smith.",)]
    assert (cues[1].start_s, cues[1].stop_s) == (2.5, 3.95)
    assert [len(cue.words) for cue in cues_of(words("a b c d e"), 2)] == [2, 2, 1]
    assert len(cues_of(words("no signs but pauses", gap_s=0.4))) == 4


@given(st.lists(st.text("abcdefghij.,", min_size=1, max_size=60), min_size=1, max_size=60), st.integers(0, 9))
def test_no_line_is_too_long_and_no_word_is_lost(texts: list[str], per_cue: int) -> None:
    spoken = words(" ".join(texts))
    cues = cues_of(spoken, per_cue)
    assert all(len(cue.lines) <= 2 and all(0 < len(line) <= LINE_CHARS for line in cue.lines) for cue in cues)
    assert [w for cue in cues for w in cue.words] == list(spoken)
    short = all(len(w.label) <= LINE_CHARS for w in spoken)
    assert not short or " ".join(" ".join(cue.lines) for cue in cues) == " ".join(w.label for w in spoken)
    assert not per_cue or all(len(cue.words) <= per_cue for cue in cues)


def test_srt_and_vtt_are_written_as_players_read_them() -> None:
    cues = cues_of((Interval(0.0, 0.5, "Tom"), Interval(3661.0014, 3661.5, "& <Jo>.")))
    assert written_srt(cues[1:]) == "1\n01:01:01,001 --> 01:01:01,500\n& <Jo>.\n"
    assert written_vtt(cues[1:]) == "WEBVTT\n\n01:01:01.001 --> 01:01:01.500\n&amp; &lt;Jo&gt;.\n"
    timed = written_vtt(cues_of(words("One two three.")), word_times=True)
    assert "One <00:00:00.500>two <00:00:01.000>three." in timed


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=40), st.booleans())
def test_subtitles_come_back_within_a_millisecond(texts: list[str], vtt: bool) -> None:
    cues = cues_of(words(" ".join(texts)))
    back = read_subtitles(written_vtt(cues, word_times=True) if vtt else written_srt(cues)).tiers[0].intervals
    assert [i.label for i in back] == [" ".join(cue.lines) for cue in cues]
    for mine, cue in zip(back, cues, strict=True):
        assert mine.start_s == pytest.approx(cue.start_s, abs=6e-4) and mine.stop_s == pytest.approx(
            cue.stop_s, abs=6e-4
        )
