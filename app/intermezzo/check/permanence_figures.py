"""Permanence of any engine: edited all over, converted again in every way there is, and counted element by element."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from intermezzo.check.permanence import Kept, counted
from intermezzo.check.variations import edited_all_over, other_value
from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.carry import carry_over, rules_between
from intermezzo.core.edits.words import Words, plain, words_layer
from intermezzo.core.layers import Grid, Layer, Mark, Notes, Spans
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Media, Text
from intermezzo.core.sketch import Sketch

__all__ = ["OtherText", "permanence_figures", "silently_lost", "with_other_words"]

_PER_LAYER = 3
_ONE_IN = 10
_WORD = re.compile(r"[^\W\d_]+")


def permanence_figures(context: Context, manifest: EngineManifest, source: Media, sketch: Sketch) -> list[Figure]:
    """Return how many elements by hand are left after another seed, other words and other settings, one at a time."""
    edited = edited_all_over(sketch, np.random.default_rng(3), _PER_LAYER, manifest)
    settings = manifest.params_of("convert")
    lost: list[Dropped] = []
    silent = beyond = 0

    def carried(new: Sketch) -> tuple[Sketch, tuple[Dropped, ...]]:
        nonlocal silent, beyond
        again, dropped = carry_over(edited, new, rules_between(settings, edited.made, new.made))
        ended = [drop for drop in dropped if _is_beyond(drop, new)]
        cells = _cells_beyond(edited, new)
        silent += cells - sum(_by_hand(clip) for drop in ended for clip in drop.clips.values())
        beyond += cells
        return again, tuple(drop for drop in dropped if drop not in ended)

    again, dropped = carried(context.convert(source, seed=2))
    lost += dropped
    after_seed = counted(edited, again)
    figures = [_figure("edits_kept_after_new_conversion_percent", after_seed, "another seed")]
    figures += _after_other_words(context, source, edited, manifest)
    after_settings, tried = Kept(), []
    for param in settings:
        value = other_value(param)
        if value is not None:
            again, dropped = carried(context.convert(source, params={param.name: value}))
            lost += dropped
            after_settings += counted(edited, again)
            tried.append(f"{param.name} {value}")
    if tried:
        figures.append(_figure("edits_kept_after_other_settings_percent", after_settings, ", ".join(tried)))
    if beyond:  # another sample may be shorter: what lies behind its end waits on the list
        what = f"{beyond} cells lay behind the end of another sample"
        figures.append(Figure("cells_neither_kept_nor_listed", float(silent), "permanence", at_most=0.0, note=what))
    note = "; ".join(drop.line for drop in lost[:3]) or "another seed and other settings"
    return [*figures, Figure("edits_listed_as_dropped", float(len(lost)), "permanence", at_most=0.0, note=note)]


def _is_beyond(drop: Dropped, new: Sketch) -> bool:
    """Tell whether an edit was of cells of a grid in time that a shorter one does not have."""
    hop_s = new.type.hop_s
    of_grids = bool(drop.clips) and all(isinstance(clip, Grid) and clip.timed for clip in drop.clips.values())
    return of_grids and hop_s > 0 and round(drop.start_s / hop_s) >= new.n_frames


def _cells_beyond(old: Sketch, new: Sketch) -> int:
    if old.governing is not None or new.n_frames >= old.n_frames:
        return 0
    grids = [layer for layer in old.layers.values() if isinstance(layer, Grid) and layer.timed]
    return sum(_by_hand(grid.cut(new.n_frames, old.n_frames)) for grid in grids)


def _by_hand(layer: Layer) -> int:
    return int(((layer.marks() & np.uint8(Mark.EDITED | Mark.LOCKED)) != 0).sum())


def _figure(name: str, kept: Kept, what: str) -> Figure:
    note = f"{kept.had} frames, cells, spans and slots by hand; {what}"
    return Figure(name, kept.percent, "permanence", at_least=100.0, note=note)


def _after_other_words(context: Context, source: Media, edited: Sketch, manifest: EngineManifest) -> list[Figure]:
    other = with_other_words(source.text, np.random.default_rng(5)) if isinstance(source, Text) else None
    if other is None:
        return []
    new = context.convert(Text(other.text))
    same = other.same(edited, new)
    if not same:
        return []
    rules = rules_between(manifest.params_of("convert"), edited.made, new.made)
    again, lost = carry_over(edited, new, rules)
    kept, silent = counted(edited, again, same), silently_lost(edited, again, same, lost)
    what = f"{len(other.changes)} other words; on the {len(same)} that stayed"
    return [
        _figure("edits_kept_after_changed_text_percent", kept, what),
        Figure("edits_neither_kept_nor_listed", float(silent), "permanence", at_most=0.0,
               note=f"on words that went; {len(lost)} are listed"),
    ]  # fmt: skip


@dataclass(frozen=True)
class OtherText:
    """A text in which some words are others: ``changes`` are (first, stop, new word) in characters of the old one."""

    text: str
    changes: tuple[tuple[int, int, str], ...]

    def place(self, character: int) -> int:
        """Return where an old character is now."""
        return character + sum(len(word) - (b - a) for a, b, word in self.changes if b <= character)

    def same(self, old: Sketch, new: Sketch) -> dict[int, int]:
        """Return which words of the new sketch stand where words of the old one stood that were not changed.

        Where the engine does not say where in the text its words stand, they are compared place by place, or by the
        longest rows of equal ones where there are more or fewer of them now.
        """
        before, after = words_layer(old), words_layer(new)
        if before is None or after is None:
            return {}
        if before.source is None or after.source is None:
            labels = [[plain(label) for label in spans.base_labels] for spans in (before, after)]
            if before.count == after.count:
                return {k: k for k, (a, b) in enumerate(zip(*labels, strict=True)) if a == b}
            blocks = SequenceMatcher(None, labels[0], labels[1], autojunk=False).get_matching_blocks()
            return {a + k: b + k for a, b, n in blocks for k in range(n)}
        there = {key: k for k, key in enumerate(_counted(after.source[:, 0].tolist()))}
        found: dict[int, int] = {}
        places = _counted([self.place(first) for first in before.source[:, 0].tolist()])
        for k, ((first, stop), key) in enumerate(zip(before.source.tolist(), places, strict=True)):
            if not any(a < stop and first < b for a, b, _ in self.changes) and key in there:
                found[k] = there[key]
        return found


def _counted(starts: Sequence[int]) -> list[tuple[int, int]]:
    """Number those that are equal: "12" becomes several words that stand at one place."""
    seen: Counter[int] = Counter()
    found = []
    for start in starts:
        found.append((start, seen[start]))
        seen[start] += 1
    return found


def with_other_words(text: str, rng: np.random.Generator) -> OtherText | None:
    """Return a text with one word in ten, at least one, replaced by words from elsewhere in it; None if it has none."""
    words = list(_WORD.finditer(text))
    if len({plain(word.group()) for word in words}) < 2:
        return None
    count = max(1, round(len(words) / _ONE_IN))
    changes: list[tuple[int, int, str]] = []
    for k in sorted(rng.choice(len(words), count, replace=False).tolist()):
        others = [w.group() for w in words if plain(w.group()) != plain(words[k].group())]
        changes.append((words[k].start(), words[k].end(), str(rng.choice(others))))
    for first, stop, word in reversed(changes):
        text = text[:first] + word + text[stop:]
    return OtherText(text, tuple(changes))


def silently_lost(old: Sketch, new: Sketch, same: Mapping[int, int], lost: Sequence[Dropped]) -> int:
    """Count layers edited on a word that went, of which nothing stands in its place and nothing is listed."""
    layer = words_layer(old)
    before = Words.of(old, layer.spec.name if layer is not None else None)
    if before is None and old.type.beats is not None:
        return _silently_lost_in_bars(old, new, lost)
    if before is None or before.words is None:
        return 0
    total = 0
    listed = {(name, drop.word) for drop in lost for name in drop.clips}
    after = words_layer(new)
    for word in set(range(before.words.count)) - set(same):
        a, b = before.frames(word + 1, True)
        left, right = same.get(word - 1), same.get(word + 1)
        c = int(after.stops[left]) if after is not None and left is not None else 0
        d = int(after.starts[right]) if after is not None and right is not None else new.n_frames
        for name, own in old.layers.items():
            if not own.timed or (name, before.name(word + 1)) in listed or not own.by_hand()[_of(own, a, b)].any():
                continue
            total += not new.layers[name].by_hand()[_of(new.layers[name], c, d)].any()
    return total


def _silently_lost_in_bars(old: Sketch, new: Sketch, lost: Sequence[Dropped]) -> int:
    """Count the elements by hand of a tune that are neither there again nor listed."""
    total = 0
    for name, layer in old.layers.items():
        if isinstance(layer, (Spans, Notes)):
            had, now = (int(x.by_hand().sum()) for x in (layer, new.layers[name]))
            listed = sum(int(drop.clips[name].by_hand().sum()) for drop in lost if name in drop.clips)
            total += max(had - now - listed, 0)
    return total


def _of(layer: Layer, start: int, stop: int) -> slice:
    """Return the elements of a layer in a stretch of frames: whole spans, or the frames themselves."""
    if not isinstance(layer, (Spans, Notes)):
        return slice(start, stop)
    first, last = (int(k) for k in np.searchsorted(layer.starts, [start, stop]))
    return slice(first, last)
