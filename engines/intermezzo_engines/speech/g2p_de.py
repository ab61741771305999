"""German letters to phones by rule: one part of a word (a stem with its endings) at a time, prefixes already taken off.

A part is first *respelt*: stems whose length, stress or consonants no rule can know (`respellings_de`) and loan endings
are written so that the rules read them rightly. In a respelling "'" stands before the stressed vowel, ":" after a long
and "." after a short one, "-" is a joint before an ending that begins with a consonant, and a capital is a phone as it
stands (`_CAPITALS`). Then graphemes become phones from left to right: vowels are long before one consonant and short
before two, stops and fricatives lose their voice at the end of a syllable, "e" without stress is a schwa.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from intermezzo_engines.speech.words import word_set

__all__ = ["letters_to_phones", "spelled_letter"]

Phones = tuple[str, ...]

_CAPITALS = {
    "Z": "Z", "S": "S", "V": "V", "F": "F", "J": "ZH", "G": "JH", "C": "CX", "X": "KH", "H": "SH", "Y": "Y", "K": "K",
    "T": "CH", "N": "NG", "B": "B", "D": "D", "L": "L", "M": "M",
}  # fmt: skip
_DIPHTHONGS = {
    "ai": "AY", "ei": "AY", "ay": "AY", "ey": "AY", "au": "AW", "äu": "OY", "eu": "OY", "oi": "OY", "oy": "OY",
}  # fmt: skip
_LONG = {
    "a": "AX", "e": "EE", "i": "IY", "o": "OO", "u": "UW", "ä": "EX", "ö": "OE", "ü": "UE", "y": "UE", "ie": "IY",
    "aa": "AX", "ee": "EE", "oo": "OO", "ou": "UW", "é": "EE",
}  # fmt: skip
_SHORT = {
    "a": "A", "e": "EH", "i": "IH", "o": "AO", "u": "UH", "ä": "EH", "ö": "OQ", "ü": "UQ", "y": "UQ", "ie": "IH",
    "aa": "A", "ee": "EH", "oo": "AO", "ou": "UH", "é": "EH",
}  # fmt: skip
_DEVOICED = {"B": "P", "D": "T", "G": "K", "Z": "S", "V": "F", "ZH": "SH", "JH": "CH"}
_VOWEL = r"(?:äu|ai|ei|ay|ey|au|eu|oi|oy|ie|aa|ee|oo|ou|[aeiouyäöüéEA])"
_GRAPHEME = re.compile(
    rf"(?P<stress>')|(?P<joint>-)|(?P<capital>[A-DF-Z])|(?P<vowel>{_VOWEL})(?P<h>h(?=[^aiouyäöü']|$|u-|ung|ig))?(?P<length>[:.])?"
    r"|(?P<cons>tsch|dsch|sch|chs(?=[aeiouäöü])|ch|ck|ph|pf|qu|th|rh|tz|zz|dt|ng|gn(?=ac)|(?P<twin>[bcdfgklmnprst])(?P=twin)|[bcdfghjklmnpqrstvwxzßç])"
)

# Endings of loan words; they carry the stress. Tried in order at the end of a part with an earlier vowel.
_INFLECTION = (
    r"(?P<end>(?:e|en|er|ern|em|es|s|n|in|innen|te|ten|tet|t|st|end|ende|enden|ender|endes|ung|ungen|bar|bare|baren|los|"
    r"lose|losen|-\w+)?)$"
)
_LOAN_ENDINGS = tuple(
    (re.compile(f"(?:{pattern}){_INFLECTION}"), respelt)
    for pattern, respelt in (
        (r"ssion", "SY'o:n"), (r"(?<=[nrl])sion", "zY'o:n"), (r"sion", "ZY'o:n"), (r"xion", "ksY'o:n"),
        (r"stion", "stY'o:n"), (r"tion", "zY'o:n"), (r"([gln])ion", r"\1Y'o:n"),
        (r"([aeiouäöü])t(ien)", r"'\1:zYEn"), (r"([aeiouäöü])s(ien)", r"'\1:ZYEn"),
        (r"([aeiouäöü])([lnrdmkpbvg])(ien)", r"'\1:\2YEn"), (r"([bcdfgklmnprtv])(ien)", r"\1YEn"),
        (r"tionell", "zYon'ell"), (r"sionell", "ZYon'ell"), (r"tional", "zYon'a:l"), (r"sional", "ZYon'a:l"),
        (r"tionalist", "zYonal'ist"), (r"tionär", "zYon'ä:r"), (r"tionier", "zYon'ie:r"),
        (r"ziell", "zY'ell"), (r"tiell", "zY'ell"), (r"zial", "zY'a:l"), (r"tial", "zY'a:l"),
        (r"ti(ent|enz|ant|anz)", r"zY'\1"), (r"ismus", "'iSmuS"), (r"ismen", "'iSmen"), (r"ität", "it'ä:t"),
        (r"(?<!e)ier", "'ie:r"), (r"(?<=[rlntms])(ar)", "'a:r"), (r"(?<=[^aeiouäöü])(ist)", r"'i.st"),
        (r"istisch", "'i.stisch"),
        (r"(?<=[^aeiouäöühk])(ei)", r"'ei"), (r"eu(r|se)", r"'ö:\1"), (r"(e|a)nz", r"'\1nz"), (r"(e|a)nt", r"'\1nt"),
        (r"(?<=[bcdfgklmnprstvzi])(ell|ett|ekt|ess|ent)", r"'\1"), (r"(?<=[trnldmivu])(al)", r"'\1:"),
        (r"(?<=[trnldmivue])(at(?!t))", r"'\1:"), (r"(?<=[trnldsg])(är)", r"'ä:r"), (r"(?<=[trnldsig])(ös)", r"'ö:Z"),
        (r"(?<=[bfgknt])(iv)", r"'i:V"), (r"(ikt|akt|inkt|ept|arkt)", r"'\1"), (r"thek", "t'e:k"),
        (r"(ur)(?<=[tdszp]ur)", r"'u:r"), (r"(?<=[^aeiou])(ion)", r"Y'o:n"), (r"log", "l'o:g"),
        (r"graf|graph", "gr'a:F"),
        (r"urg", "'urg"), (r"nom", "n'o:m"), (r"soph", "z'o:F"), (r"krat", "kr'a:t"), (r"gramm", "gr'amm"),
    )
)  # fmt: skip
_NO_LOAN = re.compile(
    r"^(?:\w{0,3}[aeiouyäöü]?(?:heimat|monat|senat)|\w*(?:arbeit|abent)\w*|abend\w*|tausend\w*|jugend\w*|tugend\w*|"
    r"gegend\w*|elend\w*|\w*(?:dies|ein|wei|rei|manch|viel|jed|nie|noch|oft|cks|ert|erst)\w{0,2}mal\w*|dutzend\w*|woch\w*|spekt\w*)$"
)
_STRESSED_IE = re.compile(
    r"(graf|graph|log|soph|nom|krat|metr|phon|path|theor|melod|industr|kategor|batter|energ|strateg|galer|fanta[sz]|"
    r"kolon|symphon|sinfon|harmon|part|chem|akadem|garant|kop|gar|pharmaz|magog)ien?$"
)
_SHORT_FINAL = word_set(
    "mit ab an bis des das was es man in hin von ob um im am zum vom bin hat weg un im drin chef job club klub top "
    "hit bus plus minus nis film april bot tip sex fit hop top grog kap rum jet set pin fan man mob pop rock gin "
    "jim tom ben max sam jan pat bob bill dan kim"
)


@dataclass
class _Segment:
    """A grapheme with what the rules found: `kind` is "v", "c" or "-"."""

    kind: str
    text: str
    length: str = ""
    stressed: bool = False


def letters_to_phones(part: str, stress: int) -> Phones:
    """Return the phones of one (respelt) part; its stressed vowel carries the digit `stress`, the others 0."""
    segments = _segments(_loan_endings(re.sub(r"^y(?=[aeiouäöü])", "Y", part)))
    vowels = [i for i, s in enumerate(segments) if s.kind == "v"]
    if not vowels:
        return tuple(p for letter in part for p in spelled_letter(letter, stress))
    marked = [i for i in vowels if segments[i].stressed]
    reduced = _reduced(segments, vowels, marked[0] if marked else None)
    chosen = marked[0] if marked else _stressed(segments, [i for i in vowels if i not in reduced] or vowels[:1])
    phones: list[str] = []
    for i, segment in enumerate(segments):
        if segment.kind == "v":
            phones += _vowel(segments, i, stress if i == chosen else 0, i in reduced)
        elif segment.kind == "c":
            phones += _consonant(segments, i, phones)
    return tuple(_merge(phones))


def _loan_endings(part: str) -> str:
    if "'" in part or _NO_LOAN.match(part):
        return part
    if _STRESSED_IE.search(part):
        return re.sub(r"ie(n?)$", r"'ie:\1", part).replace(":n", ":En")
    for pattern, respelt in _LOAN_ENDINGS:
        found = pattern.search(part)
        if found and re.search(_VOWEL, part[: found.start()]):
            stem = part[: found.start()] + found.expand(respelt)
            end = found["end"]
            joint = "-" if end[:1] in ("t", "s", "b", "l") and not end.startswith("-") and end else ""
            return stem + joint + end
    return part


def _segments(text: str) -> list[_Segment]:
    found: list[_Segment] = []
    stressed = False
    for match in _GRAPHEME.finditer(text):
        if match["stress"]:
            stressed = True
        elif match["joint"]:
            found.append(_Segment("-", "-"))
        elif match["vowel"]:
            length = match["length"] or (":" if match["h"] and match["vowel"] not in _DIPHTHONGS else "")
            found.append(_Segment("v", match["vowel"], length, stressed))
            stressed = False
        else:
            found.append(_Segment("c", match["capital"] or match["cons"]))
    return found


def _reduced(segments: list[_Segment], vowels: list[int], marked: int | None) -> set[int]:
    """Find every "e" that is a schwa: after the first vowel, short, and no full vowel but an ending's behind it."""
    reduced: set[int] = {i for i in vowels if segments[i].text in ("E", "A")}
    first = vowels[0]
    for i in reversed(vowels):
        segment = segments[i]
        if segment.text != "e" or segment.length or segment.stressed or i == first:
            if segment.text in ("e", "E", "A"):
                break
            tail = "".join(s.text for s in segments[i:])
            if re.fullmatch(r"(ung|ig|isch|in|inn|-?lich|ling|nis|ig-keit|ung-s|bar|sam|haft|-?heit|-?keit).*", tail):
                continue  # an ending's own vowel: the "e" before it is still a schwa
            break
        reduced.add(i)
    native_er = (
        r"er(?=[^aeiouyäöür])"
        if marked is None or re.match("int|hüp|sup", "".join(s.text for s in segments))
        else r"er-"
    )
    for i in vowels[1:]:
        text = "".join(s.text for s in segments[i : i + 8])
        if (
            not segments[i].stressed
            and not segments[i].length
            and re.match(native_er + r"|en(?=[td]?-|[td]?lich)|el-|er-", text)
        ):
            reduced.add(i)
    return {i for i in reduced if marked is None or i != marked}


