"""The converter's networks: phones -> how the line is read -> curves of frames -> envelope and breath.

Two networks. `ProsodyNet` reads the line in two steps: `reading` gives every phone its duration, pitch and energy as a
distribution that depends on those of the other phones that are already known, in any order and any selection (an
order-agnostic model: Uria et al. 2014; Hoogeboom et al. 2022); `curves` turns them into pitch, voicing and energy of
frames, beside frames that stand already. `ColourNet` gives envelope and aperiodicity for the *actual* durations, pitch
and energy, predicted or drawn by hand, beside stretches of spectrum that stand already. All are trained with random
masks, so the same networks predict a sentence, re-sample a word and fill a gap in a recording.

FastSpeech 2 (Ren et al. 2021) in shape, with these differences: ConvNeXt blocks instead of self-attention, so that
everything is local; pitch and energy live on frames, not in bins; everything has its own uncertainty; the envelope is
harmonic-free; prosody has a network of its own, because few hours of speech teach it less than they teach the colour
of sounds: it would learn its clips by heart while the decoder still improves. Voices are weights over embeddings, so
they can be mixed; the last embedding is a stranger's, known only by the statistics of its recording.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from intermezzo_engines.speech.blocks import FrameBlock
from intermezzo_engines.speech.features import N_AP, N_BANDS
from intermezzo_engines.speech.frontend import MARKS, N_DISTANCES
from intermezzo_engines.speech.phones import SYMBOLS

__all__ = [
    "N_POSITION", "N_VALUES", "VOICES", "ColourNet", "ConverterNet", "Curves", "PhoneEncoder", "ProsodyNet", "Targets",
    "centre_weights", "frame_positions", "spread",
]  # fmt: skip


VOICES = ("cathy", "ljs", "kerstin")
"""The voices of the shipped weights, in the order of their embeddings; one more embedding is the stranger's."""
N_POSITION = 6
"""How many numbers say where in its phone a frame is."""
N_VALUES = 3
"""What is read of each phone: log duration, pitch, energy, each normalised by voice."""


@dataclass(frozen=True)
class Curves:
    """Predictions for each frame, all (B, T) and normalised by voice; `*_log_var` are natural logs of variances."""

    pitch: Tensor
    pitch_log_var: Tensor
    voicing: Tensor  # logit
    energy: Tensor
    energy_log_var: Tensor


@dataclass(frozen=True)
class Targets:
    """What the frames of each phone are to reach: `own` and `between` (B, T, 2), pitch and energy of the phone itself
    and interpolated between the centres of phones."""

    own: Tensor
    between: Tensor

    @classmethod
    def of(cls, values: Tensor, index: Tensor, left: Tensor, right: Tensor, share: Tensor) -> Targets:
        """Spread phone values (B, N, 2) over frames; `left`, `right` (B, T) and `share` are `centre_weights`."""

        def at(which: Tensor) -> Tensor:
            return values.gather(1, which.unsqueeze(-1).expand(-1, -1, 2))

        return cls(at(index), at(left) + share.unsqueeze(-1) * (at(right) - at(left)))


