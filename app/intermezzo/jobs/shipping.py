"""Shipping: makes the message of a run from a request, and a result from an answer, for one host at a time."""

import pickle
from dataclasses import dataclass, field
from typing import Any

from intermezzo.core.fingerprint import of_array, remember
from intermezzo.core.layers import Layer
from intermezzo.core.sketch import Sketch, SketchType
from intermezzo.jobs.messages import Answer, Piece, Run
from intermezzo.jobs.process import HostProcess
from intermezzo.jobs.protocol import Request, Result
from intermezzo.jobs.transfer import Arrays, Item, Mirror, Packed, unpack

__all__ = ["Shipment", "Shipping"]


@dataclass(frozen=True, eq=False)
class Shipment:
    """What a request is made of, packed: layers by name, the source, and the layers of the sketch to compare with."""

    layers: dict[str, Packed]
    source: Packed | None
    before: dict[str, Packed] = field(default_factory=dict)

    @property
    def all(self) -> list[Packed]:
        """Layers and source; layers that both sketches share once."""
        found = [*self.layers.values(), *self.before.values(), *([self.source] if self.source else [])]
        return list({packed.serial: packed for packed in found}.values())


class Shipping:
    """The books of what the host holds, and what becomes of its answers."""

    def __init__(self) -> None:
        self._mirror = Mirror()
        self._adopted: dict[str, int] = {}
        self._unhashed: list[Layer] = []

    @property
    def has_leisure_work(self) -> bool:
        """Whether `hash_one` has something to do."""
        return bool(self._unhashed)

    def start_afresh(self) -> None:
        """There is a new host, which holds nothing."""
        self._mirror.clear()
        self._adopted.clear()

    def run(self, request: Request, engine: str, number: int, process: HostProcess) -> tuple[Run, Shipment]:
        """Return the message of a run, with what the host has not got yet, and what the run is made of."""
        sketch = request.sketch
        shipment = Shipment(
            self._packed(sketch), None if request.source is None else self._mirror.packed(request.source),
            self._packed(request.before),
        )  # fmt: skip
        forget_items, forget_arrays = self._mirror.surplus(shipment.all)
        blobs, arrays = self._mirror.send(shipment.all)
        adopted, self._adopted = self._adopted, {}
        return Run(
            number, request.kind, engine, dict(request.params), request.seed, request.window,
            sketch_type=pickle.dumps(sketch.type) if sketch is not None else b"",
            made=_pickled_made(sketch) if sketch is not None else b"",
            layers={name: packed.serial for name, packed in shipment.layers.items()},
            before={name: packed.serial for name, packed in shipment.before.items()},
            before_made=_pickled_made(request.before) if request.before is not None else b"",
            source=shipment.source.serial if shipment.source is not None else None,
            blobs=blobs, parcel=process.seal(arrays, number), adopted=adopted,
            forget_items=tuple(forget_items), forget_arrays=tuple(forget_arrays), streams=request.streams,
        ), shipment  # fmt: skip

    def _packed(self, sketch: Sketch | None) -> dict[str, Packed]:
        items: dict[str, Item] = dict(sketch.layers) if sketch is not None else {}
        return {name: self._mirror.packed(layer) for name, layer in items.items()}

    def result(
        self, answer: Answer, request: Request, shipment: Shipment, process: HostProcess, sketch_type: SketchType
    ) -> Result:
        """Rebuild what an engine returned; layers that it left alone are the very same objects as in the request."""
        arrays = process.unseal(answer.parcel)
        if answer.medium:
            medium: Result = unpack(answer.medium, arrays)[0]
            return medium
        if not answer.layers:
            return None
        given = request.sketch.layers if request.sketch is not None else {}
        unchanged = {shipment.layers[name].serial: layer for name, layer in given.items()}
        for packed in shipment.layers.values():
            arrays.update(packed.arrays)
        layers: dict[str, Layer] = {}
        for name, layer in answer.layers.items():
            if isinstance(layer, int):
                layers[name] = unchanged[layer]
                continue
            layers[name], used = unpack(layer, arrays)
            # The host still has it: it is only told the number, and the first rendering of it costs no transfer.
            self._adopted[name] = self._mirror.learn(layers[name], layer, used)
            self._unhashed.append(layers[name])
        return Sketch(sketch_type, layers, pickle.loads(answer.made))

    def piece(self, message: Piece, known: Arrays, process: HostProcess, sketch_type: SketchType) -> Sketch:
        """Rebuild a piece; ``known`` are the arrays of the pieces before it, to which its own are added."""
        fresh = process.unseal(message.parcel)
        for key, array in fresh.items():
            remember(array, key)
        known.update(fresh)
        self._mirror.hold(fresh)
        layers = {name: unpack(blob, known)[0] for name, blob in message.layers.items()}
        return Sketch(sketch_type, layers, pickle.loads(message.made))

    def hash_one(self) -> None:
        """Hash a layer that came from the host while nothing else is to do, so that the first edit need not."""
        for array in self._unhashed.pop().parts()[1].values():
            of_array(array)


def _pickled_made(sketch: Sketch) -> Any:
    # Field by field, because its params may be a read-only view, which cannot be pickled.
    made = sketch.made
    return pickle.dumps((made.engine, made.version, made.seed, dict(made.params)))
