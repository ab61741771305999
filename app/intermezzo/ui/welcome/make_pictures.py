"""Makes the pictures of all examples from real conversions: `python -m intermezzo.ui.welcome.make_pictures`.

Run it after an engine, its weights or its examples changed; a test finds examples whose picture is missing.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.media import Image, Text, Video
from intermezzo.core.registry import Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Request
from intermezzo.ui.welcome.content import examples_of
from intermezzo.ui.welcome.pictures import example_key, packed, picture_of


def make(registry: Registry, target: Path) -> int:
    """Convert every example of every engine that is shown and write their pictures to ``target``; return how many."""
    runner = InlineRunner(registry)
    arrays: dict[str, NDArray[Any]] = {}
    examples = examples_of(registry)
    for manifest, example in examples:
        wanted = {p.name for p in manifest.params_of("convert")}
        params = {name: value for name, value in example.params.items() if name in wanted}
        result = runner.run(
            Request(kind="convert", engine=manifest.id, source=Text(example.source), params=params, seed=1)
        )
        if not isinstance(result, Sketch):
            raise TypeError(f"{manifest.id} made no sketch of {example.title!r}")
        key = example_key(manifest, example)
        drawn = None
        if manifest.output in ("image", "video"):
            drawn = runner.run(Request(kind="render", engine=manifest.id, sketch=result))
        if isinstance(drawn, Video) and drawn.frames.shape[-1] == 4:
            drawn = Image(drawn.frames[len(drawn.frames) // 2].copy())
        image = drawn if isinstance(drawn, Image) else None
        arrays.update({f"{key}.{name}": part for name, part in packed(picture_of(result, image)).items()})
    runner.close()
    with target.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    return len(examples)


def main() -> int:
    """Write assets/intermezzo_assets/demos/pictures.npz of this source tree."""
    import intermezzo_assets

    target = Path(next(iter(intermezzo_assets.__path__))) / "demos" / "pictures.npz"
    target.parent.mkdir(exist_ok=True)
    sys.stdout.write(f"{make(discover(), target)} pictures in {target} ({target.stat().st_size} bytes)\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
