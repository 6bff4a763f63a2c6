"""A deep stack of equal layers on a few handwritten digits: its signals at the start, and its training.

Everything about depth is seen on this one experiment: L layers of n units, hˡ = φ(Wˡhˡ⁻¹ + bˡ) with what cures are asked for,
then a readout with ten logits and softmax cross-entropy. Trained are the layers, by full-batch gradient descent on 16 digits;
the readout is random and stays so, its rows sum to 0 so that an offset common to all units never reaches the logits.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core import activations, noise
from core.clipping import clip_factor
from core.data.digits import digits
from core.initializers import initialize, variance
from core.losses import softmax_cross_entropy
from core.networks import Gradients, Layer, LayerPass, Pass, Stack, backward, forward
from core.networks.probes import output_moments, signal_norms, singular_values
from core.recording import F64, I64, Ending, Outcome
from core.saturation import histogram

EXAMPLES = 16
CLASSES = 10
WORK = 55_000_000  # weights × steps that one training may cost
PART = 1_000_000  # weights, in whole layers, that a pass goes through before it says how far it is
SCHEMES = {"xavier": "xavier_uniform", "he": "he_uniform", "standard": "standard"}
_PROJECTION, _READOUT = 100_001, 100_002  # keys of the two fixed random matrices, beyond any layer's number


@dataclass(frozen=True, kw_only=True)
class DeepNet:
    """One net and how it is trained; hashable, so that a run of it can be kept.

    depth L, width n; activation: a name of `core.activations`; init: "xavier", "he" or "standard", times `gain`; bias: σb, the
    standard deviation of the biases; normalization: "none", "batch" or "layer", before the activation; clip_norm: largest norm
    of a step's gradient, inf for no clipping; seed: key of weights and choice of digits.
    """

    depth: int
    width: int
    activation: str
    init: str
    gain: float = 1.0
    bias: float = 0.0
    residual: bool = False
    normalization: str = "none"
    learning_rate: float = 0.02
    clip_norm: float = math.inf
    steps: int = 20
    seed: int = 0

    @property
    def code(self) -> int:
        """The integer code of the activation."""
        return activations.code(self.activation)

    @property
    def weight_variance(self) -> float:
        """σw² = n·Var W."""
        return self.width * variance(SCHEMES[self.init], self.width, self.width, self.gain)

    @property
    def stack(self) -> Stack:
        """The layers, without the readout."""
        layer = Layer(self.width, self.activation, self.normalization, "before", self.residual)
        return Stack(self.width, (layer,) * self.depth)

    @property
    def parts(self) -> tuple[range, ...]:
        """The layers, cut into runs of at most `PART` weights, one layer at least."""
        layers = max(1, PART // self.width**2)
        return tuple(range(first, min(first + layers, self.depth)) for first in range(0, self.depth, layers))

    @property
    def trained_steps(self) -> int:
        """The steps that are run: fewer than asked for where weights × steps would exceed `WORK`, but at least one."""
        return min(self.steps, max(1, WORK // (self.depth * self.width**2)))


@dataclass(frozen=True, eq=False)
class DeepRun:
    """What one net did. T = steps asked for; what was not run, or follows a divergence, is NaN. float64.

    gradient:  (T+1, L) at step t, layer l: root mean square over examples of ‖∂ℓ/∂hˡ‖, ℓ the example's loss.
    loss:      (T+1,) mean cross-entropy after t steps.
    raw_norm:  (T+1,) norm of ∂L/∂θ over all weights and biases, before clipping.
    step_norm: (T+1,) the same after clipping.
    variance:  (L,) variance of hˡ over units and examples, at the start.
    saturated: (L,) share of units × examples with |φ′(u)| below 5 % of its largest, at the start.
    edges:     (L, BINS+1), histogram (L, 2, BINS): shares of the activations φ(u) by value, working and saturated ones.
    before:    (L, n) u, what the activation sees, for the first example; scale (L, n): how normalization scales its slope.
    """

    gradient: F64
    loss: F64
    raw_norm: F64
    step_norm: F64
    variance: F64
    saturated: F64
    edges: F64
    histogram: F64
    before: F64
    scale: F64
    ending: Ending


def task(width: int, seed: int) -> tuple[F64, I64, F64]:
    """Inputs (16, width) of mean square 1 each, labels (16,), and the readout (10, width).

    The digits less their mean image are sent through a random matrix to `width` numbers: a rotation, as far as angles go.
    """
    data = digits()
    rows = noise.permutation(len(data), seed, 0, 0, noise.STREAM_DATA)[:EXAMPLES]
    centred = data.inputs[rows] - data.inputs.mean(axis=0)
    inputs = centred @ initialize("lecun_normal", width, data.inputs.shape[1], 1.0, seed, _PROJECTION).T
    inputs /= np.sqrt(np.square(inputs).mean(axis=1, keepdims=True))
    readout = initialize("lecun_normal", CLASSES, width, 1.0, seed, _READOUT)
    return np.ascontiguousarray(inputs), data.labels[rows], readout - readout.mean(axis=1, keepdims=True)


def start(net: DeepNet) -> F64:
    """θ₀ of `net.stack`: weights by its scheme, biases N(0, σb²), γ = 1 and β = 0. The same unit numbers for every scheme."""
    theta = np.zeros(net.stack.size)
    _draw(net, theta, range(net.depth))
    return theta


def _draw(net: DeepNet, theta: F64, numbers: range) -> None:
    layers = net.stack.views(theta)
    for number in numbers:
        layer = layers[number]
        layer.weight[:] = initialize(SCHEMES[net.init], net.width, net.width, net.gain, net.seed, number)
        if net.bias:
            layer.bias[:] = net.bias * noise.normals(net.width, net.seed, number, 1, noise.STREAM_INIT)
        layer.gain[:] = 1.0


def look(net: DeepNet, theta: F64, inputs: F64, labels: I64, readout: F64) -> tuple[Pass, float, Gradients]:
    """One forward and one backward pass: the stack's numbers, the loss and its gradients."""
    done = forward(net.stack, theta, inputs, train=True)
    loss, above = _read(done.output, labels, readout)
    return done, loss, backward(net.stack, theta, done, above)


