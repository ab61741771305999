"""Letters to phones for words outside the dictionary: a small convolutional network with a CTC output.

Each letter becomes two slots; ConvNeXt blocks look 13 slots to either side; every slot says one ARPAbet phone with
stress, or nothing. Non-autoregressive, so a batch of words costs a few milliseconds. CTC: Graves et al. 2006; as
grapheme-to-phoneme model compare Rao et al. 2015. The dictionary comes first; this model only fills its gaps.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from intermezzo.core.errors import PluginError
from intermezzo_engines.speech.blocks import ConvNeXtBlock
from intermezzo_engines.speech.lexicon import STRESSED_ARPABET

__all__ = ["G2p", "G2pConfig", "G2pNet", "collapse", "encode_word", "load_g2p"]

LETTERS = "'abcdefghijklmnopqrstuvwxyz"
BLANK = 0
_WEIGHTS = "weights/speech_g2p.safetensors"
_VOWELS = tuple(phone for phone in STRESSED_ARPABET if phone[-1].isdigit())


@dataclass(frozen=True)
class G2pConfig:
    """Shape of the network."""

    dim: int = 160
    hidden: int = 480
    n_blocks: int = 5
    kernel: int = 7


class G2pNet(nn.Module):
    """Letters (B, L) as ids, 0 for padding -> log-probabilities (B, 2 L, 70) over blank and the stressed phones."""

    def __init__(self, config: G2pConfig | None = None) -> None:
        super().__init__()
        c = config or G2pConfig()
        self.embed = nn.Embedding(len(LETTERS) + 1, 2 * c.dim, padding_idx=0)
        self.blocks = nn.ModuleList([ConvNeXtBlock(c.dim, c.hidden, c.kernel, dropout=0.1) for _ in range(c.n_blocks)])
        self.norm = nn.LayerNorm(c.dim)
        self.head = nn.Linear(c.dim, len(STRESSED_ARPABET) + 1)

    def forward(self, letters: Tensor) -> Tensor:
        """Return log-probabilities (B, 2 L, 1 + 69); slots of padding are to be ignored."""
        x = self.embed(letters)  # (B, L, 2 D)
        x = x.reshape(x.shape[0], 2 * x.shape[1], -1)  # (B, 2 L, D)
        mask = (letters > 0).repeat_interleave(2, dim=1).unsqueeze(-1).to(x.dtype)
        for block in self.blocks:
            x = block(x, mask)
        return torch.log_softmax(self.head(self.norm(x)).float(), dim=-1)


def encode_word(word: str) -> list[int]:
    """Return letter ids (1..27) of a word; accents are dropped, other characters ignored."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return [LETTERS.index(ch) + 1 for ch in plain if ch in LETTERS]


def collapse(best: Sequence[int]) -> tuple[str, ...]:
    """Turn the best label of each slot into phones: repeats merge, blanks go (CTC greedy decoding)."""
    phones, last = [], BLANK
    for label in best:
        if label not in (BLANK, last):
            phones.append(STRESSED_ARPABET[label - 1])
        last = label
    return tuple(phones)


class G2p:
    """The trained model behind one function."""

    def __init__(self, net: G2pNet) -> None:
        self._net = net.eval()

    def pronounce(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Return ARPAbet phones with stress for each word, never empty for a word with at least one letter.

        A word of several syllables has exactly one primary stress.
        """
        encoded = [encode_word(word) for word in words]
        width = max((len(ids) for ids in encoded), default=0)
        if width == 0:
            return [() for _ in words]
        letters = torch.zeros(len(words), width, dtype=torch.long)
        for row, ids in enumerate(encoded):
            letters[row, : len(ids)] = torch.tensor(ids)
        with torch.inference_mode():
            scores = self._net(letters)
        best = scores.argmax(-1).tolist()
        result = []
        for row, ids in enumerate(encoded):
            phones = collapse(best[row][: 2 * len(ids)])
            if not phones and ids:  # all slots said "nothing": take the likeliest phone of the first letter
                phones = (STRESSED_ARPABET[int(scores[row, 0, 1:].argmax())],)
            result.append(_one_primary_stress(phones))
        return result


def _one_primary_stress(phones: tuple[str, ...]) -> tuple[str, ...]:
    primary = [i for i, phone in enumerate(phones) if phone.endswith("1")]
    vowels = [i for i, phone in enumerate(phones) if phone in _VOWELS]
    if not primary and vowels:
        primary = [next((i for i in vowels if phones[i].endswith("2")), vowels[0])]
    return tuple(
        f"{phone[:-1]}{1 if i == primary[0] else 2 if phone.endswith('1') else phone[-1]}" if i in vowels else phone
        for i, phone in enumerate(phones)
    )


def load_g2p() -> G2p:
    """Return the shipped model.

    Raises:
        PluginError: if the weights are missing or damaged.
    """
    try:
        state = load_safetensors(files("intermezzo_assets").joinpath(_WEIGHTS).read_bytes())
        net = G2pNet()
        net.load_state_dict(state)
    except Exception as error:  # safetensors and torch raise their own types
        raise PluginError("The letter-to-sound model is missing or damaged. Install Intermezzo again.") from error
    return G2p(net)