def _stressed(segments: list[_Segment], full: list[int]) -> int:
    """Choose the stressed vowel of a part without a mark: the first in native words, by weight in loan words."""
    if len(full) == 1:
        return full[0]
    texts = "".join(s.text for s in segments if s.kind != "-")
    if re.search(
        r"(ung|ig|lich|isch|heit|keit|schaft|bar|sam|haft|los|nis|tum|ling|in|inn|ial|or|um|us|is|er)\w{0,3}$", texts
    ):
        tail = re.search(r"(isch|i[kc]|iker|ikerin|or|um|us|is|in)(e[nrsm]?)?$", texts)
        if tail and len(full) >= 3:
            return full[-2]
        return full[0]
    if re.search(r"([lrtsnpfk])\1e[nrs]?$", texts):
        return full[-1]  # Kartoffel, Terrasse, Palette
    if len(full) >= 3 and segments[-1].kind == "v":
        return full[-2]
    return full[0] if len(full) == 2 else full[-2]


def _following(segments: list[_Segment], i: int) -> tuple[list[str], bool]:
    """Return the consonants after i up to a vowel or joint, and whether a vowel of the same stem follows them."""
    cluster: list[str] = []
    for segment in segments[i + 1 :]:
        if segment.kind == "v":
            return cluster, True
        if segment.kind == "-":
            return cluster, False
        if segment.text == "Y" and cluster:
            return cluster, True  # "Union": the glide is the beginning of the next syllable
        cluster.append(segment.text)
    return cluster, False


