"""A drawn voice for tests: vowels with moving formants, a melody, a pause and a noise, all known exactly."""

import numpy as np

from intermezzo_engines.speech.features import Floats, band_centres_hz


def drawn_voice(n_frames: int = 200, low_hz: float = 150.0, high_hz: float = 260.0) -> tuple[Floats, Floats, Floats]:
    """Return ``(env_ln, ap_ln, f0_hz)``: a vowel, 20 frames of silence, another vowel, 25 frames of noise."""
    t = np.linspace(0.0, 1.0, n_frames)
    hz = band_centres_hz()
    env = np.full((n_frames, 100), -3.0) - 0.5 * np.log1p(hz / 500.0)
    for formant, width, height in ((600 + 250 * np.sin(5 * t), 150, 2.0), (1500 + 500 * np.cos(4 * t), 220, 1.6)):
        env += height * np.exp(-(((hz - formant[:, None]) / width) ** 2))
    f0 = low_hz * (high_hz / low_hz) ** (0.5 - 0.5 * np.cos(6 * t))
    pause = slice(n_frames // 2 - 10, n_frames // 2 + 10)
    env[pause] = -10.5
    f0[pause] = 0.0
    f0[-25:] = 0.0
    env[-25:] -= 1.0
    breath = np.broadcast_to([-4.5, -3.5, -2.5, -1.2, -0.5], (n_frames, 5)).copy()
    breath[f0 == 0] = 0.0
    return env.astype(np.float32), breath.astype(np.float32), f0.astype(np.float32)
