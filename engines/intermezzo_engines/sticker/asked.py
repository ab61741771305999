"""What a text asks for: which motions, how strong, and what it is that moves; in English, German and French.

Words of motion are taken out of the text, so that "dog bouncing" shows a dog, unless a picture is called so by itself
("waving hand"): then they say both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from intermezzo_engines.tokens.words import words_of

__all__ = ["Asked", "asked"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# English words in their plain form; their endings are seen to. A line is a motion.
_ENGLISH: Final = {
    "bounce": "bounce dance jump hop leap spring jounce bound skip boing trampoline pogo",
    "spin": "spin rotate twirl whirl revolve turn gyrate pirouette roll swivel reel somersault cartwheel",
    "wave": "wave swim swing sway rock nod wag oscillate greet dangle waggle seesaw",
    "shake": "shake tremble shiver vibrate quake quiver wobble jiggle shudder jitter rattle judder twitch buzz",
    "pulse": "pulse beat throb pulsate heartbeat thump breathe pump palpitate",
    "walk": "walk stroll march strut step hike wander run amble pace stride trot tiptoe waddle jog parade",
    "fly in": "fly arrive enter appear land swoop soar slide zoom glide dash rush",
    "squash": "squash squeeze squish stretch flatten press compress crush smush squelch squidge",
    "fade": "fade blink vanish disappear flash flicker glimmer twinkle dissolve glow",
    "orbit": "orbit circle loop circuit encircle hover float drift circulate",
}
_OTHERS: Final = {
    "bounce": "tanzt tanzen tanzend tanzende danse danser dansant dansante "
    "hüpft hüpfen hüpfend hüpfende hüpfender hüpfendes springt springen springend springende springender "
    "springendes hopst hopsen hopsend federt federnd saute sauter sautant sautille sautillant rebondit rebondir "
    "rebondissant rebondissante bondit bondir bondissant bondissante",
    "spin": "dreht drehen drehend drehende drehender drehendes kreiselt kreiselnd rotiert rotieren rotierend wirbelt "
    "wirbelnd rollt rollend tourne tourner tournant tournante tournoie tournoyant tournoyer pivote pivoter pivotant "
    "rotation roule roulant",
    "wave": "schwimmt schwimmen schwimmend nage nager nageant "
    "winkt winken winkend winkende winkender winkendes schwingt schwingen schwingend wiegt wiegend schaukelt "
    "schaukeln schaukelnd wackelt wackelnd salue saluer saluant balancer balançant oscille osciller oscillant "
    "agite agitant",
    "shake": "zittert zittern zitternd zitternde zitternder schüttelt schütteln schüttelnd bebt bebend vibriert "
    "vibrierend tremble trembler tremblant tremblante secoue secouer secouant vibre vibrer vibrant frissonne "
    "frissonnant grelotte grelottant",
    "pulse": "pulsiert pulsieren pulsierend pulsierende pulsierendes schlägt schlagend pocht pochend atmet atmend "
    "battre battant battante pulse pulser palpite palpiter palpitant palpitante respire respirant",
    "walk": "läuft laufen laufend laufende laufender geht gehen gehend spaziert spazieren spazierend wandert wandernd "
    "marschiert marschierend marche marcher marchant marchante promène promenant avance avançant courant",
    "fly in": "fliegt fliegen fliegend fliegende fliegender hereinfliegen hereinfliegend einfliegend kommt voler "
    "volant volante arrive arrivant entrant apparaît",
    "squash": "quetscht quetschen quetschend gequetscht staucht stauchend gestaucht drückt écrase écraser écrasé "
    "écrasant comprime comprimé aplati aplatit",
    "fade": "verblasst verblassen verblassend blinkt blinken blinkend blinkende blinkender blinzelt flackert flackernd "
    "verschwindet verschwindend clignote clignoter clignotant clignotante disparaît disparaissant estompe estompant",
    "orbit": "schwebt schweben schwebend schwebende flotte flotter flottant "
    "kreist kreisen kreisend kreisende kreisender umkreist umkreisend orbite orbiter orbitant encercle "
    "encerclant",
}
_PARTICLES: Final = _words(
    "in out into around round about up down away off along past over by back forth upside left right across "
    "herein hinein rein heran herbei vorbei umher herum rum aus ein auf ab weg davon sich "
    "se s autour dehors dedans haut bas like wie comme"
)
_FORCE: Final = {
    0.55: "gently slightly softly lightly subtly calmly leicht sanft leise etwas légèrement doucement peu",
    1.5: "wildly strongly hard heavily violently very madly crazily wild stark heftig sehr fort fortement très "
    "follement vivement",
}
_FORCES: Final = {word: force for force, words in _FORCE.items() for word in words.split()}
_ALSO: Final = _words("while und and et is are was ist sind est qui that who der die das")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")


@dataclass(frozen=True)
class Asked:
    """``content`` is the text without its words of motion, "" where it is nothing else; ``motions`` in their order.

    ``strength`` is 1 as usual, less for "gently", more for "wildly".
    """

    content: str
    motions: tuple[str, ...]
    strength: float


def asked(text: str, names: Sequence[str] = ()) -> Asked:
    """Read a text; ``names`` are those of pictures that are known."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text))
    moving = {k: motion for k, word in enumerate(words) if (motion := _motion(word.lower()))}
    motions = tuple(dict.fromkeys(moving.values()))
    forces = {k: _FORCES[word.lower()] for k, word in enumerate(words) if moving and word.lower() in _FORCES}
    strength = next(iter(forces.values()), 1.0)
    taken = set(moving) | set(forces)
    for k in moving:
        at = k + 1
        while at < len(words) and words[at].lower() in _PARTICLES:
            taken.add(at)
            at += 1
        if k and words[k - 1].lower() in {"se", "s", "sich"}:
            taken.add(k - 1)
    left = [word for k, word in enumerate(words) if k not in taken]
    content = _trimmed(left)
    if moving and _called_so(words, moving, content, names):
        content = " ".join(word for k, word in enumerate(words) if k not in forces)
    return Asked(content, motions, strength)


