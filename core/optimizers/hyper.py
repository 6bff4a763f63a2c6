"""The numbers that tune an optimizer, gathered so that they travel into a kernel as one argument."""

from typing import NamedTuple


class Hyper(NamedTuple):
    """Hyper-parameters of every method here; each method reads its own and ignores the rest. All are floats.

    learning_rate: η.
    momentum:      β of momentum, nesterov, nesterov_shifted, qhm and LARS.
    nu:            ν of qhm, the share of the momentum buffer in its step.
    beta1:         β₁, the memory of the mean gradient (Adam's family, Lion).
    beta2:         β₂, the memory of the mean squared gradient (Adam's family, Lion); it is also RMSprop's and Adadelta's
                   decay, usually written α and ρ.
    epsilon:       ε, added to the root of the second moment (inside the root in Adadelta).
    weight_decay:  λ. adamw, lion and LAMB shrink the weights themselves (decoupled). adam and adam_uncorrected have no
                   decay, as published: with it they are adam_l2. All others add λp to the gradient first, which is what
                   L2 regularization ½λp² does.
    """

    learning_rate: float = 0.01
    momentum: float = 0.9
    nu: float = 0.7
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
