"""What theory says of a net whose layers are rescaled, beside what is measured in it: the same function, another sharpness."""

from collections.abc import Iterator

import numpy as np

from core.claims import Claim
from core.recording import F64
from core.sharp_flat import rescaling
from core.sharp_flat.recording import SharpFlatRecording

DINH = "Dinh et al. 2017, section 4; core/sharp_flat/rescaling.py"


def about_turning(scene: str, recording: SharpFlatRecording) -> Iterator[Claim]:
    """What must hold at every factor of this recording."""
    net = rescaling.trained(recording.seed)
    if not all(rescaling.smooth(net, float(factor)) for factor in recording.scale[[0, -1]]):
        return
    block = float(np.linalg.eigvalsh(rescaling.output_block(net.hessian))[-1])
    yield from _claims(
        scene,
        "",
        recording.sharpness,
        recording.predicted_sharpness,
        recording.scale**2 * block,
        recording.turned_train_loss,
        float(recording.change.max()),
        float(np.abs(recording.normalized_slice - recording.normalized_slice[0]).max()),
    )


def prove_turning(scene: str) -> Iterator[Claim]:
    """Another net, at four factors."""
    seed, factors = 7, np.array([1.0, 0.2, 5.0, 80.0])
    net = rescaling.trained(seed)
    seen = [rescaling.measure(net, float(factor)) for factor in factors]
    block = float(np.linalg.eigvalsh(rescaling.output_block(net.hessian))[-1])
    turned = [float(np.linalg.eigvalsh(rescaling.turned(net.hessian, float(factor)))[-1]) for factor in factors]
    yield from _claims(
        scene,
        f" (net of seed {seed})",
        np.array([each.sharpness for each in seen]),
        np.array(turned),
        factors**2 * block,
        np.array([each.train_loss for each in seen]),
        max(each.change for each in seen),
        max(float(np.abs(each.normalized - seen[0].normalized).max()) for each in seen),
    )


def _claims(
    scene: str, whose: str, sharp: F64, predicted: F64, least: F64, loss: F64, change: float, slices: float
) -> Iterator[Claim]:
    off = np.abs(sharp - predicted) / predicted
    yield Claim(
        name=f"sharpness of the rescaled net is λmax of D⁻¹HD⁻¹: at the factor where it is off most{whose}",
        scene=scene,
        source=DINH,
        predicted=float(predicted[np.argmax(off)]),
        measured=float(sharp[np.argmax(off)]),
        tolerance=1e-3,
        because="Lanczos stops when it gains less than 10⁻⁴ in a step",
        applies="no example on the kink of a ReLU",
    )
    yield Claim(
        name=f"it is at least c² times that of the output weights: least ratio{whose}",
        scene=scene,
        source=f"{DINH}; Cauchy interlacing",
        predicted=1.0,
        measured=float(np.min(sharp / least)),
        tolerance=1e-3,
        because="Lanczos stops when it gains less than 10⁻⁴ in a step",
        comparison="at least",
    )
    for name, size in (
        ("largest change of an answer", change),
        ("largest change of the training loss", float(np.abs(loss - loss[0]).max())),
        ("largest change of the slice along a filter-normalized direction", slices),
    ):
        yield Claim(
            name=f"the rescaled net is the same function: {name}{whose}",
            scene=scene,
            source=f"{DINH}; Li et al. 2018, section 4",
            predicted=0.0,
            measured=size,
            tolerance=1e-11,
            because="rounding: the factor is not a power of 2",
            comparison="absolute",
        )