_DOUBLE = re.compile(r"(.)\1|ck|tz|zz|sch|tsch|dsch|chs|x|pf|ng|ch|dt")


def _is_long(segments: list[_Segment], i: int, stress: int) -> bool:
    segment = segments[i]
    if segment.length:
        return segment.length == ":"
    if segment.text in ("aa", "ee", "oo", "ie", "ou", "é"):
        return True
    cluster, vowel_follows = _following(segments, i)
    if not cluster:
        return True
    single = len(cluster) == 1 and not _DOUBLE.fullmatch(cluster[0])
    if vowel_follows:
        liquid = len(cluster) == 2 and (
            (cluster[1] == "r" and cluster[0] in "bdgptkfv") or (cluster[1] in "ln" and cluster[0] in "bdg")
        )
        return single or liquid
    if not single or "".join(s.text for s in segments) in _SHORT_FINAL:
        return False
    after_joint = i >= 2 and segments[i - 2].kind == "-"
    return bool(stress) or cluster[0] == "ß" or after_joint  # else an unstressed ending: Kaktus, Doktor, Martin


def _vowel(segments: list[_Segment], i: int, stress: int, reduced: bool) -> Phones:
    segment = segments[i]
    text = segment.text
    after = segments[i + 1] if i + 1 < len(segments) else None
    if text == "A":
        return ("RX0",)
    if reduced:
        if after is not None and after.text == "r" and not (i + 2 < len(segments) and segments[i + 2].kind == "v"):
            return ("RX0",)
        return ("AH0",)
    if text in _DIPHTHONGS and not segment.length:
        return (f"{_DIPHTHONGS[text]}{stress}",)
    if text in _DIPHTHONGS:
        text = text[0]
    before = segments[i - 1] if i else None
    before_vowel = after is not None and after.kind == "v"
    if text == "i" and not stress and before_vowel and not segment.length and i >= 2 and segments[i - 1].kind == "c":
        return ("Y",)
    if text == "y" and after is not None and after.kind == "v" and (i == 0 or segments[i - 1].kind == "v"):
        return ("Y",)
    if text == "y" and after is None and i:
        return (f"IY{stress}",)
    long = _is_long(segments, i, stress)
    joint = i >= 2 and segments[i - 2].kind == "-"
    if not stress and not segment.length and not joint and text in ("a", "ä"):
        long = False  # a tense vowel without stress is short; only these two then sound like the lax one
    if (
        text == "i"
        and not stress
        and any(s.kind == "v" for s in segments[:i])
        and after is not None
        and after.text == "g"
        and before is not None
    ):
        long = False  # the ending -ig with something behind it
    return (f"{(_LONG if long else _SHORT)[text]}{stress}",)


