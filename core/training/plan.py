"""Plan: how a network is to be trained, and what the loss wants as targets."""

import math
from dataclasses import dataclass, field

import numpy as np

from core import losses
from core.data.dataset import Dataset, Kind
from core.networks.stack import Stack
from core.optimizers.hyper import Hyper
from core.recording import F64, I64
from core.training import update
from core.training.tile import Job


@dataclass(frozen=True, eq=False)
class Plan:
    """Mini-batch training, the same for one run or a thousand.

    loss:        a name of `core.losses.NAMES`.
    method:      a name of `core.training.update.NAMES`;  hyper: its hyper-parameters.
    batch:       examples per step; the last batch of an epoch is smaller where the data do not divide.
    steps:       T, the number of updates.
    every:       keep the parameters after each so many steps, step 0 included.
    shuffle:     a new random order in each epoch, or always the order of the data.
    clip_norm:   longest gradient let through, inf for any;  clip_value: likewise for each entry, applied first.
    norms:       record the gradient's norm at each step.
    factors:     (T,) what the learning rate of `hyper` is multiplied with at each step (a schedule); empty for 1.
    """

    loss: str = "mse"
    method: str = "sgd"
    hyper: Hyper = field(default_factory=Hyper)
    batch: int = 10
    steps: int = 1000
    every: int = 1
    shuffle: bool = True
    clip_norm: float = math.inf
    clip_value: float = math.inf
    norms: bool = True
    factors: F64 = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        update.code(self.method)
        if self.loss not in losses.NAMES:
            raise ValueError(f"no loss is called {self.loss!r}; there are {', '.join(losses.NAMES)}")
        for name, value, low in (("batch", self.batch, 1), ("steps", self.steps, 0), ("every", self.every, 1)):
            if value < low:
                raise ValueError(f"{name} must be at least {low}, not {value}")
        if not (self.clip_norm > 0.0 and self.clip_value > 0.0):
            raise ValueError(f"gradients are clipped to a size above 0, not {min(self.clip_norm, self.clip_value)}")
        if self.factors.shape not in ((0,), (self.steps,)):
            raise ValueError(f"a schedule needs one factor for each of the {self.steps} steps, not {self.factors.shape}")

    def job(self, stack: Stack, first: int, last: int) -> Job:
        """The plan for steps first … last − 1, as the kernels take it."""
        method = update.code(self.method)
        clips = self.clip_norm, self.clip_value
        return Job(method, self.batch, first, last, self.every, self.shuffle, *clips, self.factors, segments(stack))


def segments(stack: Stack) -> I64:
    """Where each array of θ begins, and the length of θ at the end: what layer-wise methods treat as one."""
    starts = [0]
    for layer in stack.views(np.empty(stack.size)):
        starts += [starts[-1] + size for size in np.cumsum([array.size for array in layer if array.size])]
    return np.array(starts, dtype=np.int64)


def targets_for(dataset: Dataset, loss: str, stack: Stack) -> F64:
    """The targets of a dataset in the form this loss wants for this network.

    (N, 1) class numbers for softmax cross-entropy; (N, 1) 0 and 1 for two classes and a sigmoid loss; (N, 1) −1 and 1 for
    two classes, one output and squared error; (N, K) one column per class where there are K outputs; else the values.
    """
    if dataset.kind is Kind.VALUES or loss == "softmax_cross_entropy":
        return dataset.column()
    if stack.outputs == len(dataset.names):
        return dataset.one_hot()
    return dataset.signed() if loss == "mse" else dataset.column()


def check_data(stack: Stack, loss: str, inputs: F64, targets: F64) -> tuple[F64, F64]:
    """The data as contiguous float64, or a ValueError that says what does not fit."""
    inputs = np.ascontiguousarray(inputs, dtype=np.float64)
    targets = np.ascontiguousarray(targets, dtype=np.float64)
    if inputs.ndim != 2 or inputs.shape[1] != stack.inputs or len(inputs) < 1:
        raise ValueError(f"this network learns from inputs of shape (N ≥ 1, {stack.inputs}), not {inputs.shape}")
    columns = 1 if loss == "softmax_cross_entropy" else stack.outputs
    if targets.shape != (len(inputs), columns):
        raise ValueError(f"{loss} needs targets of shape ({len(inputs)}, {columns}) here, not {targets.shape}")
    if loss == "softmax_cross_entropy" and not np.isin(targets, np.arange(stack.outputs)).all():
        raise ValueError(f"softmax_cross_entropy needs class numbers from 0 to {stack.outputs - 1}")
    if loss == "binary_cross_entropy" and not ((targets >= 0.0) & (targets <= 1.0)).all():
        raise ValueError("binary_cross_entropy needs targets between 0 and 1")
    return inputs, targets
