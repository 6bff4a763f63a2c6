"""How long the gradient of the last block is when layer normalization stands before or after it.

Blocks as in `core.networks.feed_forward` at random start, W entries N(0, 1/d), loss Σ c·output over N tokens with c standard
normal, the linear part of any loss. Sizes of the residual stream: `core.theory.normalization`.
"""

import math

from core.theory.normalization import post_norm_scale, pre_norm_scale


def last_block_gradient(place: str, width: int, depth: int, tokens: int = 1) -> float:
    """‖∂L/∂W₂‖ of the last block: √(N d (d − 2)/2)/√(1 + L/2) for "pre", the same over √(3/2) for "post" whatever L.

    The last norm divides the gradient by the stream's size s, s² = 1 + L/2 (pre) or 3/2 (post), and projects two of d
    directions off, so ‖∂L/∂x‖² = (d − 2)/s² per token. ∂L/∂W₂ = Σ ∂L/∂x φᵀ with ‖φ‖² = d/2: ReLU of d standard normal
    numbers. The tokens' c are independent, so squares add up. Xiong et al. (ICML 2020), theorem 1: O(d√(ln d/L)) and O(d√ln d).
    """
    if place not in ("pre", "post"):
        raise ValueError(f"layer normalization stands pre or post, not {place!r}")
    size = float(pre_norm_scale(depth)) if place == "pre" else post_norm_scale()
    return math.sqrt(tokens * width * (width - 2) / 2.0 / size)