def _trimmed(words: list[str]) -> str:
    while words and (words[-1].lower() in _ALSO or not words[-1][0].isalnum()):
        words = words[:-1]
    while words and (words[0].lower() in _ALSO - {"der", "die", "das"} or not words[0][0].isalnum()):
        words = words[1:]
    return " ".join(words)


def _called_so(words: list[str], moving: dict[int, str], content: str, names: Sequence[str]) -> bool:
    """Tell whether a picture's own name has one of the words of motion and is said in full."""
    said = set(words_of(" ".join(words)))
    spoken = {words[k].lower() for k in moving}
    rest = set(words_of(content))
    for name in names:
        own = set(words_of(name))
        if own and own <= said and own & spoken and (rest <= own or not rest):
            return True
    return False


def _motion(word: str) -> str:
    """Return the motion that a word in small letters asks for; "" for none."""
    if word in _KNOWN:
        return _KNOWN[word]
    for end, instead in _ENDINGS:
        if word.endswith(end):
            stem = word[: -len(end)]
            for form in (stem + instead, stem[:-1] if stem[-2:-1] == stem[-1:] else stem):
                if form in _PLAIN:
                    return _PLAIN[form]
    return ""


_ENDINGS: Final = (("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ies", "y"), ("es", ""), ("es", "e"), ("s", ""))
_PLAIN: Final = {word: motion for motion, words in _ENGLISH.items() for word in words.split()}
# As a thing, these are more often what a picture shows; they ask for a motion with an ending only ("springing").
_THINGS: Final = _words(
    "spring run rock land step pump press slide reel roll turn skip buzz circuit loop pace circle flash dash bound"
)
_KNOWN: Final = {
    **{word: motion for motion, words in _OTHERS.items() for word in words.split()},
    **{word: motion for word, motion in _PLAIN.items() if word not in _THINGS},
}