class PhoneEncoder(nn.Module):
    """Phone inputs -> encodings (B, N, D); each block sees three phones further to either side."""

    def __init__(self, dim: int, n_blocks: int, dropout: float) -> None:
        super().__init__()
        self.symbol = nn.Embedding(len(SYMBOLS), dim)
        self.stress = nn.Embedding(3, dim)
        self.place = nn.Embedding(5, dim)
        self.weak = nn.Embedding(2, dim)
        self.mark = nn.Embedding(len(MARKS), dim)
        self.voice = nn.Linear(len(VOICES) + 1, dim, bias=False)
        self.distance = nn.Linear(N_DISTANCES, dim)
        self.blocks = _blocks(dim, 7, dropout, (1,) * n_blocks)

    def forward(
        self, symbol: Tensor, stress: Tensor, place: Tensor, weak: Tensor, mark: Tensor, distance: Tensor,
        voice: Tensor, mask: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        """Return encodings (B, N, D) of int64 (B, N) inputs, `distance` (B, N, 4) and `voice` (B, V + 1), sum 1."""
        x = self.symbol(symbol) + self.stress(stress) + self.place(place) + self.weak(weak) + self.mark(mark)
        return _run(self.blocks, x + self.voice(voice).unsqueeze(1) + self.distance(distance), mask)


class ProsodyNet(nn.Module):
    """Phones -> durations, pitch, voicing and energy with their doubts; much dropout, for there are few clips."""

    def __init__(self, dim_phone: int = 160, dim: int = 128) -> None:
        super().__init__()
        self.phones = PhoneEncoder(dim_phone, 4, 0.3)
        self.known = nn.Linear(2 * N_VALUES, dim_phone)
        self.reading_blocks = _blocks(dim_phone, 7, 0.3, (1, 2, 3, 1))
        self.reading_head = nn.Linear(dim_phone, 2 * N_VALUES)
        self.enter = nn.Linear(dim_phone + N_POSITION + 4 + 5, dim)
        self.frame_blocks = _blocks(dim, 11, 0.3, (1, 2, 4, 1))
        self.frame_head = nn.Linear(dim, 5)

    def reading(
        self, encoded: Tensor, values: Tensor, known: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance (B, N, 3) of log duration, pitch and energy of every phone.

        Args:
            encoded: (B, N, D).
            values: (B, N, 3), looked at only where known.
            known: (B, N, 3), 1 where a value stands, else 0.
            mask: (B, N, 1), 1 inside each sequence.
        """
        x = encoded + self.known(torch.cat([values * known, known], -1))
        mean, log_var = self.reading_head(_run(self.reading_blocks, x, mask)).float().chunk(2, -1)
        return mean, log_var.clamp(-6, 3)

    def curves(self, frames: Tensor, targets: Targets, standing: Tensor, mask: Tensor | None = None) -> Curves:
        """Return pitch, voicing and energy of each frame.

        Args:
            frames: `spread` encodings (B, T, D + positions).
            targets: what the phones were read as.
            standing: (B, T, 5): pitch, voicing and energy of frames that stand, 0 elsewhere; whether pitch (with
                voicing) stands and whether energy does.
            mask: (B, T, 1), 1 inside each sequence.
        """
        x = self.enter(torch.cat([frames, targets.own, targets.between, standing], -1))
        pitch, pitch_log_var, voicing, energy, energy_log_var = (
            self.frame_head(_run(self.frame_blocks, x, mask)).float().unbind(-1)
        )
        return Curves(
            pitch + targets.between[..., 0], pitch_log_var.clamp(-6, 3), voicing,
            energy + targets.own[..., 1], energy_log_var.clamp(-6, 3),
        )  # fmt: skip


class ColourNet(nn.Module):
    """Phones and the prosody that really is -> envelope and breath."""

    def __init__(self, dim_phone: int = 160, dim: int = 192) -> None:
        super().__init__()
        self.phones = PhoneEncoder(dim_phone, 4, 0.25)
        self.enter = nn.Linear(dim_phone + N_POSITION + 3, dim)
        self.standing = nn.Linear(N_BANDS + N_AP + 1, dim)
        self.timbre = nn.Linear(N_BANDS + N_AP, dim)
        self.blocks = _blocks(dim, 7, 0.05, (1, 1, 2, 4, 2, 1))
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, N_BANDS + N_AP)

    def forward(
        self, frames: Tensor, prosody: Tensor, standing: Tensor, timbre: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return normalised envelope and aperiodicity (B, T, 105).

        Args:
            frames: `spread` encodings (B, T, D + positions).
            prosody: (B, T, 3): actual pitch, voicing (0 or 1) and energy.
            standing: (B, T, 106): the spectrum of frames that stand, 0 elsewhere, and whether they stand.
            timbre: (B, 105): the mean spectrum of the voice, natural log, not normalised.
            mask: (B, T, 1), 1 inside each sequence.
        """
        x = self.enter(torch.cat([frames, prosody], -1)) + self.standing(standing)
        x = x + self.timbre(0.3 * timbre).unsqueeze(1)
        spectrum: Tensor = self.head(self.norm(_run(self.blocks, x, mask))).float()
        return spectrum


class ConverterNet(nn.Module):
    """Both networks and their tables.

    The `*_stats` buffers hold each voice's means and deviations (inside, all is of unit scale). The others are
    measured after training (calibrate.py): `reach` (V, 3) widens durations, pitch and energy to what is human, `doubt`
    (3,) the widths of 80 % intervals, `contrast` undoes the flatness of regression by band, and `variety` (V, K, 105)
    holds the directions in which the spectra of a phone differ from reading to reading.
    """

    contrast: Tensor
    reach: Tensor
    doubt: Tensor
    variety: Tensor
    N_DIRECTIONS = 6

    def __init__(self) -> None:
        super().__init__()
        self.prosody = ProsodyNet()
        self.colour = ColourNet()
        shapes = {"pitch": (2,), "energy": (2,), "duration": (2,), "spectrum": (2, N_BANDS + N_AP)}
        for name, shape in shapes.items():
            self.register_buffer(f"{name}_stats", torch.zeros(len(VOICES), *shape))
        self.register_buffer("contrast", torch.ones(len(VOICES), N_BANDS + N_AP))
        self.register_buffer("variety", torch.zeros(len(VOICES), self.N_DIRECTIONS, N_BANDS + N_AP))
        self.register_buffer("reach", torch.ones(len(VOICES), N_VALUES))
        self.register_buffer("doubt", torch.ones(N_VALUES))

    @property
    def stats(self) -> dict[str, Tensor]:
        """The normalisation tables by name."""
        return {name: value for name, value in self.named_buffers() if name.endswith("_stats")}


def frame_positions(durations: Tensor) -> tuple[Tensor, Tensor]:
    """Return the phone of each frame (T,), and where in it the frame is (T, 6), for durations (N,) int64."""
    index = torch.repeat_interleave(torch.arange(len(durations)), durations)
    stops = torch.cumsum(durations, 0)
    frame = torch.arange(int(durations.sum()))
    length = durations[index].float()
    past, left = (frame - (stops - durations)[index]).float() + 0.5, (stops[index] - frame).float() - 0.5
    share = past / length
    position = torch.stack(
        [share - 0.5, (share - 0.5).square() * 4 - 0.3, (past / 8).clamp(max=2) - 0.5, (left / 8).clamp(max=2) - 0.5,
         torch.log(length) - 2, torch.sin(torch.pi * share) - 0.6], -1,
    )  # fmt: skip
    return index, position


def centre_weights(durations: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return for each frame the phones whose centres lie left and right of it (T,), and its way between them (T,)."""
    centres = torch.cumsum(durations, 0).float() - durations.float() / 2
    times = torch.arange(int(durations.sum())).float() + 0.5
    right = torch.searchsorted(centres, times).clamp(max=len(durations) - 1)
    left = (right - 1).clamp(min=0)
    share = ((times - centres[left]) / (centres[right] - centres[left]).clamp(min=1e-3)).clamp(0, 1)
    return left, right, share


def spread(encoded: Tensor, index: Tensor, position: Tensor) -> Tensor:
    """Return frame inputs (B, T, D + 6) from encodings (B, N, D), phone indices (B, T) and positions (B, T, 6)."""
    gathered = encoded.gather(1, index.unsqueeze(-1).expand(-1, -1, encoded.shape[-1]))
    return torch.cat([gathered, position.to(gathered.dtype)], -1)


def _blocks(dim: int, kernel: int, dropout: float, dilations: tuple[int, ...]) -> nn.ModuleList:
    return nn.ModuleList([FrameBlock(dim, 3 * dim, kernel, dropout=dropout, dilation=d) for d in dilations])


def _run(blocks: nn.ModuleList, x: Tensor, mask: Tensor | None) -> Tensor:
    for block in blocks:
        x = block(x, mask)
    return x
