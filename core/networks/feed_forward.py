"""Stacks of transformer blocks without attention: residual branches of two linear maps, layer normalization before or after.

    pre     x ← x + W₂ φ(W₁ LN(x)),     and LN once more after the last block
    post    x ← LN(x + W₂ φ(W₁ x))

φ is ReLU and LN has neither gain nor shift, as at the start of training. W₁ and W₂ are (d, d), all weights of the L blocks in
two arrays (L, d, d). Vaswani et al. (NIPS 2017) wrote post; Xiong et al., "On layer normalization in the transformer
architecture" (ICML 2020), compare the two.
"""

from dataclasses import dataclass

import numpy as np

from core import activations
from core.initializers import initialize
from core.normalization.layers import Normalized, normalize, normalize_backward
from core.recording import F64

PLACES = ("pre", "post")


@dataclass(frozen=True, eq=False)
class FeedForward:
    """L blocks of width d with LN at `place`; first, second: W₁ and W₂, (L, d, d) each."""

    place: str
    first: F64
    second: F64

    def __post_init__(self) -> None:
        if self.place not in PLACES:
            raise ValueError(f"layer normalization stands {' or '.join(PLACES)}, not {self.place!r}")
        if self.first.ndim != 3 or self.first.shape[1] != self.first.shape[2] or self.first.shape != self.second.shape:
            raise ValueError(f"the weights need two equal shapes (L, d, d), not {self.first.shape} and {self.second.shape}")

    @classmethod
    def drawn(cls, place: str, width: int, depth: int, scheme: str = "xavier_normal", seed: int = 0) -> "FeedForward":
        """Random weights; block l's are keyed by 2l and 2l + 1, so that a deeper stack begins with the same blocks."""
        if depth < 1:
            raise ValueError(f"a stack needs at least 1 block, not {depth}")
        drawn = [initialize(scheme, width, width, 1.0, seed, layer) for layer in range(2 * depth)]
        return cls(place, np.stack(drawn[::2]), np.stack(drawn[1::2]))


@dataclass(frozen=True, eq=False)
class BlocksPass:
    """A forward pass of N tokens.

    streams: (L + 1, N, d) the residual stream: before the first block, then after each branch has been added (for post:
             before the norm of that block).
    inside:  L pairs (z, φ(z)) with z = W₁ of what the branch saw, (N, d) each.
    norms:   the norms, L + 1 for pre (one per block and the last), L for post.
    """

    streams: F64
    inside: tuple[tuple[F64, F64], ...]
    norms: tuple[Normalized, ...]

    @property
    def output(self) -> F64:
        """What comes out of the last norm, (N, d)."""
        return self.norms[-1].y


@dataclass(frozen=True, eq=False)
class BlocksGradients:
    """∂L/∂W₁ and ∂L/∂W₂, (L, d, d) each, and ∂L/∂x of the inputs, (N, d)."""

    first: F64
    second: F64
    inputs: F64


@np.errstate(all="ignore")  # values beyond float64 become inf and nan, as an outcome
def forward(blocks: FeedForward, tokens: F64) -> BlocksPass:
    """Send tokens (N, d) through all blocks."""
    if tokens.ndim != 2 or tokens.shape[1] != blocks.first.shape[1] or len(tokens) < 1:
        raise ValueError(f"these blocks take tokens of shape (N ≥ 1, {blocks.first.shape[1]}), not {tokens.shape}")
    x, streams, inside, norms = tokens, [tokens], [], []
    for up, down in zip(blocks.first, blocks.second, strict=True):
        seen = x
        if blocks.place == "pre":
            norms.append(normalize("layer", x))
            seen = norms[-1].y
        z = seen @ up.T
        a = activations.activations(activations.RELU, z)
        inside.append((z, a))
        x = x + a @ down.T
        streams.append(x)
        if blocks.place == "post":
            norms.append(normalize("layer", x))
            x = norms[-1].y
    if blocks.place == "pre":
        norms.append(normalize("layer", x))
    return BlocksPass(np.stack(streams), tuple(inside), tuple(norms))


@np.errstate(all="ignore")
def backward(blocks: FeedForward, done: BlocksPass, output_gradient: F64) -> BlocksGradients:
    """All gradients from ∂L/∂output (N, d)."""
    first, second = np.empty_like(blocks.first), np.empty_like(blocks.second)
    pre = blocks.place == "pre"
    g = normalize_backward(output_gradient, done.norms[-1])[0] if pre else output_gradient
    for number in reversed(range(len(first))):
        z, a = done.inside[number]
        if pre:
            seen = done.norms[number].y
        else:
            g = normalize_backward(g, done.norms[number])[0]
            seen = done.norms[number - 1].y if number else done.streams[0]
        second[number] = g.T @ a
        delta = (g @ blocks.second[number]) * activations.derivatives(activations.RELU, z)
        first[number] = delta.T @ seen
        branch = delta @ blocks.first[number]
        g = g + (normalize_backward(branch, done.norms[number])[0] if pre else branch)
    return BlocksGradients(first, second, g)
