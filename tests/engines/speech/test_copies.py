"""Scores become means, targets and the count of clips behind the peer."""

import numpy as np

from intermezzo_engines.speech.copies import copied, griffin_lim


def scores(ours: float, world: float) -> dict[str, tuple[float, float]]:
    return {"copy": (ours, 0.99), "peer_pyworld": (world, 0.95)}


def test_the_mean_is_set_against_the_target_of_the_voice() -> None:
    figures = {f.name: f for f in copied("ljs", [scores(3.2, 3.0), scores(3.8, 3.1)])}
    assert figures["pesq_wb_copy_ljs"].value == 3.5 and figures["pesq_wb_copy_ljs"].met
    assert figures["stoi_copy_ljs"].met and figures["pesq_wb_peer_pyworld_ljs"].met is None


def test_every_clip_behind_the_peer_counts() -> None:
    figures = {f.name: f for f in copied("libri", [scores(2.0, 3.0), scores(4.4, 3.0)])}
    assert figures["clips_behind_pyworld_libri"].value == 1 and figures["clips_behind_pyworld_libri"].met is False
    assert figures["smallest_pesq_wb_lead_over_pyworld_libri"].value == -1


def test_griffin_lim_keeps_length_and_tone() -> None:
    t = np.arange(6000) / 24_000
    sound = (0.3 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    again = griffin_lim(sound)
    assert len(again) == len(sound)
    assert abs(int(np.abs(np.fft.rfft(again)).argmax()) - 110) <= 2
