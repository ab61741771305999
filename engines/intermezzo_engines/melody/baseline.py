"""What the tune network is compared with: a TeleMelody-shaped encoder-decoder, and random notes of the scale.

The encoder-decoder has TeleMelody's tokens (Ju et al. 2022): mode, then chord, cadence and beat of each note in; bar
step, position, pitch and duration of each note out; four and four layers. For all metres, and to be fair on little
data: the metre and the register are told too, pitches are relative to the tonic as in our network, both sides know the
number of the note (so alignment need not be learned), and the width is 128 instead of 256. It is no part of the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from intermezzo.core.media import Melody
from intermezzo.core.music.chords import KINDS
from intermezzo.core.music.metre import metre_of
from intermezzo_engines.melody.template import Template
from intermezzo_engines.melody.tune_features import BELOW, CLASSES, FIELDS, METRE_NAMES, place_of
from intermezzo_engines.weights import read_weights

__all__ = [
    "WINDOW",
    "TeleNet",
    "load_baseline",
    "random_in_scale",
    "source_tokens",
    "target_tokens",
    "telemelody",
    "tune_from_tokens",
]

WINDOW: Final = 64
"""Notes that the network sees at once; longer tunes are made in windows that share a quarter."""
_SHARED: Final = WINDOW // 4
_SIZES: Final = {"bar": 4, "place": 32, "pitch": CLASSES + 1, "length": 16}
"""Sizes of the four tokens of a note, in order; see `target_tokens`."""
_HEAD: Final = ("mode", "metre", "register")
_SIXTEENTH: Final = 120
_DIM: Final = 128
_BITS: Final = 2 ** np.arange(12)
_KIND_OF: Final = {sum(1 << step for step in steps): k for k, steps in enumerate(KINDS.values())}


def source_tokens(whole: NDArray[np.int64], tones: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return int64 (N, 6): mode, metre, register, then chord, cadence and beat of each note, from its features."""
    column = dict(zip(FIELDS, whole.T, strict=True))
    above_root = [np.roll(row[:12], -root) @ _BITS for row, root in zip(tones, column["root"].tolist(), strict=True)]
    kind = np.array([_KIND_OF.get(int(bits), 0) for bits in above_root], np.int64)
    beats = np.array([metre_of(name).beat_frames // _SIXTEENTH for name in METRE_NAMES])[column["metre"]]
    return np.stack([
        *(column[name] for name in _HEAD), column["root"] * len(KINDS) + kind,
        np.where(column["left"] == 0, column["cadence"], 0), column["place"] // beats,
    ], -1)  # fmt: skip


def target_tokens(melody: Melody, template: Template, base: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64 (N, 4): bar step 0 to 3, place in sixteenths, pitch class, length in sixteenths less one."""
    starts, stops, pitches = (melody.notes[:, k].astype(np.int64) for k in range(3))
    bars = np.searchsorted(template.bars.starts, starts, side="right") - 1
    place = np.array([place_of(template, start) for start in starts.tolist()]) // _SIXTEENTH
    relative = pitches - base + BELOW
    inside = (relative >= 0) & (relative < CLASSES)
    return np.stack([
        np.clip(np.diff(bars, prepend=bars[:1]), 0, 3), np.minimum(place, 31), np.where(inside, relative, CLASSES),
        np.clip(np.round((stops - starts) / _SIXTEENTH).astype(np.int64) - 1, 0, 15),
    ], -1)  # fmt: skip


class _Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.pair, self.out = nn.Linear(_DIM, _DIM), nn.Linear(_DIM, 2 * _DIM), nn.Linear(_DIM, _DIM)

    def keys(self, x: Tensor) -> Tensor:
        """Return keys and values (2, B, heads, N, 32)."""
        b, n, _ = x.shape
        result: Tensor = self.pair(x).view(b, n, 2, 4, 32).permute(2, 0, 3, 1, 4)
        return result

    def forward(self, x: Tensor, keys: Tensor, mask: Tensor | None = None) -> Tensor:
        b, n, _ = x.shape
        query = self.query(x).view(b, n, 4, 32).transpose(1, 2)
        y = nn.functional.scaled_dot_product_attention(query, keys[0], keys[1], attn_mask=mask)
        result: Tensor = self.out(y.transpose(1, 2).reshape(b, n, _DIM))
        return result


class _Layer(nn.Module):
    """A pre-norm Transformer layer, with a look at the source where it is a decoder's."""

    def __init__(self, is_decoder: bool, dropout: float) -> None:
        super().__init__()
        self.own, self.other = _Attention(), _Attention() if is_decoder else None
        self.norms = nn.ModuleList(nn.LayerNorm(_DIM) for _ in range(3))
        self.wide, self.narrow = nn.Linear(_DIM, 4 * _DIM), nn.Linear(4 * _DIM, _DIM)
        self.drop = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, mask: Tensor | None, source: Tensor | None, source_mask: Tensor | None, past: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Return the output and the keys so far."""
        y = self.norms[0](x)
        keys = self.own.keys(y)
        keys = keys if past is None else torch.cat([past, keys], 3)
        x = x + self.drop(self.own(y, keys, mask))
        if self.other is not None and source is not None:
            x = x + self.drop(self.other(self.norms[1](x), self.other.keys(source), source_mask))
        x = x + self.drop(self.narrow(nn.functional.relu(self.wide(self.norms[2](x)))))
        return x, keys


class TeleNet(nn.Module):
    """Four and four layers over (B, 3 + 3 N) source and (B, 4 N) target tokens."""

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        head = [FIELDS[name] for name in _HEAD]
        self.source = nn.ModuleList(nn.Embedding(size, _DIM) for size in (*head, 13 * len(KINDS), 4, 32))
        self.target = nn.ModuleList(nn.Embedding(size, _DIM) for size in _SIZES.values())
        self.number = nn.Embedding(WINDOW, _DIM)
        self.begin = nn.Parameter(torch.zeros(_DIM))
        self.slot = nn.Embedding(4, _DIM)
        self.encoder = nn.ModuleList(_Layer(False, dropout) for _ in range(4))
        self.decoder = nn.ModuleList(_Layer(True, dropout) for _ in range(4))
        self.norms = nn.ModuleList(nn.LayerNorm(_DIM) for _ in range(2))
        self.heads = nn.ModuleList(nn.Linear(_DIM, size) for size in _SIZES.values())

    def encode(self, tokens: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """Return the source (B, 3 + 3 N, 128) and its mask, given tokens (B, N, 6) and real (B, N), true inside."""
        b, n, _ = tokens.shape
        head = torch.stack([table(tokens[:, 0, k]) for k, table in enumerate(self.source[:3])], 1)
        number = self.number(torch.arange(n))
        notes = torch.stack([table(tokens[..., 3 + k]) + number for k, table in enumerate(self.source[3:])], 2)
        x = torch.cat([head, notes.view(b, 3 * n, _DIM)], 1)
        mask = torch.cat([torch.ones(b, 3, dtype=torch.bool), real.repeat_interleave(3, 1)], 1)[:, None, None]
        for layer in self.encoder:
            x, _ = layer(x, mask, None, None, None)
        return self.norms[0](x), mask

    def embed(self, tokens: Tensor) -> Tensor:
        """Return what the decoder hears (B, 4 N, 128) before each of the tokens (B, N, 4)."""
        b, n, _ = tokens.shape
        said = torch.stack([table(tokens[..., k]) for k, table in enumerate(self.target)], 2).view(b, 4 * n, _DIM)
        before = torch.cat([self.begin.expand(b, 1, _DIM), said[:, :-1]], 1)
        place = (self.number(torch.arange(n))[:, None] + self.slot.weight[None]).view(4 * n, _DIM)
        result: Tensor = before + place
        return result

    def decode(
        self, x: Tensor, source: Tensor, source_mask: Tensor, past: Sequence[Tensor] | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """Return hidden states (B, M, 128) of M tokens after the past, and the keys so far."""
        m = x.shape[1]
        mask = torch.ones(m, m, dtype=torch.bool).tril() if past is None else None
        keys = []
        for k, layer in enumerate(self.decoder):
            x, seen = layer(x, mask, source, source_mask, None if past is None else past[k])
            keys.append(seen)
        return self.norms[1](x), keys


def telemelody(
    net: TeleNet, sources: Sequence[NDArray[np.int64]], seed: int, choices: int = 10, temperature: float = 0.5
) -> list[NDArray[np.int64]]:
    """Sample int64 (N, 4) tokens for each source, as TeleMelody does: the likeliest ten at half temperature."""
    generator = torch.Generator().manual_seed(seed)
    n = max(len(source) for source in sources)
    made = torch.zeros(len(sources), n, 4, dtype=torch.long)
    tokens = torch.zeros(len(sources), n, 6, dtype=torch.long)
    for k, row in enumerate(sources):
        tokens[k, : len(row)] = torch.from_numpy(row)
    lengths = torch.tensor([len(row) for row in sources])
    with torch.inference_mode():
        for start in range(0, n, WINDOW - _SHARED):
            done = _SHARED if start else 0
            rows = torch.nonzero(lengths > start + done)[:, 0]
            if not len(rows):
                break
            part = slice(start, start + WINDOW)
            real = torch.arange(n)[part] < lengths[rows, None]
            source, mask = net.encode(tokens[rows, part], real)
            window = made[rows, part]
            past: list[Tensor] | None = None
            heard = net.embed(window)[:, : 4 * done + 1]
            for at in range(4 * done, 4 * window.shape[1]):
                hidden, past = net.decode(heard, source, mask, past)
                scores = net.heads[at % 4](hidden[:, -1]) / temperature
                best = scores.topk(min(choices, scores.shape[-1]))
                drawn = torch.multinomial(best.values.softmax(-1), 1, generator=generator)
                window[:, at // 4, at % 4] = best.indices.gather(1, drawn)[:, 0]
                if at + 1 < 4 * window.shape[1]:
                    heard = net.embed(window)[:, at + 1 : at + 2]
            made[rows, part] = window
    return [made[k, : len(row)].numpy() for k, row in enumerate(sources)]


def tune_from_tokens(tokens: NDArray[np.int64], template: Template, base: NDArray[np.int64]) -> Melody:
    """Return the tune of target tokens; notes that would not follow each other are moved on."""
    bars = template.bars
    bar, rows, end = bars.index_at(template.rhythm[0][0]), [], 0
    lengths = [metre.bar_frames for metre in bars.metres]
    origin = int(bars.starts[0]) - (-bars.pickup % bars.metres[0].bar_frames if bars.pickup else 0)
    for (step, place, pitch, length), tonic in zip(tokens.tolist(), base.tolist(), strict=True):
        bar += step
        line = (
            int(bars.starts[bar]) if bar < bars.count else int(bars.starts[-1]) + (bar - bars.count + 1) * lengths[-1]
        )
        start = max((origin if bar == 0 else line) + place * _SIXTEENTH, end, 0)
        end = start + (length + 1) * _SIXTEENTH
        rows.append((start, end, tonic + min(pitch, CLASSES - 1) - BELOW, 80))
    return Melody(np.array(rows, np.int32), ("la",) * len(rows), end, metres=((0, template.metres[0][1]),))


def random_in_scale(template: Template, lowest: int, highest: int, seed: int) -> Melody:
    """Return a tune with a random note of the scale for each syllable."""
    rng = np.random.default_rng(seed)
    rows = []
    for start, stop, _ in template.rhythm:
        scale = template.key_at(start).scale
        rows.append((start, stop, int(rng.choice([p for p in range(lowest, highest + 1) if p % 12 in scale])), 80))
    texts = tuple(text for *_, text in template.rhythm)
    return Melody(np.array(rows, np.int32), texts, template.n_frames, metres=template.metres, pickup=template.pickup)


def load_baseline(path: Path) -> TeleNet:
    """Read the weights that train_baseline.py wrote.

    Raises:
        PluginError: if they are missing or damaged.
    """
    net = TeleNet()
    read_weights(net, path, "weights of the baseline")
    return net.eval()
