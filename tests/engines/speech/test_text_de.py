"""German text to spoken words: what is written in short is said as a reader would, and every word keeps its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.text import phrases, transcript

SAMPLE = (
    "Sie ist nach der Kreisstadt Weißenburg des Landkreises Weißenburg-Gunzenhausen benannt.",
    "Ursprünglich wurde Bellflower und das benachbarte Paramount von niederländischen Milchbauern bewohnt.",
    "Die USB-Schnittstelle wird bei der B-Säule „Bado-Ho’o“ genannt.",
    "Hawaiʻi-Inseln, Stüssgen-Märkte, Hyophorbe-Arten: 20 an der Zahl.",
    "Der IT-Verantwortliche stammt aus Łódź; seit 2001 lebt er in Xi’an-Xianyang.",
    "Die C-Hydroxyfettsäure-Gerüste kosten 500 Euro!",
)
"""Lines as kerstin reads them."""


def said(text: str) -> str:
    return " ".join(transcript(text, "de"))


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Am 3. Mai 1984.", "am dritten mai neunzehnhundert vierundachtzig"),
        ("der 24.12.2024", "der vierundzwanzigste dezember zweitausend vierundzwanzig"),
        ("Vom 3. bis 5. Juni.", "vom dritten bis fünften juni"),
        ("am 2024-05-17", "am siebzehnten mai zweitausend vierundzwanzig"),
        ("am 1.1. um 8 Uhr", "am ersten ersten um acht uhr"),
        ("um 15:30 Uhr, um 0.05 Uhr", "um fünfzehn uhr dreißig um null uhr fünf"),
        ("3,50 €, 0,99 €, $5, EUR 1", "drei euro fünfzig neunundneunzig cent fünf dollar ein euro"),
        ("12 % und −5 °C", "zwölf prozent und minus fünf grad celsius"),
        ("120 km/h, 1 h, viele km", "hundert zwanzig kilometer pro stunde eine stunde viele kilometer"),
        ("1,5 kg, 101 t", "eins komma fünf kilogramm hundert eine tonnen"),
        ("1.234.567 Menschen", "eine million zweihundert vierunddreißigtausend fünfhundert siebenundsechzig menschen"),
        ("1 Million, 1 Hund, 1 Katze, Kapitel 1 Ende", "eine million ein hund eine katze kapitel eins ende"),
        ("Version 2.0", "version zwei punkt null"),
        ("z.\u00a0B. 5\u202fkm, d. h. usw.", "zum beispiel fünf kilometer das heißt und so weiter"),
        ("die 1980er Jahre, die 90er", "die neunzehnhundert achtziger jahre die neunziger"),
        ("½ Liter, 3/4 Stunde", "ein halb liter drei viertel stunde"),
        ("1914–1918, 2:1", "neunzehnhundert vierzehn bis neunzehnhundert achtzehn zwei zu eins"),
        ("im 19. Jahrhundert, die 5. Klasse", "im neunzehnten jahrhundert die fünfte klasse"),
        ("Friedrich II. und Unter Wilhelm II.", "friedrich der zweite und unter wilhelm dem zweiten"),
        ("Karls V. Reich", "karls des fünften reich"),
        ("Königin Elisabeth II.", "königin elisabeth die zweite"),
        ("Kapitel IV, der IV. Kreuzzug", "kapitel vier der vierte kreuzzug"),
        ("Das war V. Müller mit der CD.", "das war v. müller mit der c. d."),
        ("Dr. Müller, Hauptstr. 12, S. 5, Nr. 1", "doktor müller hauptstraße zwölf seite fünf nummer eins"),
        ("die NATO, die USA", "die nato die u. s. a."),
        ("Tel. 030/1234", "telefon null drei null eins zwei drei vier"),
        ("info@abend.de", "info ät abend punkt d. e."),
        ("A & B, §§ 5–7, 5 × 3 = 15", "a und b paragrafen fünf bis sieben fünf mal drei gleich fünfzehn"),
        ("fu\u0308r Ko\u0308ln, Donau\u00addampf, café, α", "für köln donaudampf cafe alpha"),
    ],
)  # fmt: skip
def test_written_forms_are_spoken_as_a_reader_would(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("line", SAMPLE)
def test_every_word_of_read_lines_keeps_its_place(line: str) -> None:
    tokens = [token for phrase in phrases(line, "de") for token in phrase.tokens]
    assert all(line[token.start : token.end] == token.text for token in tokens)
    assert "".join(token.text for token in tokens).replace(" ", "") == "".join(re.findall(r"[\w’ʻ-]+", line))
    assert all(token.words for token in tokens)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Er wurde 1945 Dr. Meiers Gehilfe.", [7]), ("Es kostet z. B. 5 Euro usw. Danach ging er.", [9, 3]),
        ("Das war am 17. Mai. Wir kamen am 18.", [5, 4]), ("Im 2. Weltkrieg.", [3]),
        ("Unter Ludwig XIV. ging es gut. Ja.", [7, 1]),
    ],
)  # fmt: skip
def test_a_full_stop_of_a_rank_or_an_abbreviation_does_not_end_a_sentence(text: str, ends: list[int]) -> None:
    assert [len(phrase.words) for phrase in phrases(text, "de")] == ends


@pytest.mark.parametrize(
    ("text", "script"), [("Das ist Москва.", "Cyrillic"), ("Auf 北京", "Chinese"), ("über مرحبا", "Arabic")]
)
def test_letters_of_another_script_are_refused_by_name(text: str, script: str) -> None:
    with pytest.raises(SourceError, match=script) as caught:
        list(phrases(text, "de"))
    assert "German" in str(caught.value)


@pytest.mark.parametrize("text", ["", "…?!", "😀 😀"])
def test_nothing_to_say_is_one_clear_error(text: str) -> None:
    with pytest.raises(SourceError, match="German word"):
        list(phrases(text, "de"))


@given(st.text(st.characters(codec="latin-1"), max_size=80))
def test_any_western_text_is_phrases_in_order_or_one_error(text: str) -> None:
    try:
        tokens = [token for phrase in phrases(text, "de") for token in phrase.tokens]
    except SourceError:
        return
    assert all(0 <= a.start < a.end <= b.end for a, b in zip(tokens, [*tokens[1:], tokens[-1]], strict=True))
    assert all(word == word.lower() and word.strip() == word != "" for token in tokens for word in token.words)
    assert all(text[token.start : token.end] == token.text for token in tokens)
