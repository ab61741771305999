"""The same ears listen to recording and engine: where the recording is the engine itself, they hear the same."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from intermezzo.check.context import RunnerContext
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Text
from intermezzo.core.registry import discover
from intermezzo_engines.speech.heldout import HUMAN, OURS, HeldOut, sound_of
from intermezzo_engines.speech.phones import PAUSE
from intermezzo_engines.speech.prosody import compared, spread_of

SENTENCE = "Printing, then, is one of them."


def context(data_dir: Path | None) -> RunnerContext:
    registry = discover()
    return RunnerContext(
        registry, registry.find("speech"), device="cpu", data_dir=data_dir, quick=True, tell=lambda line: None
    )


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> HeldOut:
    """One held-out clip: the engine's own reading, as it would stand in the data folder."""
    folder = tmp_path_factory.mktemp("data") / "speech"
    folder.mkdir()
    here = context(folder.parent)
    sound = sound_of(here, here.convert(Text(SENTENCE), params={"voice": "ljs"}))
    (folder / "ljs.csv").write_text(f"LJ001-0009|{SENTENCE}\n", encoding="utf-8")
    stream = io.BytesIO()
    soundfile.write(stream, sound, 24_000, format="OGG", subtype="OPUS")
    entry = tarfile.TarInfo("./LJ001-0009.opus")
    entry.size = stream.tell()
    stream.seek(0)
    with tarfile.open(folder / "ljs.opus.tar", "w") as archive:
        archive.addfile(entry, stream)
    return HeldOut(here)


def test_phones_and_words_are_found_in_both(held: HeldOut) -> None:
    clip = held.clips("ljs")[0]
    for who in (HUMAN, OURS):
        heard = held.heard(clip, who)
        assert heard.words.max() == 5 and heard.labels[0] == PAUSE
        assert heard.stops[-1] == len(heard.f0_hz) == len(heard.speech)
        assert not heard.f0_hz[: heard.stops[0] - 1].any()


def test_the_engine_beside_itself_has_ratios_of_one(held: HeldOut) -> None:
    clip = held.clips("ljs")[0]
    spreads = {who: spread_of([held.heard(clip, who)]) for who in (HUMAN, OURS)}
    for figure in compared("ljs", spreads[OURS], spreads[HUMAN], "")[:3]:
        assert figure.value == pytest.approx(1, abs=0.1), figure


def test_what_was_made_once_is_not_made_again(held: HeldOut) -> None:
    clip = held.clips("ljs")[0]
    assert held.spoken(clip) is held.spoken(clip)
    assert not np.array_equal(held.spoken(clip, 1)[:9000], held.spoken(clip, 2)[:9000])


def test_without_a_folder_it_says_what_it_needs() -> None:
    with pytest.raises(SourceError, match="--data"):
        HeldOut(context(None)).clips("ljs")