def _consonant(segments: list[_Segment], i: int, done: list[str]) -> Phones:
    text = segments[i].text
    before = segments[i - 1] if i else None
    after = segments[i + 1] if i + 1 < len(segments) else None
    vowel_before = before is not None and before.kind == "v"
    vowel_after = after is not None and after.kind == "v"
    coda = _is_coda(segments, i)
    if text.isupper():
        phone = _CAPITALS[text]
        return (_DEVOICED[phone],) if coda and phone in ("Z", "V", "B", "D", "ZH") else (phone,)
    single = text[0] if len(text) == 2 and text[0] == text[1] else text
    if single in ("b", "d", "g", "dsch"):
        phone = {"b": "B", "d": "D", "g": "G", "dsch": "JH"}[single]
        if single == "g" and coda and vowel_before and before is not None and before.text == "i" and not before.length:
            first_vowel = next(k for k, s in enumerate(segments) if s.kind == "v")
            if i - 1 != first_vowel and done[-1] == "IH0":
                return ("CX",)
        return (_DEVOICED[phone],) if coda else (phone,)
    if text == "ch":
        return _ch(segments, i)
    if text == "chs":
        return ("K", "S")
    if text == "r" or text in ("rr", "rh"):
        if vowel_after or not vowel_before or text == "rr":
            return ("RR",)
        last = done[-1] if done else ""
        if last == "RX0":
            return ()
        return ("RX0",) if last.rstrip("012") in ("AX", "EE", "IY", "OO", "UW", "EX", "OE", "UE") else ("RR",)
    if text == "s":
        nothing_before = i == 0 or before is None
        if nothing_before and after is not None and after.text in ("p", "t"):
            return ("SH",)
        if vowel_after and (before is None or before.kind in "v-" or before.text in ("l", "m", "n", "r", "ng", "h")):
            return ("Z",)
        return ("S",)
    if text == "n" and after is not None and after.text in ("k", "g", "ck", "qu", "x"):
        return ("NG",)
    if text == "ng":
        full = (
            vowel_after
            and after is not None
            and (after.text in "aouäöüy" or after.stressed)
            and not _is_ung(segments, i + 1)
        )
        return ("NG", "G") if full else ("NG",)
    if text == "v":
        if i == 0:
            return ("F",) if _NATIVE_V.match("".join(s.text for s in segments)) else ("V",)
        return ("V",) if vowel_after else ("F",)
    if single == "c":
        soft = after is not None and after.text[:1] in ("e", "i", "ä", "y", "é")
        return ("TS",) if soft else ("K",)
    if text == "qu":
        return ("K", "V")
    if text == "x":
        return ("K", "S")
    if text == "h":
        return ("HH",)
    return (_PLAIN.get(text) or _PLAIN[single],)


