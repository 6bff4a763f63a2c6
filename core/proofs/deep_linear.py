"""Experiments with linear layers: a stack of them is one affine map, yet it learns in steps, one mode after another."""

import math
from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.initializers import initialize
from core.networks import Stack, dense, forward, initial_parameters
from core.networks.probes import input_jacobian
from core.noise import STREAM_PROBE, normals
from core.optimizers import Hyper
from core.recording import F64
from core.theory.deep_linear import half_time, mode_strength
from core.training import Plan, train

SCENES = ("linear-collapse",)  # whose claims `proofs` makes

_STRENGTHS = (3.0, 2.0, 1.0)
_START = 1e-3
_DT = 5e-4  # one step of gradient descent, in the time of the gradient flow
_SAXE = "Saxe, McClelland & Ganguli 2014; core/theory/deep_linear.py"


def proofs() -> Iterator[Claim]:
    """Every claim about stacks of linear layers."""
    yield from _collapse()
    yield from _learning_times()


def _collapse() -> Iterator[Claim]:
    x = normals(50 * 4, 1, 0, 0, STREAM_PROBE).reshape(50, 4)
    for activation in ("identity", "relu"):
        stack = dense([4, *[8] * 20, 3], activation)
        theta = initial_parameters(stack, "xavier_normal", seed=3, bias=0.1)
        done = forward(stack, theta, x)
        matrix, offset = np.eye(4), np.zeros(4)
        for layer in stack.views(theta):
            matrix, offset = layer.weight @ matrix, layer.weight @ offset + layer.bias
        difference = float(np.abs(done.output - (x @ matrix.T + offset)).max())
        linear = activation == "identity"
        yield Claim(
            name="21 linear layers equal one affine map: largest difference"
            if linear
            else "with ReLU between them the same layers do not",
            scene="linear-collapse",
            source="W₂(W₁x + b₁) + b₂ = (W₂W₁)x + (W₂b₁ + b₂)",
            predicted=0.0 if linear else 0.1,
            measured=difference,
            tolerance=1e-12 if linear else 0.0,
            because="rounding of 21 products of matrices" if linear else "a bound, not a number that is met",
            comparison="absolute" if linear else "at least",
        )
        if linear:
            yield Claim(
                name="their Jacobian is the product of the weights at every input: largest difference",
                scene="linear-collapse",
                source="∂(Ax + b)/∂x = A",
                predicted=0.0,
                measured=max(float(np.abs(input_jacobian(stack, theta, done, row) - matrix).max()) for row in (0, 17)),
                tolerance=1e-12,
                because="rounding of 21 products of matrices",
                comparison="absolute",
            )


def _learning_times() -> Iterator[Claim]:
    times, modes = learn()
    for i, strength in enumerate(_STRENGTHS):
        mode = modes[:, i]
        after = int(np.argmax(mode >= 0.5 * strength))
        share = (0.5 * strength - mode[after - 1]) / (mode[after] - mode[after - 1])
        yield Claim(
            name=f"two linear layers learn a mode of strength {strength:g} at t = (1/2s) ln(s/a₀ − 1)",
            scene="linear-collapse",
            source=_SAXE,
            predicted=half_time(strength, _START),
            measured=float(times[after - 1] + share * _DT),
            tolerance=2.0 * strength * _DT,
            because="steps of finite length: gradient descent lags behind the flow by about s·dt per unit of time",
            applies="whitened inputs, small balanced start along the modes",
        )
    wanted = np.stack([mode_strength(s, _START, times) for s in _STRENGTHS], axis=1)
    yield Claim(
        name="the strengths of all three modes follow a(t) = s e^(2st)/(e^(2st) − 1 + s/a₀): largest difference",
        scene="linear-collapse",
        source=_SAXE,
        predicted=0.0,
        measured=float(np.abs(modes - wanted).max()),
        tolerance=0.02,
        because="a mode rises at up to s²/2 = 4.5 per unit of time, and the descent lags by up to 0.003",
        applies="whitened inputs, small balanced start along the modes",
        comparison="absolute",
    )


def learn() -> tuple[F64, F64]:
    """(times (T+1,), strengths (T+1, 3)): the modes uᵢᵀW₂W₁vᵢ while a 3-3-3 linear net learns U S Vᵀ by gradient descent.

    Inputs are ±√3 eᵢ, so Σxxᵀ/N = I, and biases get no gradient. The mean square over 3 outputs has ⅔ of E's gradient.
    """
    left, right, between = (initialize("orthogonal", 3, 3, 1.0, 11, layer) for layer in range(3))
    inputs = math.sqrt(3.0) * np.concatenate([np.eye(3), -np.eye(3)])
    targets = inputs @ (left @ np.diag(_STRENGTHS) @ right.T).T
    stack: Stack = dense([3, 3, 3], "identity")
    theta = np.zeros(stack.size)
    first, second = stack.views(theta)
    first.weight[:] = math.sqrt(_START) * between @ right.T
    second.weight[:] = math.sqrt(_START) * left @ between.T
    steps = round(5.0 / _DT)
    plan = Plan("mse", "sgd", Hyper(learning_rate=1.5 * _DT), batch=6, steps=steps, shuffle=False)
    run = train(stack, theta, inputs, targets, plan)
    lower = run.thetas[:, :9].reshape(-1, 3, 3)
    upper = run.thetas[:, 12:21].reshape(-1, 3, 3)
    modes = np.einsum("ki,tkl,tlm,mi->ti", left, upper, lower, right)
    return np.asarray(_DT * np.arange(steps + 1), dtype=np.float64), np.asarray(modes)
