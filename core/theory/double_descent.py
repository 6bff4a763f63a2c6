"""The test error of least squares with p of D features, n examples: it peaks where p = n and falls again beyond.

Inputs are standard normal in D dimensions, y = x·β + σ·noise. Only p features T of them are used; least squares where p ≤ n,
the solution of smallest norm where p > n. Belkin, Hsu & Xu, "Two models of double descent for weak features" (SIAM J. on
Mathematics of Data Science 2, 2020), theorem 1, exact for every n and p.
"""

import math


def expected_error(features: int, examples: int, inside: float, outside: float, noise: float = 0.0) -> float:
    """E(y − x·w)² on new data; inside = ‖β_T‖², outside = ‖β‖² − ‖β_T‖², noise = σ, features = p, examples = n.

    (outside + σ²)(1 + p/(n − p − 1)) for p ≤ n − 2; inf from p = n − 1 to n + 1, where the inverse of a Wishart matrix has no
    mean; inside·(1 − n/p) + (outside + σ²)(1 + n/(p − n − 1)) for p ≥ n + 2.
    """
    if features < 0 or examples < 0:
        raise ValueError(f"numbers of features and examples are 0 or more, not {features} and {examples}")
    unseen = outside + noise * noise
    if features <= examples - 2:
        return unseen * (1.0 + features / (examples - features - 1))
    if features >= examples + 2:
        return inside * (1.0 - examples / features) + unseen * (1.0 + examples / (features - examples - 1))
    return math.inf
