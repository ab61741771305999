"""Five ways to make Y' of a picture on one backbone: down-sampling, AE, VAE, VQ and FSQ; each is symbols in the end.

Every Y' is written as whole numbers (n, 16, 16, channels): one code a cell for VQ and FSQ, four 8-bit numbers a cell
for the others. So size, entropy and how well a text predicts it are counted in the same bits for all of them. The
float16 form of AE and VAE is counted beside it.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.tokens.compare.backbone import CELL_PX, decoder, encoder
from intermezzo_engines.tokens.fsq import code_of, digits_of, n_codes, quantise, values_of

__all__ = ["KINDS", "Autoencoder", "DownSampling", "FiniteScalar", "Representation", "Variational", "VectorQuantised"]

NUMBERS: Final = 4  # a cell
STEPS: Final = 256  # of an 8-bit number
LEVELS: Final = (8, 5, 5, 5)
CODES: Final = 1024
_KL_WEIGHT: Final = 2e-4
_COMMITMENT: Final = 0.25
_KEPT: Final = 0.95  # of the running means of a codebook, each step
_RESTART_BELOW: Final = 0.02  # cells a step: a code that is used less begins anew


class Representation(nn.Module):
    """One kind of Y'. ``symbols`` values in each of ``channels`` whole numbers a cell; ``float_bits`` a cell or 0."""

    name = ""
    title = ""
    method = ""  # as the paper's Table 1 files it
    symbols = STEPS
    channels = NUMBERS
    float_bits = 0

    def __init__(self) -> None:
        super().__init__()
        self.decoder = decoder(NUMBERS)

    def learn(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures (n, 4, 64, 64) through Y' and back, and what the loss has besides."""
        raise NotImplementedError

    def settle(self, pictures: Tensor) -> None:
        """Fix what depends on all that was learned, as the ranges of 8-bit numbers."""

    def floats(self, pictures: Tensor) -> Tensor:
        """Return Y' before it is written in symbols, (n, 4, 16, 16)."""
        raise NotImplementedError

    def written(self, pictures: Tensor) -> Tensor:
        """Return Y' of pictures in symbols, int64 (n, 16, 16, channels)."""
        raise NotImplementedError

    def read(self, written: Tensor) -> Tensor:
        """Return the numbers that symbols stand for, float32 (n, 4, 16, 16)."""
        raise NotImplementedError

    def drawn(self, numbers: Tensor) -> Tensor:
        """Return pictures of numbers, premultiplied, 0 to 1, no colour brighter than its alpha allows."""
        found = self.decoder(numbers).clamp(0, 1)
        return torch.cat([torch.minimum(found[:, :3], found[:, 3:]), found[:, 3:]], dim=1)


class DownSampling(Representation):
    """A picture of 16 x 16 pixels by area mean, 8 bits a channel; only the way back is learned."""

    name, title, method = "downsampling", "Down-sampling", "explicit"

    def floats(self, pictures: Tensor) -> Tensor:
        """Return means of cells, 0 to 1."""
        return functional.avg_pool2d(pictures, CELL_PX)

    def learn(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures through Y' and back; there is nothing else to learn."""
        return self.decoder(self.read(self.written(pictures))), pictures.new_zeros(())

    def written(self, pictures: Tensor) -> Tensor:
        """Return the bytes of the small picture."""
        return (self.floats(pictures) * (STEPS - 1)).round().long().movedim(1, -1)

    def read(self, written: Tensor) -> Tensor:
        """Return the small picture, -1 to 1."""
        return written.movedim(-1, 1).float() * (2 / (STEPS - 1)) - 1


class Autoencoder(Representation):
    """Four free numbers a cell."""

    name, title, method, float_bits = "ae", "AE", "implicit, continuous", 16 * NUMBERS
    low: Tensor
    high: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.encoder = encoder(NUMBERS)
        self.register_buffer("low", torch.full((NUMBERS, 1, 1), -1.0))
        self.register_buffer("high", torch.full((NUMBERS, 1, 1), 1.0))

    def floats(self, pictures: Tensor) -> Tensor:
        """Return the numbers as they are."""
        found: Tensor = self.encoder(pictures * 2 - 1)
        return found

    def learn(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures through Y' and back."""
        return self.decoder(self.floats(pictures)), pictures.new_zeros(())

    def settle(self, pictures: Tensor) -> None:
        """Lay the 256 steps over the numbers of learned pictures, but for one in a thousand at each end."""
        found = self.floats(pictures).movedim(1, 0).flatten(1)
        ordered = found[:, :: max(found.shape[1] // 100_000, 1)].sort(dim=1).values
        last = ordered.shape[1] - 1
        self.low.copy_(ordered[:, round(0.001 * last)].view(-1, 1, 1))
        self.high.copy_(ordered[:, round(0.999 * last)].view(-1, 1, 1) + 1e-6)

    def written(self, pictures: Tensor) -> Tensor:
        """Return 8 bits a number."""
        share = (self.floats(pictures) - self.low) / (self.high - self.low)
        return (share * (STEPS - 1)).round().clamp(0, STEPS - 1).long().movedim(1, -1)

    def read(self, written: Tensor) -> Tensor:
        """Return the numbers at the middle of their steps."""
        return self.low + written.movedim(-1, 1).float() * ((self.high - self.low) / (STEPS - 1))


class Variational(Autoencoder):
    """Four numbers a cell that are held near a standard normal (Kingma and Welling, 1312.6114); Y' is the mean."""

    name, title = "vae", "VAE"

    def __init__(self) -> None:
        super().__init__()
        self.encoder = encoder(2 * NUMBERS)

    def floats(self, pictures: Tensor) -> Tensor:
        """Return the means."""
        found: Tensor = self.encoder(pictures * 2 - 1)
        return found[:, :NUMBERS]

    def learn(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures through a sample of Y' and back, and the weighted divergence from a standard normal."""
        mean, spread = self.encoder(pictures * 2 - 1).chunk(2, dim=1)
        log_variance = spread.clamp(-12, 4)
        sample = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        divergence = (mean.pow(2) + log_variance.exp() - 1 - log_variance).sum(dim=1).mean() / 2
        return self.decoder(sample), _KL_WEIGHT * divergence


class VectorQuantised(Representation):
    """One of 1,024 learned vectors a cell (van den Oord et al., 1711.00937), by running means; idle ones restart."""

    name, title, method, symbols, channels = "vq", "VQ", "implicit, discrete", CODES, 1
    book: Tensor
    count: Tensor
    total: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.encoder = encoder(NUMBERS)
        book = torch.randn(CODES, NUMBERS)
        self.register_buffer("book", book)
        self.register_buffer("count", torch.ones(CODES))
        self.register_buffer("total", book.clone())

    def floats(self, pictures: Tensor) -> Tensor:
        """Return what is to be put on the nearest vector."""
        found: Tensor = self.encoder(pictures * 2 - 1)
        return found

    def _nearest(self, latent: Tensor) -> Tensor:
        points = latent.movedim(1, -1)
        found = torch.cdist(points.reshape(-1, NUMBERS), self.book).argmin(dim=1)
        return found.view(points.shape[:-1])

    def learn(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures through Y' and back, and how far the encoder is from the vectors it chose."""
        latent = self.floats(pictures)
        codes = self._nearest(latent.detach())
        self._move(latent.detach().movedim(1, -1).reshape(-1, NUMBERS), codes.flatten())
        chosen = self.book[codes].movedim(-1, 1)
        return self.decoder(latent + (chosen - latent).detach()), _COMMITMENT * (latent - chosen).pow(2).mean()

    def _move(self, points: Tensor, codes: Tensor) -> None:
        used = torch.zeros_like(self.count).index_add_(0, codes, torch.ones_like(points[:, 0]))
        self.count.mul_(_KEPT).add_(used, alpha=1 - _KEPT)
        self.total.mul_(_KEPT).add_(torch.zeros_like(self.total).index_add_(0, codes, points), alpha=1 - _KEPT)
        idle = self.count < _RESTART_BELOW
        some = points[torch.randint(len(points), (int(idle.sum()),), device=points.device)]
        self.count[idle], self.total[idle] = 1.0, some
        self.book.copy_(self.total / self.count[:, None])

    def written(self, pictures: Tensor) -> Tensor:
        """Return the number of the nearest vector."""
        return self._nearest(self.floats(pictures))[..., None]

    def read(self, written: Tensor) -> Tensor:
        """Return the vectors."""
        return self.book[written[..., 0]].movedim(-1, 1)


class FiniteScalar(Representation):
    """Four bounded numbers on 8, 5, 5, 5 steps, 1,000 codes and no codebook (2309.15505; see tokens/fsq.py)."""

    name, title, method, symbols, channels = "fsq", "FSQ", "implicit, discrete", n_codes(LEVELS), 1

    def __init__(self) -> None:
        super().__init__()
        self.encoder = encoder(NUMBERS)

    def floats(self, pictures: Tensor) -> Tensor:
        """Return the numbers before they are put on steps."""
        found: Tensor = self.encoder(pictures * 2 - 1)
        return found

    def learn(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures through Y' and back."""
        values, _ = quantise(self.floats(pictures).movedim(1, -1), LEVELS)
        return self.decoder(values.movedim(-1, 1)), pictures.new_zeros(())

    def written(self, pictures: Tensor) -> Tensor:
        """Return the codes."""
        return code_of(quantise(self.floats(pictures).movedim(1, -1), LEVELS)[1], LEVELS)[..., None]

    def read(self, written: Tensor) -> Tensor:
        """Return the values in the middle of their steps."""
        return values_of(digits_of(written[..., 0], LEVELS), LEVELS).movedim(-1, 1)


KINDS: Final[tuple[type[Representation], ...]] = (
    DownSampling, Autoencoder, Variational, VectorQuantised, FiniteScalar,
)  # fmt: skip
