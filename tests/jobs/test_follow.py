"""Edits that an engine follows: the same in this process and in the host; what is by hand is watched over."""

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from intermezzo.core.edits import curves, matrices, notes, spans
from intermezzo.core.edits.hands import touched_by_hand
from intermezzo.core.errors import EngineError, PluginError, SketchError
from intermezzo.core.layers import Region
from intermezzo.core.media import Text
from intermezzo.core.registry import GROUP, Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Request
from intermezzo.studio import Studio

PACKAGE = Path(__file__).parents[1] / "plugins" / "packages" / "followers"
FOLLOWERS = EntryPoint("followers", "follower_engine:engines.toml", GROUP)


@pytest.fixture
def followers(monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.syspath_prepend(PACKAGE)
    found = discover([FOLLOWERS])
    assert not found.broken
    return found


@pytest.fixture
def pair(followers: Registry) -> tuple[Sketch, Sketch]:
    """A tune of eight bars over C, and the same over G with its second note moved by hand and its third locked."""
    before = InlineRunner(followers).run(Request("convert", "follower", source=Text("la")))
    assert isinstance(before, Sketch)
    before = notes.lock(notes.move(before, [1], 0, 1), [2])
    return before, spans.relabel(before, "chords", 0, "G")


@pytest.fixture
def host(followers: Registry) -> Iterator[EngineHost]:
    made = EngineHost(registry=followers)
    yield made
    made.close()


def test_what_a_changed_chord_governs_follows_and_all_else_is_the_same(
    followers: Registry, pair: tuple[Sketch, Sketch]
) -> None:
    with Studio(registry=followers) as studio:
        result = studio.follow(*pair)
    assert result.notes.pitches.tolist() == [67, 62, 61, 67, 67, 67, 67, 67]
    assert all(result.layers[name] is layer for name, layer in pair[1].layers.items() if name != "notes")


def test_the_host_follows_as_this_process_does(
    host: EngineHost, pair: tuple[Sketch, Sketch], done: Callable[..., Any]
) -> None:
    before, after = pair
    result = done(host, Request("follow", "follower", sketch=after, before=before))
    assert result.notes.pitches.tolist() == [67, 62, 61, 67, 67, 67, 67, 67]
    assert result.chords is after.chords and result.made == after.made
    again = done(host, Request("follow", "follower", sketch=result, before=result))
    assert all(again.layers[name] is layer for name, layer in result.layers.items())


@pytest.mark.parametrize(
    ("manner", "words"), [("greedy", "changed notes that were edited"), ("longer", "changed the length"),
                          ("failing", "failed while following an edit")],
)  # fmt: skip
def test_a_follower_that_breaks_its_word_is_refused(
    followers: Registry, pair: tuple[Sketch, Sketch], manner: str, words: str
) -> None:
    request = Request("follow", "follower", {"manner": manner}, sketch=pair[1], before=pair[0])
    with pytest.raises(EngineError, match=words):
        InlineRunner(followers).run(request)


def test_engines_that_do_not_follow_and_pairs_that_do_not_fit_are_refused(
    followers: Registry, pair: tuple[Sketch, Sketch]
) -> None:
    runner = InlineRunner(followers)
    with pytest.raises(PluginError, match="Leader cannot follow"):
        runner.run(Request("follow", "leader", sketch=pair[1], before=pair[0]))
    for before in (None, pair[0].joined(pair[0])):
        with pytest.raises(SketchError, match="before the edit"):
            runner.run(Request("follow", "follower", sketch=pair[1], before=before))


def test_hands_are_watched_over_in_every_kind_of_layer(hummed: Sketch) -> None:
    a = int(np.flatnonzero(hummed.pitch.values)[0])
    drawn = curves.shift(hummed, "pitch", a, a + 10, 2.0)
    drawn = matrices.add(drawn, "colour", 40, 2, np.full((1, 1), 3.0, np.float32))
    assert touched_by_hand(drawn, drawn) == "" == touched_by_hand(hummed, drawn)
    assert touched_by_hand(drawn, curves.shift(drawn, "pitch", a + 2, a + 4, 1.0)) == "Pitch"
    assert touched_by_hand(drawn, curves.shift(drawn, "pitch", a + 10, a + 14, 1.0)) == ""
    assert touched_by_hand(drawn, drawn.with_layer(drawn.pitch.erase(Region(0, a + 5)))) == "Pitch"
    assert touched_by_hand(drawn, matrices.add(drawn, "colour", 40, 2, np.full((1, 1), 1.0, np.float32))) == "Colour"
    locked = drawn.with_layer(drawn.letters.lock(Region(0, 8), True))
    assert touched_by_hand(locked, drawn) == "Letters"
    assert touched_by_hand(locked, spans.set_lengths(locked, {8: 40})) != ""  # all that is later has moved
