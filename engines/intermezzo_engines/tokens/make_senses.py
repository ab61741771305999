"""Make the lexicon of senses from WordNet: which general ideas a word stands for, in one small file.

`python -m intermezzo_engines.tokens.make_senses wordnet_min.tsv.gz senses.txt.gz`. The source lists synsets with their
lemmas and relations. Of each lemma of one or two words the two likeliest noun synsets and one of every other kind are
kept, likeliest being where the lemma is named first and which has most relations (the source does not rank senses).
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from pathlib import Path

__all__ = ["make"]

_KEPT = {"n": 2, "v": 1, "a": 1, "s": 1, "r": 0}
_UP = re.compile(r"[@&+](?:i)?([nvasr])(\d+)")


def make(source: Path, target: Path) -> tuple[int, int]:
    """Write the lexicon; returns how many synsets and lemmas it holds."""
    parents: dict[str, list[str]] = {}
    wide: dict[str, int] = {}
    senses: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for line in gzip.decompress(source.read_bytes()).decode().splitlines():
        entry, lemmas, relations, *_ = line.split("\t")
        synset = entry[-1] + entry[:-1]
        # '@' is a more general idea, '&' a similar adjective, '+' the noun or verb that a word is derived from.
        ups = [kind + number for kind, number in _UP.findall(relations)]
        general = [r[1:].lstrip("i") for r in relations.split() if r.startswith("@")]
        parents[synset] = (general or ups)[:2]
        wide[synset] = len(relations.split())
        for place, lemma in enumerate(lemmas.split(",")):
            word = lemma.replace("_", " ").lower()
            if word.count(" ") < 2 and not any(ch.isdigit() for ch in word):
                senses[word].append((place, -wide[synset], synset))
    chosen: dict[str, list[str]] = {}
    for word, found in senses.items():
        left = dict(_KEPT)
        for _, _, synset in sorted(found):
            if left[synset[0]]:
                left[synset[0]] -= 1
                chosen.setdefault(word, []).append(synset)
    used = {synset for found in chosen.values() for synset in found}
    waiting = list(used)
    while waiting:
        for up in parents.get(waiting.pop(), ()):
            if up in parents and up not in used:
                used.add(up)
                waiting.append(up)
    number = {synset: k for k, synset in enumerate(sorted(used))}
    rows = [" ".join(str(number[up]) for up in parents[synset] if up in number) for synset in sorted(used)]
    words = [f"{word}\t{' '.join(str(number[s]) for s in found)}" for word, found in sorted(chosen.items())]
    target.write_bytes(gzip.compress("\n".join([str(len(rows)), *rows, *words]).encode(), mtime=0))
    return len(rows), len(words)


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), Path(sys.argv[2])))
