"""What a text asks for: motion and content, in three languages, and pictures that are called by a motion themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo_engines.sticker.asked import asked
from intermezzo_engines.sticker.motions import MOTIONS

NAMES = ["waving hand", "dog face", "flying saucer", "bat"]


@pytest.mark.parametrize(
    ("text", "content", "motions"),
    [
        ("dog bouncing", "dog", ("bounce",)),
        ("a red apple that spins around", "a red apple", ("spin",)),
        ("hopping frog", "frog", ("bounce",)),
        ("ghost fading out", "ghost", ("fade",)),
        ("cat shaking and spinning", "cat", ("shake", "spin")),
        ("ein hüpfender Hund", "ein Hund", ("bounce",)),
        ("Der Mond kreist", "Der Mond", ("orbit",)),
        ("le chien qui saute", "le chien", ("bounce",)),
        ("un cœur battant", "un cœur", ("pulse",)),
        ("waving hand", "waving hand", ("wave",)),
        ("flying saucer", "flying saucer", ("fly in",)),
        ("bat", "bat", ()),
        ("red circle", "red circle", ()),
        ("dancing bear", "bear", ("bounce",)),
        ("bouncing", "", ("bounce",)),
        ("", "", ()),
    ],
)
def test_words_of_motion_are_told_from_what_moves(text: str, content: str, motions: tuple[str, ...]) -> None:
    wish = asked(text, NAMES)
    assert (wish.content, wish.motions) == (content, motions)


def test_how_strong_a_motion_is_can_be_said() -> None:
    assert asked("heart pulsing gently").strength < 1 < asked("heart pulsing wildly").strength
    assert asked("heart pulsing gently").content == "heart"
    assert asked("very happy cat").content == "very happy cat"


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    wish = asked(text, NAMES)
    assert set(wish.motions) <= set(MOTIONS)
    assert "\n" not in wish.content
