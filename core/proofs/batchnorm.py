"""Experiments with BatchNorm inside a network: useless biases, scale-free weights, and the three paths of its gradient."""

from collections.abc import Iterator

import numpy as np

from core import losses
from core.claims import Claim
from core.networks import Layer, Stack, backward, dense, forward, initial_parameters
from core.noise import STREAM_PROBE, normals
from core.normalization.layers import normalize, normalize_backward
from core.normalization.standardize import backward_paths, jacobian
from core.optimizers import Hyper
from core.recording import F64
from core.theory.normalization import scale_invariant_step
from core.training import Plan, train

SCENES = ("batchnorm-bias", "batchnorm-smoothing", "batchnorm-backward")  # whose claims `proofs` makes

_NET = dense([6, 10, 10, 3], Layer(1, "tanh", "batch"))
_IOFFE = "Ioffe & Szegedy 2015, section 3"
_LAARHOVEN = "van Laarhoven 2017; core/theory/normalization.py"


def proofs() -> Iterator[Claim]:
    """Every claim about batch normalization in training mode."""
    x = 100.0 * normals(32 * 6, 3, 0, 0, STREAM_PROBE).reshape(32, 6)
    y = normals(32 * 3, 4, 0, 0, STREAM_PROBE).reshape(32, 3)
    theta = initial_parameters(_NET, "xavier_normal", seed=1)
    yield from _bias(x, y, theta)
    yield from _scale(x, y, theta)
    yield from _backward()


def gradient_of(stack: Stack, theta: F64, x: F64, y: F64) -> tuple[F64, F64]:
    """(output, ∂L/∂θ) of the mean squared error in training mode."""
    done = forward(stack, theta, x, train=True)
    _, pull = losses.loss("mse", done.output, y)
    return done.output, backward(stack, theta, done, pull).theta


def _bias(x: F64, y: F64, theta: F64) -> Iterator[Claim]:
    moved = theta.copy()
    for layer in _NET.views(moved)[:2]:
        layer.bias[:] += np.linspace(-50.0, 80.0, 10)
    before, slope = gradient_of(_NET, theta, x, y)
    after, _ = gradient_of(_NET, moved, x, y)
    size = max(float(np.abs(layer.weight).max()) for layer in _NET.views(slope)[:2])
    lines = (
        (
            "any bias before BatchNorm leaves the output where it was (largest move)",
            np.abs(after - before).max(),
            1e-12,
            "rounding of numbers of size 100",
        ),
        (
            "the gradient of such a bias is 0 (beside that of the weights)",
            max(np.abs(layer.bias).max() for layer in _NET.views(slope)[:2]) / size,
            1e-13,
            "rounding in sums of 32 numbers",
        ),
    )
    for name, measured, tolerance, because in lines:
        yield Claim(
            name=name,
            scene="batchnorm-bias",
            source=_IOFFE + ".2: the mean takes the bias with it",
            predicted=0.0,
            measured=float(measured),
            tolerance=tolerance,
            because=because,
            applies="BatchNorm between the linear map and the activation",
            comparison="absolute",
        )


def _scale(x: F64, y: F64, theta: F64) -> Iterator[Claim]:
    """The first layer's weights, on inputs so large that ε is nothing beside their variance."""
    tenfold = theta.copy()
    _NET.views(tenfold)[0].weight[:] *= 10.0
    output, slope = gradient_of(_NET, theta, x, y)
    same, slope_tenfold = gradient_of(_NET, tenfold, x, y)
    weight, pull = _NET.views(theta)[0].weight, _NET.views(slope)[0].weight
    lengths = float(np.linalg.norm(weight)), float(np.linalg.norm(pull))
    plan = Plan("mse", "sgd", Hyper(learning_rate=5.0), batch=32, steps=1, shuffle=False)
    stepped = _NET.views(train(_NET, theta, x, y, plan).final.theta)[0].weight
    epsilon = "ε = 1e-5 beside a variance of about 1e4"
    lines: tuple[tuple[str, float, float, float, str, bool], ...] = (
        (
            "weights before BatchNorm ten times as long: the output is the same (largest move)",
            0.0,
            float(np.abs(same - output).max()),
            1e-7,
            epsilon,
            False,
        ),
        (
            "… and their gradient a tenth as long",
            0.1,
            float(np.linalg.norm(_NET.views(slope_tenfold)[0].weight)) / lengths[1],
            1e-7,
            epsilon,
            True,
        ),
        (
            "… and their gradient is perpendicular to them (cosine)",
            0.0,
            float((weight * pull).sum()) / (lengths[0] * lengths[1]),
            1e-7,
            epsilon,
            False,
        ),
        (
            "so a step of gradient descent makes them longer: √(‖w‖² + η²‖∇‖²)",
            scale_invariant_step(*lengths, 5.0),
            float(np.linalg.norm(stepped)),
            1e-7,
            epsilon,
            True,
        ),
    )
    for name, predicted, measured, tolerance, because, relative in lines:
        yield Claim(
            name=name,
            scene="batchnorm-smoothing",
            source=_LAARHOVEN,
            predicted=predicted,
            measured=measured,
            tolerance=tolerance,
            because=because,
            comparison="relative" if relative else "absolute",
        )


