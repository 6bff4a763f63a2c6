"""Experiments with transformer blocks at random start: the size of the residual stream and of the last block's gradient."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.networks.feed_forward import FeedForward, backward, forward
from core.noise import STREAM_PROBE, normals
from core.theory.normalization import post_norm_scale, pre_norm_scale
from core.theory.pre_post_ln import last_block_gradient

SCENES = ("pre-post-ln",)  # whose claims `proofs` makes

_WIDTH, _TOKENS, _NETS = 128, 16, 3
_XIONG = "Xiong et al. 2020"


def measure(place: str, depth: int, seed: int) -> tuple[float, float, float]:
    """One net with L = Σ c·output: mean square of its last stream, of all streams, and ‖∂L/∂W₂‖ of the last block."""
    tokens, pull = normals(2 * _TOKENS * _WIDTH, seed, 0, 0, STREAM_PROBE).reshape(2, _TOKENS, _WIDTH)
    blocks = FeedForward.drawn(place, _WIDTH, depth, seed=seed)
    done = forward(blocks, tokens)
    squares = (done.streams[1:] ** 2).mean(axis=(1, 2))
    return float(squares[-1]), float(squares.mean()), float(np.linalg.norm(backward(blocks, done, pull).second[-1]))


def proofs() -> Iterator[Claim]:
    """Every claim about Pre-LN and Post-LN at the start of training."""
    for depth in (2, 6, 12, 24, 48):
        last, _, gradient = _averages("pre", depth)
        yield _size(
            f"Pre-LN: the residual stream's mean square grows to 1 + L/2, L = {depth}", float(pre_norm_scale(depth)), last
        )
        yield _gradient(f"Pre-LN: gradient of the last block's W₂ falls like 1/√(1 + L/2), L = {depth}", "pre", depth, gradient)
    for depth in (2, 48):
        _, all_blocks, gradient = _averages("post", depth)
        yield _size(
            f"Post-LN: the stream's mean square before the norm is 3/2 in every block, mean of {depth}",
            post_norm_scale(),
            all_blocks,
        )
        yield _gradient(
            f"Post-LN: gradient of the last block's W₂ does not shrink with depth, L = {depth}", "post", depth, gradient
        )


def _averages(place: str, depth: int) -> tuple[float, float, float]:
    last, every, gradient = np.mean([measure(place, depth, 100 * depth + seed) for seed in range(_NETS)], axis=0).tolist()
    return last, every, gradient


def _size(name: str, predicted: float, measured: float) -> Claim:
    return Claim(
        name=name,
        scene="pre-post-ln",
        source=f"{_XIONG}, lemma 2; core/theory/normalization.py",
        predicted=predicted,
        measured=measured,
        tolerance=0.1,
        because=f"a token's overlaps scatter by √(2/d) = 12 %, d = {_WIDTH}; {_TOKENS} tokens that share weights, {_NETS} nets",
        applies="blocks without attention at random start",
    )


def _gradient(name: str, place: str, depth: int, measured: float) -> Claim:
    return Claim(
        name=name,
        scene="pre-post-ln",
        source=f"{_XIONG}, theorem 1; core/theory/pre_post_ln.py",
        predicted=last_block_gradient(place, _WIDTH, depth, _TOKENS),
        measured=measured,
        tolerance=0.1,
        because=f"as for the stream's size, which divides it; ReLU's ‖φ‖² scatters by √(5/d) = 20 % a token, {_TOKENS} tokens, "
        f"{_NETS} nets",
        applies="a random linear functional as the loss; under a cross-entropy head over many tokens Post-LN's is not "
        "constant but grows mildly with depth",
    )
