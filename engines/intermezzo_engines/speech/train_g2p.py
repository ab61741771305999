"""Train the letter-to-phone network on the CMU dictionary and write weights and card.

    python -m intermezzo_engines.speech.train_g2p --data DIR --target FILE [--steps 1500]

Data: the first pronunciation of each purely alphabetic word that fits two phones a letter. Held out: words whose CRC-32
is 0 modulo 25 (4 %); they are never trained on. AdamW 2e-3, one-cycle, batch 512, EMA .999. Expected with 1,500 steps
(about 12 CPU-minutes): CTC loss .25 on training words; the card holds the held-out error rates.
"""

from __future__ import annotations

import argparse
import copy
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from intermezzo_engines.speech.blocks import half_precision
from intermezzo_engines.speech.distance import edit_distance
from intermezzo_engines.speech.g2p import BLANK, G2p, G2pNet, encode_word
from intermezzo_engines.speech.lexicon import STRESSED_ARPABET, read_cmudict
from intermezzo_engines.speech.phones import base_arpabet

__all__ = ["error_rates", "split_words", "train"]

Entry = tuple[str, list[tuple[str, ...]]]


def split_words(dictionary: Path) -> tuple[list[Entry], list[Entry]]:
    """Return (training, held-out) words with all their pronunciations."""
    usable = [
        (word, prons)
        for word, prons in read_cmudict(dictionary).items()
        if word.replace("'", "").isalpha() and word.isascii() and len(prons[0]) + 1 < 2 * len(word)
    ]
    held = [entry for entry in usable if zlib.crc32(entry[0].encode()) % 25 == 0]
    return [entry for entry in usable if zlib.crc32(entry[0].encode()) % 25], held


def error_rates(model: G2p, entries: Sequence[Entry]) -> dict[str, float]:
    """Return phone and word error rates in percent, with and without stress, to the nearest listed pronunciation."""
    phone_errors = phone_errors_plain = n_phones = wrong = wrong_plain = 0
    for start in range(0, len(entries), 512):
        batch = entries[start : start + 512]
        for (_, prons), guess in zip(batch, model.pronounce([word for word, _ in batch]), strict=True):
            distance, length = min((edit_distance(guess, p), len(p)) for p in prons)
            plain = [base_arpabet(p) for p in guess]
            distance_plain = min(edit_distance(plain, [base_arpabet(x) for x in p]) for p in prons)
            phone_errors, n_phones = phone_errors + distance, n_phones + length
            phone_errors_plain += distance_plain
            wrong, wrong_plain = wrong + (distance > 0), wrong_plain + (distance_plain > 0)
    return {
        "per_stress_percent": 100 * phone_errors / n_phones, "wer_stress_percent": 100 * wrong / len(entries),
        "per_percent": 100 * phone_errors_plain / n_phones, "wer_percent": 100 * wrong_plain / len(entries),
    }  # fmt: skip


def train(
    data: Path, target: Path, steps: int = 1500, seed: int = 0, report: Callable[[str], None] = print
) -> dict[str, float]:
    """Train, write `target` (safetensors) and its card, and return the held-out error rates in percent."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    training, held = split_words(data / "text/lex/cmudict.dict.gz")
    ids = {phone: i + 1 for i, phone in enumerate(STRESSED_ARPABET)}
    pairs = sorted(
        ((encode_word(word), [ids[p] for p in prons[0]]) for word, prons in training), key=lambda p: len(p[0])
    )
    net = G2pNet()
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps, pct_start=0.08)
    ctc = nn.CTCLoss(blank=BLANK, zero_infinity=True)
    started = time.process_time()
    for step in range(steps):
        start = int(rng.integers(-256, len(pairs) - 256))  # neighbours are of one length: little padding
        pool = range(max(0, start - 1024), min(len(pairs), start + 1536))
        chosen = [pairs[i] for i in rng.choice(pool, 512, replace=False)]
        width = max(len(letters) for letters, _ in chosen)
        letters = torch.zeros(len(chosen), width, dtype=torch.long)
        for row, (word, _) in enumerate(chosen):
            letters[row, : len(word)] = torch.tensor(word)
        with half_precision():
            scores = net(letters)
        loss = ctc(
            scores.transpose(0, 1), torch.tensor([p for _, phones in chosen for p in phones]),
            torch.tensor([2 * len(word) for word, _ in chosen]), torch.tensor([len(phones) for _, phones in chosen]),
        )  # fmt: skip
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        decay = min(0.999, (1 + step) / (10 + step))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
                slow.lerp_(fast, 1 - decay)
        if step % 100 == 99 or step == steps - 1:
            rates = error_rates(G2p(average), held[:1500])
            report(f"step {step + 1} loss {loss.item():.3f} cpu {time.process_time() - started:.0f} s {rates}")
            average.train()
    rates = error_rates(G2p(average), held)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(average.state_dict(), target)
    _write_card(target.with_suffix(".card.md"), rates, len(training), len(held), steps, time.process_time() - started)
    return rates


def _write_card(path: Path, rates: dict[str, float], n_train: int, n_held: int, steps: int, cpu_s: float) -> None:
    path.write_text(
        "# speech_g2p: letters to phones, US English\n\n"
        f"Trained by `intermezzo_engines.speech.train_g2p` on {n_train} words of the CMU dictionary (BSD licence),\n"
        f"{steps} steps of 512 words, {cpu_s / 60:.1f} CPU-minutes; licence of the weights: MIT.\n\n"
        f"Held out, {n_held} words (CRC-32 of the word divisible by 25), nearest listed pronunciation:\n\n"
        "| figure | percent |\n|---|---|\n"
        + "".join(f"| {name.removesuffix('_percent')} | {value:.2f} |\n" for name, value in rates.items())
        + "\nMeant for words outside the dictionary; names of foreign origin are its weak side.\n",
        encoding="utf-8",
    )


def main() -> None:
    """Run the training from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1500)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(train(arguments.data, arguments.target, arguments.steps))


if __name__ == "__main__":
    main()
