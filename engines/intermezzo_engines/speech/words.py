"""The word lists of the English text front end: abbreviations, units, symbols, months and letters, as plain data."""

from __future__ import annotations

__all__ = [
    "ABBREVIATIONS", "CALENDAR", "FUNCTION_WORDS", "GREEK", "MONTHS", "ROMAN_AFTER", "SCALES", "SYMBOLS", "UNITS",
    "spell", "word_set",
]  # fmt: skip


def word_set(words: str) -> frozenset[str]:
    """Return the words of a string."""
    return frozenset(words.split())


CALENDAR = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTHS = {name.capitalize(): name for name in CALENDAR} | {
    name[:3].capitalize(): name for name in CALENDAR if name != "may"
} | {"Sept": "september"}  # fmt: skip

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "Mr.": ("mister",), "Mrs.": ("missus",), "Ms.": ("miz",), "Dr.": ("doctor",), "Prof.": ("professor",),
    "St.": ("saint",), "Rev.": ("reverend",), "Hon.": ("honorable",), "Gen.": ("general",), "Col.": ("colonel",),
    "Capt.": ("captain",), "Lt.": ("lieutenant",), "Sgt.": ("sergeant",), "Sr.": ("senior",), "Jr.": ("junior",),
    "Gov.": ("governor",), "Sen.": ("senator",), "Rep.": ("representative",), "Pres.": ("president",),
    "Fr.": ("father",),
    "Messrs.": ("messieurs",), "Mr": ("mister",), "Mrs": ("missus",), "Ms": ("miz",), "Dr": ("doctor",),
    "etc.": ("et", "cetera"), "e.g.": ("for", "example"), "i.e.": ("that", "is"), "vs.": ("versus",),
    "cf.": ("compare",),
    "viz.": ("namely",), "approx.": ("approximately",), "dept.": ("department",), "Dept.": ("department",),
    "vol.": ("volume",), "Vol.": ("volume",),
    "pp.": ("pages",), "ch.": ("chapter",), "Ch.": ("chapter",), "Fig.": ("figure",), "fig.": ("figure",),
    "Inc.": ("incorporated",), "Ltd.": ("limited",), "Co.": ("company",), "Corp.": ("corporation",),
    "Bros.": ("brothers",),
    "Ave.": ("avenue",), "Blvd.": ("boulevard",), "Rd.": ("road",), "Mt.": ("mount",), "Ft.": ("fort",),
    "Mon.": ("monday",), "Tues.": ("tuesday",), "Wed.": ("wednesday",), "Thurs.": ("thursday",), "Fri.": ("friday",),
    "A.D.": ("a.", "d."), "B.C.": ("b.", "c."), "Ph.D.": ("p.", "h.", "d."), "PhD": ("p.", "h.", "d."),
    "MSS": ("manuscripts",),
    "w/o": ("without",), "w/": ("with",), "&c.": ("et", "cetera"), "esp.": ("especially",), "min.": ("minutes",),
}  # fmt: skip

UNITS: dict[str, tuple[str, ...]] = {
    "km/h": ("kilometer", "per", "hour"), "m/s": ("meter", "per", "second"), "mph": ("mile", "per", "hour"),
    "km": ("kilometer",), "cm": ("centimeter",), "mm": ("millimeter",), "µm": ("micrometer",), "nm": ("nanometer",),
    "m": ("meter",), "mi": ("mile",), "ft": ("foot",), "in.": ("inch",), "yd": ("yard",), "kg": ("kilogram",),
    "mg": ("milligram",), "g": ("gram",), "lb": ("pound",), "lbs": ("pound",), "oz": ("ounce",),
    "ml": ("milliliter",),
    "mL": ("milliliter",), "L": ("liter",), "kHz": ("kilohertz",), "MHz": ("megahertz",), "GHz": ("gigahertz",),
    "Hz": ("hertz",), "kB": ("kilobyte",), "KB": ("kilobyte",), "MB": ("megabyte",), "GB": ("gigabyte",),
    "TB": ("terabyte",), "kW": ("kilowatt",), "W": ("watt",), "V": ("volt",), "mA": ("milliamp",), "dB": ("decibel",),
    "ms": ("millisecond",), "°C": ("degree", "celsius"), "°F": ("degree", "fahrenheit"), "°": ("degree",),
    "hrs": ("hour",), "hr": ("hour",), "min": ("minute",), "sec": ("second",), "s": ("second",), "h": ("hour",),
}  # fmt: skip
SCALES = {
    "k": "thousand", "thousand": "thousand", "m": "million", "million": "million", "bn": "billion",
    "billion": "billion",
    "trillion": "trillion",
}  # fmt: skip

SYMBOLS: dict[str, tuple[str, ...]] = {
    "&": ("and",), "+": ("plus",), "=": ("equals",), "@": ("at",), "#": ("number",), "%": ("percent",),
    "°": ("degrees",), "×": ("times",), "÷": ("divided", "by"), "±": ("plus", "or", "minus"), "<": ("less", "than"),
    ">": ("greater", "than"), "≈": ("about",), "≤": ("at", "most"), "≥": ("at", "least"), "§": ("section",),
    "€": ("euro",), "£": ("pound",), "$": ("dollar",), "¥": ("yen",), "©": ("copyright",), "½": ("one", "half"),
    "¼": ("one", "quarter"), "¾": ("three", "quarters"), "♥": ("love",), "−": ("minus",),
}  # fmt: skip

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta", "λ": "lambda", "μ": "mu",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ω": "omega", "ω̄": "omega",
}  # fmt: skip

ROMAN_AFTER = word_set(
    "chapter part book volume act scene section article phase type appendix war title canto level round version"
)

FUNCTION_WORDS = word_set(
    "a an the and or but nor if as at by for from in into of off on onto out over than that then to up upon with "
    "without i me my we us our you your he him his she her it its they them their this these those there who whom "
    "whose which what is am are was were be been being has have had do does did will would shall should can could "
    "may might must not so such some any no all each i'm it's he's she's that's don't didn't i'd i'll we'll "
    "you'll"
)
"""Words that are usually spoken weakly; the converter is told which they are."""


def spell(text: str) -> tuple[str, ...]:
    """Return a word letter by letter, each as the dictionary writes a spoken letter ("b.")."""
    return tuple(f"{ch}." for ch in text.lower() if ch.isascii() and ch.isalpha())
