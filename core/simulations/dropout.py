"""Dropout: masks fall on a small net, first while it learns, then, its weights frozen, to be counted."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core import training
from core.claims import Claim
from core.data.digits import DIGITS, PIXELS
from core.data.few_examples import GRID, MOST, TESTS, learn_and_test, plane
from core.dropout import mask
from core.networks import Layer, Stack, initial_parameters, outputs
from core.optimizers import Hyper
from core.params import Params, choice, real, whole
from core.proofs.dropout import about, prove
from core.recording import F64, U8, Recording, array
from core.simulation import Simulation, Work, finished
from core.subnet_average import Averages, at_test_time, average_subnets, running_moments, shares_right, softmax
from core.subnets import most_shaken, received, receiver_moments
from core.training import Plan, Run

SLUG = "dropout"
PIECES = 50  # of a training, between which it can be left
LEARNING = 50  # frames of training; the frames after them count masks
VARIANTS = ("train_without", "test_without", "train_with", "test_with", "subnet", "average")
CHOICES = ("inverted", "classic_scaled", "unscaled", "monte_carlo")


@dataclass(frozen=True, kw_only=True)
class DropoutParams(Params):
    """The knobs."""

    data: str = choice("moons", ("moons", "digits"), label="Data", help="What the net learns to tell apart.", group="Data")
    examples: int = whole(
        40,
        10,
        MOST,
        label="Training examples",
        symbol="N",
        help="How many it learns from: with few, a net without dropout learns them by heart.",
        group="Data",
    )
    p_1: float = real(
        0.3,
        0.0,
        0.9,
        label="Drop in hidden 1",
        symbol="p₁",
        help="Probability with which a unit of the first hidden layer is dropped.",
        group="Dropout",
    )
    p_2: float = real(
        0.4,
        0.0,
        0.9,
        label="Drop in hidden 2",
        symbol="p₂",
        help="Probability with which a unit of the second hidden layer is dropped.",
        group="Dropout",
    )
    width: int = whole(12, 4, 16, label="Hidden width", symbol="H", help="Units in each hidden layer.", group="Net")
    example: int = whole(
        3, 0, TESTS - 1, label="Test example", help="Which example of the test set goes through the net.", group="Data"
    )
    noise: float = real(
        1.2, 0.0, 3.0, label="Noise of the moons", symbol="σ", help="How far the points stray.", group="Data", folded=True
    )
    learning_rate: float = real(
        0.01,
        1e-4,
        0.1,
        scale="log",
        label="Learning rate",
        symbol="η",
        help="Adam's step, for both nets.",
        group="Run",
        folded=True,
    )
    steps: int = whole(600, 50, 2000, label="Training steps", help="On all examples at once.", group="Run", folded=True)
    masks: int = whole(
        150, 20, 1000, label="Masks", symbol="n", help="How many fall on the trained net.", group="Run", folded=True
    )
    watched: int = whole(
        0,
        0,
        48,
        label="Watched unit",
        help="Click a unit to watch it: 1 is the first of hidden 1; 0 is the one that feels the first mask most.",
        group="View",
        folded=True,
        view=True,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class DropoutRecording(Recording):
    """Frames 0 … learning − 1 show the training, one mask each; from `learning` on the weights rest and masks are counted.

    mask (step, layer, unit) uint8: 1 kept, 0 dropped, in hidden layers 1 and 2. While learning: what that training step
        drew for the first example of its batch. After it: one fresh mask per step, for all examples alike.
    seen (step): how many masks the averages of this step are over: 1 while learning (each step is another net).
    output_mean, output_variance (step): of what the unit `receiver` gets, over the masks seen; the variance about their own
        mean, divided by `seen`, so 0 for one mask. It is the preactivation of a unit of hidden 2, or, where p₁ is 0 and
        p₂ is not, a logit: linear in the only mask before it.
    accuracy (variant, step): share of right answers of two nets of one start, trained without and with dropout, on the
        training and the test set; of the step's subnet on the test set; and of the mean softmax of the subnets seen.
    average_loss, agreement (step): of that mean, its test cross-entropy, and the share of test examples on which it
        answers as the full net.
    received (step, receiver): under the step's mask, hidden 1: outputs m a/(1 − p); hidden 2: preactivations; then logits.
    full, exact_mean, exact_variance (checkpoint, receiver): the same without a mask, and its moments over all masks; those of
        the logits are found by listing masks, and only at the end (NaN before).
    parameters (checkpoint, parameter): θ of the net with dropout at each frame of training, and at its end: learning + 1 rows.
    maps (step, y, x), full_map (checkpoint, y, x): P(second class) over the plane by the step's subnet, and by the full net;
        empty for digits.
    inputs, train_inputs, train_labels: the example (d,) that goes through, and what was learned from.
    test_accuracy, test_loss, test_agreement (choice): of the trained net, by what is done at test time.
    receiver, eval_output, predicted_variance: the place of the unit of `output_mean` along that axis, what it gets in the
        full net at the end, and its variance over all masks.
    widths, label, steps_per_frame: layer widths; the example's class; training steps from one frame to the next.
    """

    params: DropoutParams
    mask: U8 = array("step", "layer", "unit")
    seen: F64 = array("step")
    output_mean: F64 = array("step")
    output_variance: F64 = array("step")
    accuracy: F64 = array("variant", "step")
    average_loss: F64 = array("step")
    agreement: F64 = array("step")
    received: F64 = array("step", "receiver")
    full: F64 = array("checkpoint", "receiver")
    exact_mean: F64 = array("checkpoint", "receiver")
    exact_variance: F64 = array("checkpoint", "receiver")
    parameters: F64 = array("checkpoint", "parameter")
    maps: F64 = array("step", "y", "x")
    full_map: F64 = array("checkpoint", "y", "x")
    inputs: F64 = array("input")
    train_inputs: F64 = array("example", "input")
    train_labels: F64 = array("example")
    test_accuracy: F64 = array("choice")
    test_loss: F64 = array("choice")
    test_agreement: F64 = array("choice")
    variants: tuple[str, ...] = VARIANTS
    choices: tuple[str, ...] = CHOICES
    learning: int = LEARNING
    receiver: int
    eval_output: float
    predicted_variance: float
    widths: tuple[int, ...]
    label: int
    steps_per_frame: float

    @classmethod
    def lengths(cls, params: DropoutParams) -> dict[str, int]:
        """How long each axis is."""
        inputs, classes, side = (2, 2, GRID) if params.data == "moons" else (PIXELS, DIGITS, 0)
        h = params.width
        return {
            "step": LEARNING + params.masks,
            "layer": 2,
            "unit": h,
            "variant": len(VARIANTS),
            "choice": len(CHOICES),
            "receiver": 2 * h + classes,
            "checkpoint": LEARNING + 1,
            "parameter": (inputs + 1) * h + (h + 1) * h + (h + 1) * classes,
            "y": side,
            "x": side,
            "input": inputs,
            "example": params.examples,
        }

    @property
    def last(self) -> int:
        """Training, then one mask per frame."""
        return int(self.mask.shape[0]) - 1

    @property
    def stack(self) -> Stack:
        """The net, without its dropout: what stands at test time."""
        return _stack(self.widths, (0.0, 0.0))

    @property
    def rates(self) -> tuple[float, float]:
        """p of hidden layers 1 and 2."""
        return self.params.p_1, self.params.p_2

    def checkpoint(self, k: int) -> int:
        """The row of `parameters`, `full`, `exact_mean` and `exact_variance` that frame k shows."""
        return min(k, self.learning)


def _stack(widths: tuple[int, ...], rates: tuple[float, float]) -> Stack:
    hidden = (Layer(width, "relu", dropout=p) for width, p in zip(widths[1:-1], rates, strict=True))
    return Stack(widths[0], (*hidden, Layer(widths[-1], "identity")))


def gradually(params: DropoutParams, seed: int) -> Work[DropoutRecording]:
    """Train twice from one start, without and with dropout, then let masks fall on the second net."""
    learn, test = learn_and_test(params.data, params.examples, params.noise, seed)
    widths = (learn.inputs.shape[1], params.width, params.width, len(learn.names))
    every = params.steps // LEARNING
    plan = Plan(
        "softmax_cross_entropy", "adam", Hyper(params.learning_rate), params.examples, params.steps, every, shuffle=False
    )
    stack = _stack(widths, (0.0, 0.0))
    start = initial_parameters(stack, "he_normal", seed=seed)
    thetas, rates = [], (params.p_1, params.p_2)
    for place, each in enumerate(((0.0, 0.0), rates)):
        for piece in training.gradually(_stack(widths, each), start, learn.inputs, learn.column(), plan, seed, pieces=PIECES):
            if isinstance(piece, Run):
                thetas.append(np.concatenate((piece.thetas[:LEARNING], piece.final.theta[None])))
            else:
                yield (place + piece) / 3
    masks = _masks(params, seed, every)
    further = plane() if params.data == "moons" else np.empty((0, widths[0]))
    factors = masks / (1.0 - np.array(rates))[:, None]
    nets = [(thetas[1][min(k, LEARNING)], list(one), k <= LEARNING) for k, one in enumerate(factors)]
    average = None
    for done in average_subnets(stack, nets, test.inputs, test.labels, further):
        if isinstance(done, Averages):
            average = done
        else:
            yield (2 + done / len(masks)) / 3
    assert average is not None
    at_test = at_test_time(stack, thetas[1][-1], rates, test.inputs, test.labels)
    monte_carlo = (average.accuracy[-1], average.loss[-1], average.agreement[-1])
    chosen = np.array([*at_test, monte_carlo]).T.copy()
    example = test.inputs[params.example]
    got = (received(stack, theta, example, masks[k : k + 1], rates) for k, theta in enumerate(thetas[1][:LEARNING]))
    values = np.concatenate([*got, received(stack, thetas[1][-1], example, masks[LEARNING:], rates)])
    moments = [receiver_moments(stack, theta, example, rates, k == LEARNING) for k, theta in enumerate(thetas[1])]
    full, mean, variance = np.array(moments).transpose(1, 0, 2).copy()
    receiver = most_shaken(stack, thetas[1][-1], example, rates)
    counted = running_moments(values[LEARNING:, receiver])
    rights = np.stack([shares_right(stack, theta, part.inputs, part.labels) for theta in thetas for part in (learn, test)])
    side = GRID if len(further) else 0
    full_map = softmax(outputs(stack, thetas[1], further))[..., 1] if side else np.empty(0)
    frames = np.minimum(np.arange(len(masks)), LEARNING)
    yield DropoutRecording(
        params=params,
        seed=seed,
        mask=masks,
        seen=np.maximum(np.arange(len(masks)) - LEARNING + 1.0, 1.0),
        output_mean=np.concatenate((values[:LEARNING, receiver], counted[0])),
        output_variance=np.concatenate((np.zeros(LEARNING), counted[1])),
        accuracy=np.concatenate((rights[:, frames], [average.alone, average.accuracy])),
        average_loss=average.loss,
        agreement=average.agreement,
        received=values,
        full=full,
        exact_mean=mean,
        exact_variance=variance,
        parameters=thetas[1],
        maps=average.extra[..., 1].reshape(len(masks), side, side),
        full_map=full_map.reshape(len(thetas[1]), side, side),
        inputs=example.copy(),
        train_inputs=learn.inputs.copy(),
        train_labels=learn.targets.copy(),
        test_accuracy=chosen[0],
        test_loss=chosen[1],
        test_agreement=chosen[2],
        receiver=receiver,
        eval_output=float(full[-1, receiver]),
        predicted_variance=float(variance[-1, receiver]),
        widths=widths,
        label=int(test.labels[params.example]),
        steps_per_frame=every,
    )


def simulate(params: DropoutParams, seed: int) -> DropoutRecording:
    """The whole run."""
    return finished(gradually(params, seed))


def _masks(params: DropoutParams, seed: int, every: int) -> U8:
    """While learning those of the training steps, for the first example; then of the steps that would have followed."""
    steps = [*range(0, LEARNING * every, every), *range(params.steps, params.steps + params.masks)]
    rows = [
        [mask((1, params.width), p, seed=seed, layer=layer, step=step)[0] for layer, p in enumerate((params.p_1, params.p_2))]
        for step in steps
    ]
    return np.asarray(np.array(rows) != 0.0, dtype=np.uint8)


def claims(recording: DropoutRecording) -> Iterable[Claim]:
    """What theory says about this very net and these masks."""
    counted = slice(recording.learning, None)
    width = recording.params.width
    logit = recording.receiver >= 2 * width
    place = (2, recording.receiver - 2 * width) if logit else (1, recording.receiver - width)
    return about(
        SLUG,
        recording.stack,
        recording.parameters[-1],
        recording.inputs,
        recording.rates,
        place,
        recording.received[counted, recording.receiver],
        recording.mask[counted],
    )


def proofs() -> Iterable[Claim]:
    """The experiments behind the scene's formulas, run by the code the scene uses."""
    return prove(SLUG)


SIMULATION = Simulation(
    slug=SLUG,
    params=DropoutParams,
    recording=DropoutRecording,
    simulate=simulate,
    claims=claims,
    proofs=proofs,
    gradually=gradually,
)
