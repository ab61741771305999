"""Train the aligner on cathy, ljs and kerstin, write its weights and the alignment of every clip.

    python -m intermezzo_engines.speech.train_aligner --data DIR --work DIR --target FILE

Round 0 takes frame labels from pocketsphinx's forced alignment (extra `measure`; about 80 % of the English clips
align). The network learns them (AdamW 2e-3, one-cycle, batch 32 x 256 frames) and aligns *every* clip itself; German
ones too, each German sound scored as the English one that comes nearest (`NEAREST`). Round 1 trains on these labels
of its own in both languages, which cover all clips and mend the teacher's slips; with its result all is aligned again.
Voices vary: spectra are warped in frequency by up to 20 %, tilted and made noisy, so that other speakers align too.
Expected: training accuracy .75 in round 0, .85 in round 1; 12 CPU-minutes in all. Held-out clips are aligned at the
end but never trained on.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech import teacher
from intermezzo_engines.speech.aligner import CLASSES, AlignedWord, Aligner, AlignerNet, log_mel, search
from intermezzo_engines.speech.blocks import half_precision
from intermezzo_engines.speech.corpus import LANGUAGES, VOICES, Clip, clips, sounds
from intermezzo_engines.speech.phones import base_arpabet
from intermezzo_engines.speech.pronounce import load_pronouncer
from intermezzo_engines.speech.text import transcript

__all__ = ["NEAREST", "as_document", "boundary_differences_ms", "fit", "frame_labels", "train", "with_borrowed"]

NEAREST = {
    "A": "AA AH", "AX": "AA", "EE": "EY IH", "EX": "EH AE", "OO": "OW", "UE": "IY UW", "UQ": "IH UH", "OE": "ER UH",
    "OQ": "ER EH", "RX": "AH AA", "PF": "F P", "TS": "S T", "CX": "SH HH", "KH": "HH K", "RR": "HH R AA",
}  # fmt: skip
"""For each sound that only German has, the English sounds that it may be taken for before any German was heard."""
Labels = Mapping[str, NDArray[np.int64]]
Mels = Mapping[str, NDArray[np.float32]]


def frame_labels(words: list[AlignedWord]) -> NDArray[np.int64]:
    """Return the class index of every frame of an alignment."""
    return np.concatenate(
        [np.full(p.end - p.start, CLASSES.index(base_arpabet(p.phone)), np.int64) for w in words for p in w.phones]
    )


def _augment(mel: Tensor, generator: np.random.Generator) -> Tensor:
    """Vary (B, T, 100) frames as other voices and rooms would."""
    batch, n_frames, n_bands = mel.shape
    factors = generator.uniform(0.8, 1.2, batch)
    positions = torch.from_numpy(np.clip(np.arange(n_bands)[None] * factors[:, None], 0, n_bands - 1.001)).float()
    low = positions.long()
    weight = (positions - low).unsqueeze(1)
    index = low.unsqueeze(1).expand(batch, n_frames, n_bands)
    warped = mel.gather(2, index) * (1 - weight) + mel.gather(2, index + 1) * weight
    tilt = torch.from_numpy(generator.normal(0, 0.4, (batch, 1, 1))).float() * torch.linspace(-1, 1, n_bands)
    floor = torch.from_numpy(generator.uniform(-3.5, -0.6, (batch, 1, 1))).float()
    noisy = torch.maximum(warped, floor + 0.15 * torch.randn_like(warped))
    return noisy + tilt + torch.from_numpy(generator.normal(0, 0.2, (batch, 1, 1))).float()


def fit(
    net: AlignerNet, mels: Mels, labels: Labels, steps: int, seed: int, report: Callable[[str], None] = print
) -> AlignerNet:
    """Train `net` on labelled clips and return its running average."""
    rng = np.random.default_rng(seed)
    ids = sorted(set(mels) & set(labels))
    weights = np.array([len(labels[i]) for i in ids], float)
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps, pct_start=0.08)
    started, length = time.process_time(), 256
    net.train()
    for step in range(steps):
        mel, target = torch.full((32, length, 100), -1.5), torch.zeros(32, length, dtype=torch.long)
        for row, i in enumerate(rng.choice(len(ids), 32, p=weights / weights.sum())):
            x, y = mels[ids[i]], labels[ids[i]]
            start = int(rng.integers(0, max(1, len(y) - length + 1)))
            piece = slice(start, start + length)
            n = len(y[piece])
            mel[row, :n], target[row, :n] = torch.from_numpy(x[piece][:n]), torch.from_numpy(y[piece])
        with half_precision():
            scores = net(_augment(mel, rng))
        loss = nn.functional.cross_entropy(scores.reshape(-1, len(CLASSES)), target.reshape(-1), label_smoothing=0.03)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
                slow.lerp_(fast, 1 - min(0.998, (1 + step) / (10 + step)))
        if step % 200 == 199:
            accuracy = (scores.argmax(-1) == target).float().mean().item()
            report(
                f"step {step + 1} loss {loss.item():.3f} acc {accuracy:.3f} cpu {time.process_time() - started:.0f} s"
            )
    return average.eval()


def log_prior(labels: Labels) -> NDArray[np.float32]:
    """Return the log frequency of every class."""
    counts = np.bincount(np.concatenate(list(labels.values())), minlength=len(CLASSES)) + 10.0
    result: NDArray[np.float32] = np.log(counts / counts.sum()).astype(np.float32)
    return result


def boundary_differences_ms(ours: list[AlignedWord], theirs: list[teacher.Segment]) -> list[float]:
    """Return |difference| in ms of the phone starts that both alignments have, matched by order.

    Empty where the two chose different pronunciations.
    """
    mine = [(base_arpabet(p.phone), p.start) for w in ours if w.word >= 0 for p in w.phones]
    other = [(s.phone, s.start_s) for s in theirs if s.phone != "SIL"]
    if [p for p, _ in mine] != [p for p, _ in other]:
        return []
    return [abs((a - 0.5) * 256 / 24 - 1000 * b) for (_, a), (_, b) in zip(mine, other, strict=True)]


def train(
    data: Path, work: Path, target: Path, steps: int = 800, seed: int = 0, report: Callable[[str], None] = print
) -> dict[str, float]:
    """Train both rounds, write `target`, its card and `work`/alignments, and return the held-out figures."""
    torch.manual_seed(seed)
    started = time.process_time()
    known = {clip.id: clip for voice in VOICES for clip in clips(data, voice)}
    audio = {name: samples for voice in VOICES for name, samples in sounds(data, voice) if name in known}
    language = {name: LANGUAGES[known[name].voice] for name in audio}
    spoken = {name: transcript(known[name].text, language[name]) for name in audio}
    mels = {name: log_mel(samples) for name, samples in audio.items()}
    english = [name for name in audio if language[name] == "en"]
    by_teacher = teacher.align_all({n: audio[n] for n in english}, spoken, work / "teacher")
    training = [name for name in audio if not known[name].held_out]
    report(f"{len(by_teacher)} of {len(english)} aligned by the teacher, cpu {time.process_time() - started:.0f} s")

    labels = {n: teacher.frame_labels(by_teacher[n], len(mels[n]), CLASSES) for n in training if n in by_teacher}
    first_round = work / "aligner_round0.safetensors"  # a stopped training goes on from here
    net = AlignerNet()
    if first_round.exists():
        net.load_state_dict(load_file(first_round))
    else:
        net = fit(net, mels, labels, steps, seed, report)
        save_file(net.state_dict(), first_round)
    pronouncers = {name: load_pronouncer(name) for name in set(language.values())}
    options = {
        (spoken_in, word): pronouncers[spoken_in].candidates(word)
        for name, spoken_in in language.items() for word in spoken[name]
    }  # fmt: skip

    def align_with(aligner: Aligner, borrow: bool) -> dict[str, tuple[list[AlignedWord], float]]:
        found = {}
        for name in audio:
            scores = aligner.scores(audio[name])
            if borrow and language[name] == "de":
                scores = with_borrowed(scores)
            try:
                found[name] = search(scores, [options[language[name], word] for word in spoken[name]])
            except SourceError as problem:
                report(f"{name} is left out: {problem}")
        return found

    aligner = Aligner(net, log_prior(labels))
    final = align_with(aligner, borrow=True)
    _write_alignments(work / "alignments", known, final, spoken)
    report(f"all aligned once, cpu {time.process_time() - started:.0f} s")
    labels = {name: frame_labels(final[name][0]) for name in training if name in final}
    net = fit(copy.deepcopy(aligner.net).train(), mels, labels, steps, seed + 1, report)
    aligner = Aligner(net, log_prior(labels))
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({**aligner.net.state_dict(), "log_prior": torch.from_numpy(aligner.log_prior)}, target)

    final = align_with(aligner, borrow=False)
    _write_alignments(work / "alignments", known, final, spoken)
    held = [n for n in english if known[n].held_out and n in by_teacher and n in final]
    differences = [boundary_differences_ms(final[n][0], by_teacher[n]) for n in held]
    every = np.concatenate([d for d in differences if d])
    truth = [(frame_labels(final[n][0]), teacher.frame_labels(by_teacher[n], len(mels[n]), CLASSES)) for n in held]
    scores = {v: [final[n][1] for n in final if known[n].voice == v and known[n].held_out] for v in VOICES}
    figures = {
        "boundary_difference_median_ms": float(np.median(every)),
        "boundary_within_20_ms_percent": float(100 * np.mean(every <= 20.0)),
        "frames_agreeing_percent": float(100 * np.mean(np.concatenate([a == b for a, b in truth]))),
        "clips_measured": float(sum(bool(d) for d in differences)), "clips_held_out_with_teacher": float(len(held)),
        **{f"mean_score_{voice}": float(np.mean(found)) for voice, found in scores.items() if found},
    }  # fmt: skip
    _write_card(target.with_suffix(".card.md"), figures, len(training), time.process_time() - started)
    return figures


def with_borrowed(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return frame scores (T, classes) in which every German sound scores as its nearest English ones do."""
    out = scores.copy()
    for phone, nearest in NEAREST.items():
        out[:, CLASSES.index(phone)] = scores[:, [CLASSES.index(name) for name in nearest.split()]].max(1)
    return out


