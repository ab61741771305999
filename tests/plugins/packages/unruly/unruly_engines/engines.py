"""One class for each way to misbehave."""

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np

from intermezzo.core.errors import Cancelled
from intermezzo.core.layers import Curve
from intermezzo.core.manifest import read_manifest
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Made, Sketch

TYPE = read_manifest(Path(__file__).with_name("engines.toml").read_text(encoding="utf-8")).sketch_types[0]


class Plain:
    """The one that behaves: a second of level for every word."""

    def load(self, device):
        pass

    def convert(self, source, params, *, seed, job):
        values = np.full(100 * len(source.text.split()), -20.0)
        return Sketch(TYPE, {"level": Curve.machine(TYPE.spec("level"), TYPE.hop_s, values)}, Made("unruly.slow", "1"))


class Engine:
    def load(self, device):
        pass

    def render(self, sketch, params, *, seed, window, job):
        start, stop = window or (0, sketch.n_frames)
        self.work(sketch, job)
        return Audio(np.full((1, (stop - start) * TYPE.hop_samples), 0.5, np.float32), TYPE.sample_rate)

    def work(self, sketch, job):
        pass


class Incomplete:
    def load(self, device):
        pass


class RaisesAtLoad(Engine):
    def load(self, device):
        raise FileNotFoundError("weights.safetensors")


class HangsAtLoad(Engine):
    def load(self, device):
        threading.Event().wait()


class Raises(Engine):
    def work(self, sketch, job):
        raise RuntimeError("a tensor of\nthe wrong shape")


class Exits(Engine):
    def work(self, sketch, job):
        print("my last words", flush=True)
        os._exit(3)


class Leaves(Engine):
    def work(self, sketch, job):
        sys.exit("enough")


class Dies(Engine):
    def work(self, sketch, job):
        os.kill(os.getpid(), signal.SIGSEGV)


class Hangs(Engine):
    def work(self, sketch, job):
        threading.Event().wait()


class Eats(Engine):
    def work(self, sketch, job):
        eaten = []
        while True:
            eaten.append(np.ones(8 * 2**20))


class Lies(Engine):
    def render(self, sketch, params, *, seed, window, job):
        return Audio(np.zeros((1, 7), np.float32), TYPE.sample_rate)


class ReturnsNothing(Engine):
    def render(self, sketch, params, *, seed, window, job):
        return None


class RendersNan(Engine):
    def render(self, sketch, params, *, seed, window, job):
        return Audio(np.full((1, 800), np.nan, np.float32), TYPE.sample_rate)


class Chatters(Engine):
    def work(self, sketch, job):
        print("to standard output")
        print("to standard error", file=sys.stderr)
        os.write(1, b"past Python\n")


class Slow(Engine):
    def work(self, sketch, job):
        turn = threading.Event()
        for k in range(100_000):
            job.progress(k / 100_000, "Taking its time")
            turn.wait(0.002)


class Stubborn(Engine):
    def work(self, sketch, job):
        turn = threading.Event()
        for _ in range(100_000):
            with suppress(Cancelled):
                job.progress(0.5)
            turn.wait(0.002)


class Remembers(Engine):
    """Keeps each frame's level in the cache, and tells what it found there by what it renders."""

    def render(self, sketch, params, *, seed, window, job):
        found = job.cache.get("level")
        job.cache.put("level", np.array([0.25], np.float32))
        value = 0.0 if found is None else float(found[0])
        return Audio(np.full((1, sketch.n_frames * TYPE.hop_samples), value, np.float32), TYPE.sample_rate)


class Waits(Engine):
    """Hands over a word and goes on only when somebody has had a sketch rendered meanwhile: two words where nobody
    listens would wait for ever."""

    heard = threading.Event()

    def convert(self, source, params, *, seed, job):
        pieces = [Plain().convert(Text(word), params, seed=seed, job=job) for word in source.text.split()]
        whole, turn = None, threading.Event()
        for piece in pieces:
            job.partial(piece)
            whole = piece if whole is None else whole.joined(piece)
            while piece is not pieces[-1] and not self.heard.is_set():
                job.progress(0.5, "Waiting")
                turn.wait(0.002)
        if "otherwise" in source.text:
            return Plain().convert(source, params, seed=seed, job=job).joined(pieces[0])
        return whole

    def work(self, sketch, job):
        if sketch.level.values[0] == 0:
            os._exit(3)
        self.heard.set()