_NATIVE_V = re.compile(r"(vo[nrm]|vie[rlh]|v[aä]ter|v[oö]gel|v[oö]lk|v[oö]ll|vetter|veil|vogt|vorn|voran)")
_PLAIN = {
    "f": "F", "j": "Y", "k": "K", "ck": "K", "l": "L", "m": "M", "n": "N", "p": "P", "ph": "F", "pf": "PF", "ss": "S",
    "ß": "S", "t": "T", "th": "T", "dt": "T", "tz": "TS", "z": "TS", "zz": "TS", "w": "V", "sch": "SH", "tsch": "CH",
    "q": "K", "ç": "S", "gn": "N",
}  # fmt: skip


def _is_ung(segments: list[_Segment], i: int) -> bool:
    return "".join(s.text for s in segments[i:]).startswith(("ung", "in", "ig", "isch", "er", "en", "es", "em"))


def _is_coda(segments: list[_Segment], i: int) -> bool:
    """Say whether the consonant closes a syllable: at the end, before a joint, or before an obstruent."""
    if i + 1 == len(segments):
        return True
    after = segments[i + 1]
    if after.kind == "-":
        return not (i + 2 < len(segments) and segments[i + 2].kind == "v")
    if after.kind == "v":
        return False
    if after.text in ("l", "n", "r", "m", "w", "j", "V", "Y", "b", "d", "g", "B", "D", "Z"):
        if after.text in ("b", "d", "g", "B", "D"):
            return _is_coda(segments, i + 1)  # Jagd
        return after.text in ("m", "w") and not _following(segments, i + 1)[1]
    return True


def _ch(segments: list[_Segment], i: int) -> Phones:
    before = next((s for s in reversed(segments[:i]) if s.kind != "-"), None)
    if before is None:
        after = segments[i + 1].text if i + 1 < len(segments) else ""
        return ("CX",) if after[:1] in ("e", "i", "y", "ä") else ("K",)
    joint = segments[i - 1].kind == "-"
    back = before.kind == "v" and before.text in ("a", "o", "u", "au", "aa", "oo", "ou")
    return ("KH",) if back and not joint else ("CX",)


def _merge(phones: list[str]) -> list[str]:
    """Let equal consonants that meet in one part become one (a long consonant is none in German)."""
    merged: list[str] = []
    for phone in phones:
        if phone == "S" and merged[-1:] == ["T"]:
            merged[-1] = "TS"
        elif merged[-1:] != [phone] or phone[-1].isdigit():
            merged.append(phone)
    return merged


_NAMES = {
    "a": "AX", "b": "B EE", "c": "TS EE", "d": "D EE", "e": "EE", "f": "EH F", "g": "G EE", "h": "HH AX", "i": "IY",
    "j": "Y AO T", "k": "K AX", "l": "EH L", "m": "EH M", "n": "EH N", "o": "OO", "p": "P EE", "q": "K UW",
    "r": "EH RR", "s": "EH S", "t": "T EE", "u": "UW", "v": "F AW", "w": "V EE", "x": "IH K S",
    "y": "UQ P S IY L AO N", "z": "TS EH T", "ä": "EX", "ö": "OE", "ü": "UE", "ß": "EH S TS EH T",
}  # fmt: skip
_VOWEL_CODES = frozenset((*_LONG.values(), *_SHORT.values(), *_DIPHTHONGS.values()))


def spelled_letter(letter: str, stress: int) -> Phones:
    """Return the name of a letter: "k" -> K AX1; nothing for what is no letter."""
    codes = _NAMES.get(letter, "").split()
    first = next((i for i, code in enumerate(codes) if code in _VOWEL_CODES), 0)
    return tuple(f"{c}{stress if i == first else 0}" if c in _VOWEL_CODES else c for i, c in enumerate(codes))
