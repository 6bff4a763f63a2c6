"""The parameters a network starts with."""

import numpy as np

from core.initializers import initialize
from core.networks.stack import Stack
from core.recording import F64


def initial_parameters(
    stack: Stack, scheme: str = "xavier_uniform", gain: float = 1.0, seed: int = 0, bias: float = 0.0
) -> F64:
    """θ (stack.size,): weights by `core.initializers`, each layer keyed by its number, all biases `bias`, γ = 1, β = 0."""
    theta = np.zeros(stack.size)
    for number, layer in enumerate(stack.views(theta)):
        layer.weight[:] = initialize(scheme, len(layer.bias), layer.weight.shape[1], gain, seed, number)
        layer.bias[:] = bias
        layer.gain[:] = 1.0
    return theta
