"""The caveat of the scene on sharp and flat minima: one trained net in ever sharper forms, after Dinh et al. 2017."""

import numpy as np

from core.sharp_flat.knobs import SharpFlatParams
from core.sharp_flat.recording import SharpFlatRecording
from scenes.kit.curves import Curve
from scenes.kit.dots import Dots
from scenes.kit.marks import Marker
from scenes.kit.numbers import short
from scenes.kit.pane import Grab, Handle, Pane
from scenes.kit.words import Entry
from scenes.layout import Column, Row, Shape, Split
from scenes.stage import Stage
from scenes.theme import DASH, DOT

FORMULAS = (
    r"\max(0, cz) = c\,\max(0, z) \text{ for } c > 0",
    r"(\textcolor{data}{c}\,W_1,\; \textcolor{data}{c}\,b_1,\; W_2 / \textcolor{data}{c})",
    r"\nabla^2 L(D\theta) = D^{-1}\, \nabla^2 L(\theta)\, D^{-1}",
)

LAYOUT = Column(
    (0.09, "forms"),
    (1.1, Row((1.1, "function"), (1.1, "sharpness"), (1.0, "turning"))),
    (1.0, Row((1.1, "raw"), (1.1, "normalized"), (1.0, "fit"))),
)
LARGE = Column(
    (0.11, "forms"), (1.0, Row((1.0, "function"), (1.0, "sharpness"))), (1.0, Row((1.0, "raw"), (1.0, "normalized")))
)
LAYOUTS: dict[Shape, Split] = {
    "square": Column(
        (0.08, "forms"),
        (1.0, Row((1.0, "function"), (1.0, "sharpness"), keep=True)),
        (1.0, Row((1.0, "raw"), (1.0, "normalized"), keep=True)),
    ),
    "tall": Column(
        (0.06, "forms"),
        (0.9, "function"),
        (0.9, "sharpness"),
        (0.9, Row((1.0, "raw"), (1.0, "normalized"), keep=True)),
        (0.5, "turning"),
    ),
}


class RescalingStory:
    """What stays when the layers are rescaled, the function and its errors, and what does not."""

    def __init__(self, stage: Stage) -> None:
        """Make the panes and their marks."""
        areas = stage.areas(LAYOUT, LAYOUTS, LARGE)
        legend = stage.legend(
            areas["forms"],
            Entry("rescaled by c", "data"),
            Entry("as trained, c = 1", "muted", DOT),
            Entry("theory", "theory", DASH),
        )
        short_titles = stage.shape != "wide" or stage.theme.large
        self.function = stage.plot(
            areas["function"], title="The function" if short_titles else "The function: the same for every c"
        )
        self.examples = Dots(self.function, "series.2", "diamond", 5.0)
        self.before = Curve(self.function, "muted", 1.2, DOT)
        self.answer = Curve(self.function, "data", 1.6)
        self.function.still.append(self.examples)
        self.function.live += [self.answer, self.before]

        self.sharpness = stage.plot(areas["sharpness"], title="Sharpness λmax", x="factor c", log_x=True, log_y=True)
        self.predicted = Curve(self.sharpness, "theory", 1.0, DASH)
        self.measured = Curve(self.sharpness, "data", 1.6)
        self.head = Marker(self.sharpness, "data", "disc", 9.0)
        self.sharpness.still.append(self.predicted)
        self.sharpness.live += [self.measured, self.head]
        self.sharpness.handles.append(Handle("largest factor", self._stretch))

        titles = (
            ("Along a random direction", "Filter-normalized")
            if short_titles
            else ("Loss along a random direction", "Along the same, filter-normalized")
        )
        self.slices = [
            stage.plot(areas[name], title=title, log_y=True) for name, title in zip(("raw", "normalized"), titles, strict=True)
        ]
        self.first = [Curve(plot, "muted", 1.2, DOT) for plot in self.slices]
        self.now = [Curve(plot, "data", 1.6) for plot in self.slices]
        for plot, first, now in zip(self.slices, self.first, self.now, strict=True):
            plot.live += [now, first]

        self.fit = stage.plot(areas["fit"], title="Mean squared error, for every c", x="factor c", log_x=True)
        self.errors = [Curve(self.fit, role, 1.5) for role in ("series.2", "data")]
        self.ends = [Marker(self.fit, role, shape, 8.0) for role, shape in (("series.2", "diamond"), ("data", "disc"))]
        self.fit.live += [*self.errors, *self.ends]
        formula = stage.formula(areas["turning"], *FORMULAS, title="The same function, another Hessian")
        self.panes: list[Pane] = [legend, self.function, self.sharpness, *self.slices, self.fit, formula]

    def prepare(self, recording: SharpFlatRecording) -> None:
        """Examples, ranges and what theory says of every factor."""
        grid, answer = recording.grid, recording.answer[0]
        everything = np.concatenate((answer, recording.target))
        pad = 0.12 * float(np.ptp(everything))
        self.function.set_range(
            (float(grid[0]), float(grid[-1])), (float(everything.min()) - pad, float(everything.max()) + pad)
        )
        self.examples.set(recording.example, recording.target)
        self.before.set(grid, answer)
        factors = (float(recording.scale[0]) / 1.1, float(recording.scale[-1]) * 1.25)
        known = recording.sharpness[np.isfinite(recording.sharpness)]
        self.sharpness.set_range(factors, (float(known.min()) / 2.0, float(known.max()) * 2.0))
        ticks = [(float(np.log10(c)), f"{c}") for c in (1, 3, 10, 30, 100)]
        for plot in (self.sharpness, self.fit):
            plot.set_ticks("bottom", ticks)
        self.predicted.set(recording.scale, recording.predicted_sharpness)
        slices = np.stack((recording.raw_slice, recording.normalized_slice))
        ends = (float(np.nanmin(slices)) / 1.5, float(np.nanmax(slices)) * 1.5)
        for number, (plot, first) in enumerate(zip(self.slices, self.first, strict=True)):
            plot.set_range((float(recording.offset[0]), float(recording.offset[-1])), ends)
            first.set(recording.offset, slices[number, 0])
        top = 1.35 * float(max(recording.turned_test_loss.max(), recording.turned_train_loss.max()))
        self.fit.set_range(factors, (0.0, top))
        train, test = (short(float(losses[0]), 2) for losses in (recording.turned_train_loss, recording.turned_test_loss))
        self.fit.set_title(f"Error: training ◆ {train}, test ● {test}")

    def draw(self, recording: SharpFlatRecording, k: int) -> None:
        """The net at the factor of frame k."""
        self.at = float(recording.scale[k])
        self.answer.set(recording.grid, recording.answer[k])
        scale = recording.scale[: k + 1]
        self.measured.set(scale, recording.sharpness[: k + 1])
        self.head.set(self.at, float(recording.sharpness[k]))
        for now, slices in zip(self.now, (recording.raw_slice, recording.normalized_slice), strict=True):
            now.set(recording.offset, slices[k])
        for curve, end, losses in zip(
            self.errors, self.ends, (recording.turned_train_loss, recording.turned_test_loss), strict=True
        ):
            curve.set(scale, losses[: k + 1])
            end.set(self.at, float(losses[k]))

    def _stretch(self, grab: Grab) -> dict[str, float]:
        knob = SharpFlatParams.knob("factor")
        return {"factor": float(np.clip(grab.x, knob.low or 1.0, knob.high or np.inf))}
