"""The word lists of the German text front end: abbreviations, units, symbols, months and letters, as plain data."""

from __future__ import annotations

from intermezzo_engines.speech.words import GREEK, word_set

__all__ = [
    "ABBREVIATIONS", "FEMININE", "FUNCTION_WORDS_DE", "GREEK_DE", "MONTHS", "NUMBERED", "NUMBERED_PARTS",
    "QUEENS", "READABLE", "RULERS", "SINGULAR", "SYMBOLS", "TITLES", "UNITS", "WEAK_BEFORE",
]  # fmt: skip


def _phrases(text: str) -> dict[str, tuple[str, ...]]:
    """Read "written=said said" entries, separated by ";"."""
    pairs = (" ".join(entry.split()).split("=", 1) for entry in text.split(";") if entry.strip())
    return {written.strip(): tuple(said.split()) for written, said in pairs}


_MONTH_NAMES = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember",
)  # fmt: skip
MONTHS: dict[str, str] = (
    {name.capitalize(): name for name in _MONTH_NAMES}
    | {f"{name[:3].capitalize()}.": name for name in _MONTH_NAMES if name not in ("mai", "märz")}
    | {"Jänner": "jänner", "Sept.": "september", "Mrz.": "märz"}
)

ABBREVIATIONS: dict[str, tuple[str, ...]] = _phrases("""
    z. B.=zum beispiel; z.B.=zum beispiel; d. h.=das heißt; d.h.=das heißt; u. a.=unter anderem; u.a.=unter anderem;
    u. ä.=und ähnliches; u.ä.=und ähnliches; o. ä.=oder ähnliches; o.ä.=oder ähnliches; i. d. R.=in der regel; i.
    A.=im auftrag; i.A.=im auftrag; m. E.=meines erachtens; s. o.=siehe oben; s. u.=siehe unten; v. Chr.=vor
    christus; n. Chr.=nach christus; v.Chr.=vor christus; n.Chr.=nach christus; a. D.=außer dienst; z. T.=zum teil;
    z.T.=zum teil; u. U.=unter umständen; z. Zt.=zur zeit; d. J.=des jahres; i. Br.=im breisgau; usw.=und so weiter;
    usf.=und so fort; bzw.=beziehungsweise; etc.=et cetera; ca.=zirka; vgl.=vergleiche; evtl.=eventuell;
    ggf.=gegebenenfalls; inkl.=inklusive; exkl.=exklusive; bspw.=beispielsweise; sog.=sogenannte; Dr.=doktor;
    Prof.=professor; Hr.=herr; Hrn.=herrn; Fr.=frau; Nr.=nummer; Nrn.=nummern; St.=sankt; Str.=straße;
    Mio.=millionen; Mrd.=milliarden; Tsd.=tausend; Abb.=abbildung; Aufl.=auflage; Jh.=jahrhundert; geb.=geboren;
    gest.=gestorben; gegr.=gegründet; verh.=verheiratet; Std.=stunden; Min.=minuten; Sek.=sekunden; Tel.=telefon;
    zzgl.=zuzüglich; abzgl.=abzüglich; max.=maximal; mind.=mindestens; ehem.=ehemals; allg.=allgemein;
    Dipl.-Ing.=diplomingenieur; Ing.=ingenieur; Co.=co; jun.=junior; sen.=senior; Hbf.=hauptbahnhof;
    Hbf=hauptbahnhof; Mag.=magister; Hl.=heiliger; hl.=heilige; Abs.=absatz; Std=stunden; km/h=kilometer pro stunde;
    km²=quadratkilometer; m²=quadratmeter; km=kilometer; cm=zentimeter; kg=kilogramm; §§=paragrafen; h. c.=honoris
    causa; Nr=nummer; Dr=doktor; Mio=millionen
""")
NUMBERED = _phrases("S.=seite; Art.=artikel; Z.=zeile; Bd.=band; Kap.=kapitel")
"""What these mean before a number only."""

