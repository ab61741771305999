"""German words taken apart: compounds into their parts, parts into prefixes and stem.

The parts list (`lexicon/german_parts.txt.gz`) holds 28,000 simple word forms that occur inside compounds, each with a
digit for how many (a power of two); it was distilled from the German lexemes of Wikidata (CC0). The cheapest reading
wins: few parts, common parts, known parts.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from intermezzo.core.errors import PluginError
from intermezzo_engines.speech.respellings_de import STEMS
from intermezzo_engines.speech.words import word_set

__all__ = ["Morph", "load_parts", "split_prefixes", "split_word"]

_FILE = "lexicon/german_parts.txt.gz"
_LINKS = ("", "s", "es")
_ENDINGS = (
    "", "e", "n", "en", "s", "es", "er", "ern", "em", "ns", "ig", "ige", "igen", "iger", "iges", "ens", "t", "te",
    "ten", "st", "end", "ende", "enden",
)  # fmt: skip
_SHORT = word_set(
    "tag weg rad tor ton tod hof hut not rat rot see tee uhr ohr ort zug bad bau amt arm arzt ast auto eis erz fuß "
    "gas gut hals holz kuh los neu öl sau tal tat typ tür wal weh alt ehe eid mut mai bus axt bär fee hai lok mut "
    "not süd nord ost west zeh zoo drei vier fünf acht neun zehn elf ab an auf aus bei ein mit nach vor zu um un ur "
    "so wo da erd erb ski roh eck kur hör tot heu web nah näh öko aal ruf fan tau pop klo box reh rau hau "
    "dom job lob fix hub lid eng wut kot bär bio eil hör end zer"
)
_NEVER_PARTS = word_set(
    "ende enden ender endes endem igen iger iges igem ische ischen ischer isches ischem test chen lein innen "
    "erinnen ungen eren erer eres erem ere este esten ester estes estem sten ster stes stem ern ens tion tionen "
    "ismus heit keit lich bar schaft haft isten enten anten iert ierte ieren ion ionen tum nis los lose losen loser "
    "ung ling lingen erin rinnen eien ierung eurin stern sterns tern ring ringen elle ellen elles vers vern eure "
    "euren"
)
_PARTICLES = (
    "auseinander", "zusammen", "herüber", "herunter", "hinüber", "hinunter", "herbei", "herauf", "hinauf", "heran",
    "herab", "hinab", "hinzu", "voran", "vorüber", "zurück", "hinter", "wieder", "weiter", "gegen", "unter", "durch",
    "heraus", "hinaus", "herein", "hinein", "hervor", "voraus", "vorbei", "vorher", "neben", "wider", "über", "miss",
    "nach", "fort", "hoch", "auf", "aus", "bei", "dar", "ein", "her", "hin", "los", "mit", "vor", "weg", "ab", "an",
    "da", "um", "un", "ur", "zu",
)  # fmt: skip
_TENS = re.compile(
    r"(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)(und)((?:zwan|drei|vier|fünf|sech|sieb|acht|neun)[zß]ig\w*)"
)
_SURE = word_set("vor nach auf aus über durch zusammen zurück unter hervor heraus hinaus wieder")
_UNSTRESSED = re.compile(
    r"be(?!sser|ste[nrsm]?$|stie|tt|rg|rn|rst|be|ch|ck|er|et$|et[eh]|i(?!nhal|rr|nah)|ll|lg|nz|njam|sen|"
    r"(?:te|tet|ten|tete|teten)$|uge?n?$|ul|ute|ton|th|isp|na$|rli|la|a|go|rl|nn)"
    r"|ge(?!b(?:e(?:n|r|rs|rn|nd\w*|st)?$|t$|t[es]|lich|bar|ung|end)|her?$|gen|gn|lb|ld|lt|lk|rn|rst(?!el)|ste(?:rn|$)|i(?!rr|mp)|rh|ni|ne[rt]|n[mf]|nu[as]|r[mb]|ck|mse|o|h(?:t|e|st|end)|l$|g$|s$|t$|n$|nd|nt)"
    r"|er(?!b(?![aeiouäöül])|be[ns]?$|d|n(?![aeiouäöü])|st(?!a|e[lih]|i|u|o|r|ä)|k(?:er|s)|len?$|z(?![aeäiuöüo])|ich|ik|os|ot|a$|e(?!ig|il)|n$|$|m[ie])"
    r"|ver(?!se?[ns]?$|b(?:en)?$|ti[ke]|di$|a$|ona|s(?:ion|us))"
    r"|zer(?!e|o|b[ei]r|ti)|ent(?!e|[sn]?$)|em(?=pf)"
)


@dataclass(frozen=True)
class Morph:
    """A piece of a word: `kind` is "prefix" (without stress), "particle" (takes the stress) or "stem"."""

    text: str
    kind: str


@lru_cache(maxsize=1)
def load_parts() -> dict[str, int]:
    """Return the parts with the power of two of their number of compounds; raises PluginError without the list."""
    try:
        text = gzip.decompress(files("intermezzo_assets").joinpath(_FILE).read_bytes()).decode("utf-8")
    except (OSError, EOFError) as error:
        raise PluginError("The German word list is missing or damaged. Install Intermezzo again.") from error
    return {word: int(rank) for word, _, rank in (line.partition("\t") for line in text.splitlines())}


_COUNTED = re.compile(
    r"(zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)((?:minüt|jähr|stünd|täg|köpf|stell|teil|monat|wöch|stöck)ig\w*)"
)
_INSEPARABLE = re.compile(
    r"(?:über(?:setz|nehm|nomm|nahm|leg|hol|wind|wund|zeug|rasch|wach|führ|prüf|arbeit|trag|treff|treib|lass|ließ|leb|"
    r"quer|steh|reich|brück)|unter(?:nehm|nomm|nahm|stütz|such|schreib|schrieb|brech|broch|brach|drück|halt|hielt|lass|"
    r"ließ|sag|scheid|stell|zeich|zieh|zog|werf|worf)|wider(?:sprech|sproch|sprach|steh|leg|ruf|setz)|"
    r"hinter(?:lass|ließ|leg|frag))"
    r"(?:|e|en|t|te|ten|tet|st|test|est|et|end|end\w+|ung|ungen|er|ers|erin|ern|bar\w*|s|ene?[nmrs]?|te[mrs])"
)  # verbs, and what comes from them, whose particle has no stress
_END = re.compile(r"(\w{4,}[sn])(ende[sn]?)")


def _is_linked(head: str, parts: dict[str, int]) -> bool:
    """Say whether something that ends in -s or -n is the first part of a compound, as in "Wochen-ende"."""
    stems = [head.removesuffix(link) for link in ("s", "n", "es", "en") if head.endswith(link)]
    return head + "en" not in parts and any(len(stem) > 3 and stem in parts for stem in stems)


_PARTICIPLE = re.compile(r"ende?[nmrs]?")


@lru_cache(maxsize=4096)
def split_word(word: str) -> tuple[str, ...]:
    """Return the parts of a compound (linking letters stay with the part before), or the word itself."""
    parts = load_parts()
    tens = _TENS.fullmatch(word)
    if tens:
        return tuple(tens.groups(""))
    pair = _COUNTED.fullmatch(word) or _INSEPARABLE.fullmatch(word) or _END.fullmatch(word)
    if pair and pair.re is _INSEPARABLE:
        return (word,)
    if pair and (pair.re is _COUNTED or _is_linked(pair.group(1), parts)):
        return (*split_word(pair.group(1)), pair.group(2))
    if word.endswith("erweise") and len(word) > 10:
        return (*split_word(word.removesuffix("weise")), "weise")
    if any(word[:length] in STEMS and word[length:] in _ENDINGS for length in range(5, len(word) + 1)):
        return (word,)
    if len(word) < 6 or (word in parts and len(word) < 9):
        return (word,)
    length = len(word)
    cost = [0.0] + [1e9] * length
    back = [0] * (length + 1)
    for stop in range(2, length + 1):
        for start in range(max(0, stop - 24), stop - 1):
            if cost[start] >= 1e9:
                continue
            piece = word[start:stop]
            price = _price(piece, parts, last=stop == length, whole=start == 0 and stop == length)
            if _PARTICIPLE.fullmatch(piece) and word[start - 1] not in "sn":
                price += 3.0  # "schreibendes" is no end
            prefix = _UNSTRESSED.match(word, start)
            if prefix and prefix.end() == stop and _is_stem(word[stop:]):
                price = min(price, 0.5)
            if cost[start] + price < cost[stop]:
                cost[stop], back[stop] = cost[start] + price, start
    found: list[str] = []
    at = length
    while at > 0:
        found.append(word[back[at] : at])
        at = back[at]
    found.reverse()
    return tuple(found)


def _price(piece: str, parts: dict[str, int], *, last: bool, whole: bool) -> float:
    if whole and piece in parts:
        return 1.0 + 0.1 * len(piece)
    best = 1.4 + 0.32 * len(piece) if whole else 1e9
    for ending in (
        _ENDINGS if last else _LINKS if piece[:-1] not in _PARTICLES and piece[:-2] not in _PARTICLES else ("",)
    ):
        stem = piece[: len(piece) - len(ending)] if ending else piece
        if piece.endswith(ending) and _is_part(stem, parts) and (last or piece not in _NEVER_PARTS):
            best = min(best, 1.5 - 0.06 * parts.get(stem, 0) + (0.15 if ending else 0))
    return best


def _is_part(stem: str, parts: dict[str, int]) -> bool:
    if stem in _NEVER_PARTS:
        return False
    if stem in _PARTICLES:
        return True
    return stem in _SHORT if len(stem) < 4 else stem in parts or ("ß" in stem and stem.replace("ß", "ss") in parts)


def split_prefixes(part: str) -> list[Morph]:
    """Return the particles and prefixes before the stem of one part, then the stem."""
    morphs: list[Morph] = []
    rest = part
    while True:
        if any(rest[:length] in STEMS for length in range(5, 12)):
            morphs.append(Morph(rest, "stem"))
            return morphs
        match = _UNSTRESSED.match(rest)
        if match and _is_stem(rest[match.end() :]):
            morphs.append(Morph(match.group(), "prefix"))
            rest = rest[match.end() :]
            continue
        particle = (
            next((p for p in _PARTICLES if rest.startswith(p)), None)
            if not any(m.kind == "prefix" for m in morphs)
            else None
        )
        if particle and rest != particle and _follows_particle(rest[len(particle) :], particle):
            morphs.append(Morph(particle, "particle"))
            rest = rest[len(particle) :]
            if rest.startswith("zu") and _follows_particle(rest[2:], "zu") and rest[2:].endswith("en"):
                morphs.append(Morph("zu", "prefix"))
                rest = rest[2:]
            continue
        morphs.append(Morph(rest, "stem"))
        return morphs


_SIBILANT_STEM = re.compile(r"s[pt][aeiouäöür](?<!sti)(?!akt|us)")  # anspülen, but einstig, abstrakt
_ONSET = re.compile(
    r"(?:sch[lmnrw]?|sp[lr]?|st[r]?|[bpgkf][lr]|[dt]r|kn|gn|pf[lr]?|zw|qu|ch|[bcdfghjklmnprstvwz])?(?:[aiouyäöü]|e(?!$))"
)


def _is_stem(rest: str) -> bool:
    return len(rest) >= 2 and bool(_ONSET.match(rest))


def _follows_particle(rest: str, particle: str) -> bool:
    if len(rest) < 3 or not _is_stem(rest):
        return False
    if particle in ("an", "ab", "ein", "um") and _SIBILANT_STEM.match(rest):
        return True
    match = _UNSTRESSED.match(rest)
    if match and _is_stem(rest[match.end() :]) and len(rest) > 5:
        return True
    if particle in _SURE and len(rest) >= 4:
        return True
    parts = load_parts()
    return any(
        rest.endswith(ending)
        and len(rest) - len(ending) >= 3
        and rest[: len(rest) - len(ending)] in parts
        and rest not in _NEVER_PARTS
        for ending in _ENDINGS
    )
