"""German words to phones: vowels and consonants by rule, endings, loan words, prefixes and compounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo_engines.speech import phones
from intermezzo_engines.speech.pronounce import load_pronouncer
from intermezzo_engines.speech.pronounce_de import GermanPronouncer

EXPECTED = """
haus=HH AW1 S
bahn=B AX1 N
mann=M A1 N
see=Z EE1
bett=B EH1 T
käse=K EX1 Z AH0
boot=B OO1 T
sonne=Z AO1 N AH0
buch=B UW1 KH
süß=Z UE1 S
straße=SH T RR AX1 S AH0
fluss=F L UH1 S
hütte=HH UQ1 T AH0
tür=T UE1 RX0
schön=SH OE1 N
können=K OQ1 N AH0 N
höhle=HH OE1 L AH0
leute=L OY1 T AH0
bäume=B OY1 M AH0
mein=M AY1 N
auto=AW1 T OO0
jahr=Y AX1 RX0
zug=TS UW1 K
fußball=F UW1 S B A2 L
nacht=N A1 KH T
ich=IH1 CX
nach=N AX1 KH
milch=M IH1 L CX
mädchen=M EX1 T CX AH0 N
tochter=T AO1 KH T RX0
zeit=TS AY1 T
katze=K A1 TS AH0
pferd=PF EE1 RX0 T
apfel=A1 PF AH0 L
schule=SH UW1 L AH0
stein=SH T AY1 N
spiel=SH P IY1 L
wespe=V EH1 S P AH0
deutsch=D OY1 CH
dschungel=JH UH1 NG AH0 L
vater=F AX1 T RX0
vase=V AX1 Z AH0
nerv=N EH1 RR F
wasser=V A1 S RX0
sechs=Z EH1 K S
fuchs=F UH1 K S
wachsen=V A1 K S AH0 N
angst=A1 NG S T
finger=F IH1 NG RX0
singen=Z IH1 NG AH0 N
bank=B A1 NG K
danken=D A1 NG K AH0 N
quelle=K V EH1 L AH0
axt=A1 K S T
sagte=Z AX1 K T AH0
lebt=L EE1 P T
lob=L OO1 P
tag=T AX1 K
tage=T AX1 G AH0
weg=V EH1 K
hund=HH UH1 N T
hunde=HH UH1 N D AH0
kind=K IH1 N T
könig=K OE1 N IH0 CX
könige=K OE1 N IH0 G AH0
kläglichstem=K L EX1 K L IH0 CX S T AH0 M
freundlich=F RR OY1 N T L IH0 CX
freiheit=F RR AY1 HH AY0 T
wahrheit=V AX1 RX0 HH AY0 T
bäckerei=B EH0 K EE0 RR AY1
freundin=F RR OY1 N D IH0 N
lehrerin=L EE1 RR AH0 RR IH0 N
besser=B EH1 S RX0
uhr=UW1 RX0
vier=F IY1 RX0
herr=HH EH1 RR
garage=G A0 RR AX1 ZH AH0
genie=ZH EE0 N IY1
chef=SH EE1 F
orange=OO0 RR A1 NG ZH AH0
philosophie=F IY0 L OO0 Z OO0 F IY1
theater=T EE0 AX1 T RX0
rhythmus=RR UQ1 T M UH0 S
nation=N A0 TS Y OO1 N
station=SH T A0 TS Y OO1 N
musik=M UW0 Z IY1 K
physik=F UE0 Z IY1 K
familie=F A0 M IY1 L Y AH0
universität=UW0 N IY0 V EH0 RR Z IY0 T EX1 T
studieren=SH T UW0 D IY1 RR AH0 N
restaurant=RR EH0 S T OO0 RR A1 NG
journalist=ZH UH0 RR N A0 L IH1 S T
ingenieur=IH0 N ZH EE0 N Y OE1 RX0
computer=K AO0 M P Y UW1 T RX0
team=T IY1 M
platte=P L A1 T AH0
quadrat=K V A0 D RR AX1 T
besuch=B AH0 Z UW1 KH
verstehen=F EH0 RX0 SH T EE1 AH0 N
entscheidung=EH0 N T SH AY1 D UH0 NG
zerbrechen=TS EH0 RX0 B RR EH1 CX AH0 N
urlaub=UW1 RX0 L AW2 P
aufstehen=AW1 F SH T EE2 AH0 N
zurück=TS UW0 RR UQ1 K
anspülen=A1 N SH P UE2 L AH0 N
übersetzen=UE0 B RX0 Z EH1 TS AH0 N
überraschung=UE0 B RX0 RR A1 SH UH0 NG
unternehmen=UH0 N T RX0 N EE1 M AH0 N
unterschied=UH1 N T RX0 SH IY2 T
widerstand=V IY1 D RX0 SH T A2 N T
schreibendes=SH RR AY1 B AH0 N D AH0 S
bahnhof=B AX1 N HH OO2 F
haustür=HH AW1 S T UE2 RX0
arbeitszimmer=A1 RR B AY0 TS TS IH2 M RX0
donaudampfschiff=D OO1 N AW0 D A2 M PF SH IH2 F
weltmeisterschaft=V EH1 L T M AY2 S T RX0 SH A0 F T
kindergarten=K IH1 N D RX0 G AX2 RX0 T AH0 N
wochenende=V AO1 KH AH0 N EH2 N D AH0
hauptstadt=HH AW1 P T SH T A2 T
sonntag=Z AO1 N T AX0 K
einstein=AY1 N SH T AY2 N
einundzwanzig=AY1 N UH0 N T TS V A2 N TS IH0 CX
fünfzehn=F UQ1 N F TS EE2 N
vierzig=F IH1 RR TS IH0 CX
zwölf=TS V OQ1 L F
sechsminütigen=Z EH1 K S M IY0 N UE2 T IH0 G AH0 N
brandenburg=B RR A0 N D AH0 N B UH1 RR K
"""
"""Word and phones, each read over by hand against the standard pronunciation (no dictionary was at hand)."""


@pytest.fixture(scope="module")
def german() -> GermanPronouncer:
    pronouncer = load_pronouncer("de")
    assert isinstance(pronouncer, GermanPronouncer)
    return pronouncer


@pytest.mark.parametrize("entry", EXPECTED.split("\n")[1:-1])
def test_words_have_their_standard_pronunciation(german: GermanPronouncer, entry: str) -> None:
    word, _, expected = entry.partition("=")
    assert " ".join(german.pronounce([word])[0]) == expected


@pytest.mark.parametrize("letter", "abcdefghijklmnopqrstuvwxyzäöüß")
def test_every_letter_has_a_name_with_one_stress(german: GermanPronouncer, letter: str) -> None:
    (said,) = german.pronounce([f"{letter}."])
    assert sum(phone.endswith("1") for phone in said) == 1


@given(st.text("abcdefghijklmnopqrstuvwxyzäöüßé'-", min_size=1, max_size=24))
def test_any_word_gives_phones_of_the_inventory(word: str) -> None:
    (said,) = GermanPronouncer().pronounce([word])
    assert all(phones.base_arpabet(phone) in phones.ALL_ARPABET for phone in said)
    assert bool(said) == any(ch.isalpha() for ch in word)
    assert GermanPronouncer().candidates(word)[0] == said


def test_quick_forms_are_offered_to_the_aligner_after_the_full_one(german: GermanPronouncer) -> None:
    full, *quick = german.candidates("haben")
    assert " ".join(full) == "HH AX1 B AH0 N"
    assert ("HH", "AX1", "B", "M") in quick
