"""Dataset: examples to learn from, frozen, whatever made them."""

import enum
from dataclasses import dataclass

import numpy as np

from core import noise
from core.recording import F64, I64

SPLIT_STEP = 1  # the counter that keeps the order of a split apart from the coordinates of the points


class Kind(enum.Enum):
    """What the targets of a dataset are."""

    CLASSES = "classes"
    VALUES = "values"


@dataclass(frozen=True, eq=False)
class Dataset:
    """n examples.

    inputs:  (n, d) float64, read-only, one example per row.
    targets: (n,) float64, read-only: the class number 0 … K−1 (`Kind.CLASSES`), or the value to predict (`Kind.VALUES`).
    kind:    which of the two.
    names:   what each class, or the value, is called: K names, or one.
    """

    inputs: F64
    targets: F64
    kind: Kind
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        inputs = np.array(self.inputs, dtype=np.float64)
        targets = np.array(self.targets, dtype=np.float64)
        if inputs.ndim != 2 or targets.shape != inputs.shape[:1]:
            raise ValueError(f"inputs must be (n, d) and targets (n,), not {inputs.shape} and {targets.shape}")
        if self.kind is Kind.CLASSES and np.any((targets != np.floor(targets)) | (targets < 0) | (targets >= len(self.names))):
            raise ValueError(f"class numbers must be whole and from 0 to {len(self.names) - 1}")
        for name, array in (("inputs", inputs), ("targets", targets)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def labels(self) -> I64:
        """The class of each example, (n,) int64."""
        self._must_have_classes()
        return self.targets.astype(np.int64)

    def one_hot(self) -> F64:
        """(n, K) float64: 1 in the column of the example's class, 0 elsewhere (for softmax cross-entropy)."""
        return np.eye(len(self.names))[self.labels]

    def column(self) -> F64:
        """(n, 1) float64: the targets as they are, classes as 0 and 1 (for binary cross-entropy and regression)."""
        return self.targets[:, None].copy()

    def signed(self) -> F64:
        """(n, 1) float64: −1 for class 0 and +1 for class 1 (for a tanh output and squared error)."""
        self._must_have_classes()
        if len(self.names) != 2:
            raise ValueError(f"signs need two classes, and there are {len(self.names)}")
        return 2.0 * self.targets[:, None] - 1.0

    def take(self, rows: I64) -> "Dataset":
        """The examples with these row numbers, in this order."""
        return Dataset(self.inputs[rows], self.targets[rows], self.kind, self.names)

    def split(self, fraction: float, seed: int) -> tuple["Dataset", "Dataset"]:
        """A random part of round(fraction·n) examples to train on, and the rest to test on."""
        if not 0.0 <= fraction <= 1.0:
            raise ValueError(f"the fraction to train on must be between 0 and 1, not {fraction}")
        order = noise.permutation(len(self), seed, 0, SPLIT_STEP, noise.STREAM_DATA)
        cut = round(fraction * len(self))
        return self.take(np.sort(order[:cut])), self.take(np.sort(order[cut:]))

    def _must_have_classes(self) -> None:
        if self.kind is not Kind.CLASSES:
            raise ValueError("this dataset has values, not classes")