def _backward() -> Iterator[Claim]:
    """One channel of 7 numbers, with ε large enough to be seen."""
    epsilon = 0.01
    x = np.array([[0.3], [-1.2], [2.5], [0.9], [-0.4], [1.7], [-2.2]])
    g = np.array([[1.0], [-0.5], [0.25], [2.0], [-1.5], [0.75], [0.1]])
    done = normalize("batch", x, epsilon=epsilon)
    dx = normalize_backward(g, done)[0][:, 0]
    hat, pull, variance = done.x_hat[:, 0], g[:, 0], float(done.variance[0])
    s = float(np.sqrt(variance + epsilon))
    m = len(pull)
    formula = (m * pull - pull.sum() - hat * float((pull * hat).sum())) / (m * s)
    naive = pull * np.diag(jacobian(hat, variance, epsilon))
    shifted = np.stack([normalize("batch", x + 1e-6 * np.eye(m)[:, [i]], epsilon=epsilon).y for i in range(m)])
    unshifted = np.stack([normalize("batch", x - 1e-6 * np.eye(m)[:, [i]], epsilon=epsilon).y for i in range(m)])
    central = ((shifted - unshifted)[:, :, 0] / 2e-6) @ pull
    rounding = "rounding of numbers of size 1"
    lines = (
        ("dx = (m g − Σg − x̂ Σ g x̂)/(m s)", formula - dx, 1e-14, rounding),
        (
            "direct path + path through the mean + path through the variance = dx",
            np.add.reduce(backward_paths(pull, hat, variance, epsilon)) - dx,
            1e-14,
            rounding,
        ),
        ("the full m×m Jacobian times g is dx", jacobian(hat, variance, epsilon) @ pull - dx, 1e-14, rounding),
        (
            "dx equals central differences of the forward pass",
            central - dx,
            1e-8,
            "step 1e-6: rounding 2e-16/1e-6, and the third derivative times 1e-12",
        ),
        ("Σ dx = 0: no gradient along a shift of the batch", dx.sum(), 1e-14, rounding),
        (
            "Σ dx·x̂ = (ε/s³) Σ g x̂: next to none along a scaling",
            (dx * hat).sum() - epsilon / s**3 * (pull * hat).sum(),
            1e-14,
            rounding,
        ),
    )
    for name, difference, tolerance, because in lines:
        yield Claim(
            name=f"{name} (largest difference)",
            scene="batchnorm-backward",
            source="Ioffe & Szegedy 2015, section 3; core/normalization/standardize.py",
            predicted=0.0,
            measured=float(np.abs(difference).max()),
            tolerance=tolerance,
            because=because,
            comparison="absolute",
        )
    yield Claim(
        name="the diagonal of the Jacobian alone, the naive answer, is off by a tenth or more",
        scene="batchnorm-backward",
        source="core/normalization/standardize.py",
        predicted=0.1,
        measured=float(np.linalg.norm(naive - dx) / np.linalg.norm(dx)),
        tolerance=0.0,
        because="a bound, not a number that is met",
        applies="this batch of 7",
        comparison="at least",
    )