def _write_alignments(
    folder: Path,
    known: Mapping[str, Clip],
    found: Mapping[str, tuple[list[AlignedWord], float]],
    spoken: Mapping[str, tuple[str, ...]],
) -> None:
    for name, (words, score) in found.items():
        path = folder / known[name].voice / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(as_document(words, spoken[name], score)), encoding="utf-8")


def as_document(words: list[AlignedWord], spoken: tuple[str, ...], score: float) -> dict[str, object]:
    """Return an alignment for JSON: words with phones as [ARPAbet, first frame, end]; pauses have no letters."""
    return {
        "score": score,
        "words": [
            {"word": spoken[w.word] if w.word >= 0 else "", "phones": [[p.phone, p.start, p.end] for p in w.phones]}
            for w in words
        ],
    }


def _write_card(path: Path, figures: Mapping[str, float], n_train: int, cpu_s: float) -> None:
    path.write_text(
        "# speech_aligner: phone times of a recording with its text, US English and German\n\n"
        f"Trained by `intermezzo_engines.speech.train_aligner` on {n_train} clips: cathy (CC0), LJSpeech\n"
        f"LJ001-LJ002 (public domain) and kerstin (CC0), {cpu_s / 60:.1f} CPU-minutes; first labels of English from\n"
        "pocketsphinx. Licence: MIT.\n\n"
        "Held-out sentences, against pocketsphinx (a second opinion, not the truth):\n\n| figure | value |\n|---|---|\n"
        + "".join(f"| {name} | {value:.1f} |\n" for name, value in figures.items())
        + "\nThree female voices only; other voices are imitated in training by warped, tilted and noisy spectra.\n",
        encoding="utf-8",
    )


def main() -> None:
    """Run the training from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=800)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(train(arguments.data, arguments.work, arguments.target, arguments.steps))


if __name__ == "__main__":
    main()
