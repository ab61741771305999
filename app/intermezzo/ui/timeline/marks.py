"""The marks of origin as plain integers: enum arithmetic in a paint loop costs more than the painting."""

from typing import Final

from intermezzo.core.layers import Mark

__all__ = ["ANALYSED", "EDITED", "LOCKED"]

ANALYSED: Final = int(Mark.ANALYSED)
EDITED: Final = int(Mark.EDITED)
LOCKED: Final = int(Mark.LOCKED)