def _read(output: F64, labels: I64, readout: F64) -> tuple[float, F64]:
    """The loss at the last layer's output, and its gradient there."""
    with np.errstate(all="ignore"):
        logits = output @ readout.T
        slope = np.empty_like(logits)
        return softmax_cross_entropy(logits, labels, slope), slope @ readout


def train(net: DeepNet) -> DeepRun:
    """Run `net`: look at it, then `net.trained_steps` steps of gradient descent θ ← θ − η c g, c the factor of clipping.

    It stops, DIVERGED, at the first step whose loss is not a number; STUCK where the whole gradient is exactly 0.
    """
    return [piece for piece in gradually(net) if isinstance(piece, DeepRun)][-1]


def gradually(net: DeepNet) -> Iterator[float | DeepRun]:
    """`train` in pieces of `net.parts`: the share done after each, 0 to 1, and last of all the run."""
    inputs, labels, readout = task(net.width, net.seed)
    theta = np.zeros(net.stack.size)
    last = net.trained_steps
    done, work = 0, len(net.parts) * (1 + 2 * (last + 1) + last + 1)
    for part in net.parts:
        _draw(net, theta, part)
        yield (done := done + 1) / work
    gradient = np.full((net.steps + 1, net.depth), np.nan)
    loss, raw_norm, step_norm = (np.full(net.steps + 1, np.nan) for _ in range(3))
    ending = Ending(Outcome.COMPLETED, last)
    first: list[Pass] = []
    for step in range(last + 1):
        passes: list[Pass] = []
        for stack, piece in _cut(net, theta):
            passes.append(forward(stack, piece, passes[-1].output if passes else inputs, train=True))
            yield (done := done + 1) / work
        first = first or passes
        value, above = _read(passes[-1].output, labels, readout)
        if not math.isfinite(value):
            ending = Ending(Outcome.DIVERGED, step)
            break
        found: list[Gradients] = []
        for (stack, piece), one in zip(reversed(_cut(net, theta)), reversed(passes), strict=True):
            found.append(backward(stack, piece, one, found[-1].signals[0] if found else above))
            yield (done := done + 1) / work
        found.reverse()
        loss[step] = value
        gradient[step] = math.sqrt(EXAMPLES) * np.concatenate([signal_norms(pull)[1:] for pull in found])
        raw_norm[step] = size(np.array([size(pull.theta) for pull in found])) if len(found) > 1 else size(found[0].theta)
        factor = clip_factor(float(raw_norm[step]), net.clip_norm)
        step_norm[step] = raw_norm[step] * factor
        if raw_norm[step] == 0.0 and ending.outcome is Outcome.COMPLETED:
            ending = Ending(Outcome.STUCK, step)
        if step < last:
            for (_, piece), pull in zip(_cut(net, theta), found, strict=True):
                with np.errstate(all="ignore"):
                    pull.theta[:] *= net.learning_rate * factor
                    piece -= pull.theta
                yield (done := done + 1) / work
        del passes, found  # the next pass needs their room
    layers = [layer for one in first for layer in one.layers]
    shares: list[tuple[F64, F64, float]] = []
    for one in first:
        shares += [histogram(net.code, layer.before, layer.activation) for layer in one.layers]
        yield (done := done + 1) / work
    yield DeepRun(
        gradient=gradient,
        loss=loss,
        raw_norm=raw_norm,
        step_norm=step_norm,
        variance=np.concatenate([output_moments(one)[1] for one in first]),
        saturated=np.array([part[2] for part in shares]),
        edges=np.stack([part[0] for part in shares]),
        histogram=np.stack([part[1] for part in shares]),
        before=np.stack([layer.before[0] for layer in layers]),
        scale=_scales(layers, net.width),
        ending=ending,
    )


