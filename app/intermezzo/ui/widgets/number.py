"""What a number field knows about its number: range, step, unit, how it is written and read. No Qt here."""

import math
import re
from dataclasses import dataclass

THIN_SPACE = "\u2009"
MINUS = "\u2212"
_NUMBER = re.compile(r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class NumberSpec:
    """Range and writing of one number.

    Attributes:
        minimum, maximum: inclusive range, in the number's unit.
        step: one press of an arrow key; Shift takes ten, Alt a tenth.
        decimals: digits after the point.
        unit: written after a thin space, for example "ms"; "" for none.
        default: value that a double-click on the slider returns to and that the tick marks; None for none.
        signed: write a plus before positive values.
        zero: what is written for 0, and may be typed for it; "" for the number itself.
    """

    minimum: float
    maximum: float
    step: float = 0.01
    decimals: int = 2
    unit: str = ""
    default: float | None = None
    signed: bool = False
    zero: str = ""

    def __post_init__(self) -> None:
        if not (self.minimum < self.maximum and self.step > 0):
            raise ValueError(f"a number needs minimum < maximum and a step above 0, not {self}")

    def contains(self, value: float) -> bool:
        """Return True where a finite value lies in the range."""
        return math.isfinite(value) and self.minimum <= value <= self.maximum

    def clamp(self, value: float) -> float:
        """Return the nearest value in the range; the minimum for NaN."""
        if math.isnan(value):
            return self.minimum
        return min(self.maximum, max(self.minimum, value))

    def rounded(self, value: float) -> float:
        """Return the value as it is shown, so that what one reads is what is stored."""
        return round(value, self.decimals)

    def stepped(self, value: float, steps: float) -> float:
        """Return the value moved by a number of steps, in range, rounded to the step's own precision."""
        moved = self.clamp(value + steps * self.step)
        finest = self.step * min(1.0, abs(steps)) if steps else self.step
        digits = max(self.decimals, -math.floor(math.log10(finest) + 1e-9))
        return round(moved, digits)

    def bare(self, value: float) -> str:
        """Return the number without its unit, for editing, with an ordinary hyphen-minus."""
        text = f"{value:.{self.decimals}f}"
        return text.lstrip("-") if float(text) == 0 else text

    def format(self, value: float) -> str:
        """Return the number with its unit, a true minus sign and a thin space."""
        if self.zero and value == 0:
            return self.zero
        text = self.bare(value).replace("-", MINUS)
        if self.signed and value > 0:
            text = f"+{text}"
        return f"{text}{THIN_SPACE}{self.unit}" if self.unit else text

    def range_text(self) -> str:
        """Return the range in words, for the red caption: "25 to 400"."""
        low, high = (f"{bound:.{self.decimals}f}" for bound in (self.minimum, self.maximum))
        if "." in low:
            low, high = low.rstrip("0").rstrip("."), high.rstrip("0").rstrip(".")
        return f"{low.replace('-', MINUS)} to {high.replace('-', MINUS)}"

    def parse(self, text: str) -> float | None:
        """Return the number at the start of a typed text (comma or point, unit ignored), or None without one."""
        cleaned = text.strip().replace(MINUS, "-").replace("\u2013", "-")
        if self.zero and cleaned.lower() == self.zero.lower():
            return 0.0
        match = _NUMBER.match(cleaned)
        if match is None:
            return None
        value = float(match.group(0).replace(",", "."))
        return value if math.isfinite(value) else None