UNITS: dict[str, tuple[str, ...]] = _phrases("""
    km/h=kilometer pro stunde; m/s=meter pro sekunde; km²=quadratkilometer; m²=quadratmeter; m³=kubikmeter;
    cm²=quadratzentimeter; km=kilometer; cm=zentimeter; mm=millimeter; µm=mikrometer; nm=nanometer; m=meter;
    kg=kilogramm; mg=milligramm; g=gramm; t=tonnen; l=liter; ml=milliliter; cl=zentiliter; hl=hektoliter; ha=hektar;
    kHz=kilohertz; MHz=megahertz; GHz=gigahertz; Hz=hertz; kB=kilobyte; KB=kilobyte; MB=megabyte; GB=gigabyte;
    TB=terabyte; kW=kilowatt; MW=megawatt; kWh=kilowattstunden; W=watt; V=volt; A=ampere; mA=milliampere;
    dB=dezibel; ms=millisekunden; s=sekunden; min=minuten; h=stunden; °C=grad celsius; °F=grad fahrenheit; °=grad;
    PS=p. s.; Pf=pfennig; ct=cent
""")
SINGULAR = {"tonnen": "tonne", "stunden": "stunde", "minuten": "minute", "sekunden": "sekunde"}
FEMININE = word_set("tonne stunde minute sekunde millisekunde kilowattstunde million milliarde mark")

SYMBOLS: dict[str, tuple[str, ...]] = _phrases("""
    &=und; +=plus; @=ät; #=raute; %=prozent; ‰=promille; °=grad; ×=mal; ÷=geteilt durch; ±=plus minus; <=kleiner
    als; >=größer als; ≈=ungefähr; ≤=höchstens; ≥=mindestens; §=paragraf; €=euro; £=pfund; $=dollar; ¥=yen;
    ©=copyright; ½=ein halb; ¼=ein viertel; ¾=drei viertel; ⅓=ein drittel; ⅔=zwei drittel; −=minus; ²=quadrat;
    ³=hoch drei
""") | {"=": ("gleich",)}  # fmt: skip
GREEK_DE = GREEK | {"μ": "mü", "τ": "tau", "φ": "phi"}

WEAK_BEFORE = word_set(
    "am vom zum beim im zur dem den des seit ab bis einem einen eines einer ihrem seinem ihren seinen unserem jedem "
    "jeden diesem diesen nach vor in an bei mit von zu aus"
)
"""Words before an ordinal that ask for -ten."""
READABLE = word_set(
    "nato uno nasa aids pisa tüv bafög unesco unicef opec gema dax elster asta aldi ikea audi fiat seat"
)
"""Words in capitals that are read as words."""

RULERS = word_set(
    "karl friedrich wilhelm heinrich ludwig otto philipp joseph georg peter katharina elisabeth konrad rudolf leopold "
    "ferdinand albrecht albert maximilian gustav august johann ernst christian benedikt paul pius napoleon alexander"
)
"""Names after whose genitive ("Karls V.") a number is a genitive too."""
QUEENS = word_set(
    "elisabeth elizabeth katharina maria anna christina isabella margarethe viktoria victoria beatrix "
    "wilhelmina juliana"
)
TITLES = word_set("herr herrn frau familie dr prof")
"""Words after which a letter with a full stop is a name cut short."""
NUMBERED_PARTS = word_set("kapitel teil band akt artikel szene stufe phase typ anhang abschnitt gruppe klasse version")
"""Words after which a Roman numeral is a plain number."""

FUNCTION_WORDS_DE = word_set(
    "der die das den dem des ein eine einen einem einer eines und oder aber denn dass ob wenn als wie weil da bis "
    "zu zum zur in im ins an am ans auf aus bei beim mit nach von vom vor für über unter um durch gegen ohne seit "
    "ich du er sie es wir ihr man mich dich sich uns euch mir dir ihm ihn ihnen mein meine meinen meinem meiner "
    "dein deine sein seine seinen seinem seiner seines ihre ihren ihrem ihrer ihres unser unsere euer eure dies "
    "dieser diese dieses diesen diesem wer was wo bin bist ist sind seid war waren wäre habe hast hat haben hatte "
    "hatten werde wird werden wurde wurden worden kann können muss müssen soll sollte will wollte mag möchte darf "
    "so nur noch auch schon ja je nun"
)
"""Words that are usually spoken weakly; the converter is told which they are."""