def _cut(net: DeepNet, theta: F64) -> list[tuple[Stack, F64]]:
    """The stack in its parts, each with its own part of θ as a view."""
    stack = net.stack
    return [
        (Stack(net.width, stack.layers[part.start : part.stop]), theta[stack.offsets[part.start] : stack.offsets[part.stop]])
        for part in net.parts
    ]


def size(values: F64) -> float:
    """√Σx² of a flat array, scaled by its largest entry, so that no square leaves float64; inf or nan as the entries are."""
    with np.errstate(all="ignore"):
        square = float(np.einsum("i,i", values, values))
        if 1e-200 < square < 1e200:
            return math.sqrt(square)
        largest = max(float(values.max()), -float(values.min()))
        if largest == 0.0 or not math.isfinite(largest):
            return largest
        return largest * math.sqrt(float(np.square(values / largest).sum()))


def layer_singular_values(net: DeepNet, layer: int, before: F64, scale: F64) -> F64:
    """Singular values of ∂hˡ/∂hˡ⁻¹ at the start, for one example, (n,) from large to small; NaN if it has no numbers.

    layer counts from 0; `before` and `scale` (n,) are this layer's rows of `DeepRun`. J = diag(φ′(u)) N W (+ I where residual),
    N the slope of the normalization: diag(scale), and under layer normalization times I − 1·1ᵀ/n − u uᵀ/n.
    """
    if not np.isfinite(before).all():
        return np.full(net.width, np.nan)
    with np.errstate(all="ignore"):
        weight = initialize(SCHEMES[net.init], net.width, net.width, net.gain, net.seed, layer)
        if net.normalization == "layer":
            weight = weight - weight.mean(axis=0) - np.outer(before, before @ weight) / net.width
        jacobian = (activations.derivatives(net.code, before) * scale)[:, None] * weight
        if net.residual:
            jacobian[np.diag_indices(net.width)] += 1.0
    return singular_values(jacobian)


def _scales(layers: list[LayerPass], width: int) -> F64:
    """How normalization scales the slope of each unit for the first example, (L, n): 1 without any.

    Layer: 1/s. Batch: (1 − 1/N − x̂²/N)/s, the example's own share in its statistics, the rest of the batch held still.
    """
    rows = []
    for one in layers:
        norm = one.normalized
        if norm is None:
            rows.append(np.ones(width))
            continue
        with np.errstate(all="ignore"):
            deviation = np.sqrt(norm.variance + norm.epsilon)
            if norm.kind == "batch":
                count = len(norm.x_hat)
                rows.append((1.0 - 1.0 / count - norm.x_hat[0] ** 2 / count) / deviation)
            else:
                rows.append(np.full(width, 1.0 / deviation[0]))
    return np.stack(rows)
