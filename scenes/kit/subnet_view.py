"""SubnetView: a net with a mask on it, what goes in at the left, and what the subnet says at the right."""

import contourpy
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from core.data.few_examples import REACH, SCALE
from core.recording import F64, U8
from core.simulations.dropout import DropoutRecording
from core.subnet_average import softmax
from scenes.kit.curves import polygon
from scenes.kit.marks import theme_scale
from scenes.kit.net import NetGraph, blend
from scenes.kit.pane import Pane
from scenes.kit.picture import paint_picture, picture
from scenes.theme import DASH

PIXELS = 8  # rows and columns of a digit


class SubnetView:
    """Paints into a canvas: units and edges, dropped ones crossed out, and the answers as maps or bars."""

    def __init__(self, pane: Pane) -> None:
        self.pane, self.theme = pane, pane.theme
        self.graph = NetGraph(pane.theme)
        self.recording: DropoutRecording | None = None
        self.k = self.shown = 0
        self.pictured = False  # inputs are an image instead of units

    # -- what to show --------------------------------------------------------------------------------------------------

    def load(self, recording: DropoutRecording) -> None:
        """Take a recording: where everything stands, and how bright the brightest is."""
        self.recording = recording
        self.pictured = recording.params.data == "digits"
        width, (p_1, p_2) = recording.params.width, recording.rates
        theta = recording.stack.views(recording.parameters[-1])
        self.scales = [
            float(np.abs(theta[0].weight).max()),
            float(np.abs(theta[1].weight).max()) / (1.0 - p_1),
            float(np.abs(theta[2].weight).max()) / (1.0 - p_2),
        ]
        first = recording.received[:, :width]
        second = np.maximum(recording.received[:, width : 2 * width], 0.0) * recording.mask[:, 1] / (1.0 - p_2)
        self.levels = [np.abs(recording.inputs)[None, :].repeat(len(first), 0), first, second]
        self.levels = [level / max(float(level.max()), 1e-12) for level in self.levels]
        self.said = softmax(recording.received[:, 2 * width :])
        self.full_said = softmax(recording.full[:, 2 * width :])
        self.means = _means(recording.maps, recording.learning)
        self.mean_said = _means(self.said[:, None, :], recording.learning)[:, 0]
        self._place(recording)
        self.pane.touch()

    def _place(self, recording: DropoutRecording) -> None:
        rect, small = self.pane.rect, self.theme.sizes["small"]
        tile = min(0.29 * rect.width(), (rect.height() - 3.4 * small) / 2)
        right = rect.right()
        self.boxes = [
            QRectF(right - tile, rect.top() + 1.5 * small, tile, tile),
            QRectF(right - tile, rect.bottom() - 0.2 * small - tile, tile, tile),
        ]
        labels = 2.7 * small
        body = QRectF(
            rect.left() + 0.4 * small,
            rect.top(),
            rect.width() - tile - (2.2 if self.pictured else 8.3) * small,
            rect.height() - labels,
        )
        sizes = list(recording.widths[1:] if self.pictured else recording.widths)
        if self.pictured:
            size = min(0.26 * body.width(), body.height())
            self.image_box = QRectF(body.left(), body.center().y() - size / 2, size, size)
            body = body.adjusted(size + 1.5 * small, 0, 0, 0)
        self.graph.place(body, sizes)
        plane = [*recording.train_inputs.tolist(), recording.inputs.tolist()] if not self.pictured else []
        self.spots = [[_in_box(box, *at) for at in plane] for box in self.boxes]

    def draw(self, k: int, shown: int) -> None:
        """Stand at frame k with a ring about the receiver `shown`."""
        recording = self._loaded()
        self.k, self.shown = k, shown
        p_1, p_2 = recording.rates
        one = recording.mask[k].astype(np.float64)
        first, second, last = (layer.weight for layer in recording.stack.views(recording.parameters[recording.checkpoint(k)]))
        acting = [
            first * one[0][:, None],
            second * one[1][:, None] * one[0] / (1.0 - p_1),
            last * one[1] / (1.0 - p_2),
        ]
        weights = [weight / max(scale, 1e-12) for weight, scale in zip(acting, self.scales, strict=True)]
        values = [level[k] for level in self.levels] + [self.said[k]]
        gains = [np.ones(recording.widths[0]), one[0] / (1.0 - p_1), one[1] / (1.0 - p_2), np.ones(recording.widths[-1])]
        start = 1 if self.pictured else 0
        self.graph.set(weights[start:], values[start:], gains[start:])

    def name(self, receiver: int) -> str:
        """What a receiver is called: "unit 3 of hidden 2", "the logit of blue"."""
        recording = self._loaded()
        layer, unit = divmod(receiver, recording.params.width)
        if layer < 2:
            return f"unit {unit + 1} of hidden {layer + 1}"
        return f"the logit of {self._class(receiver - 2 * recording.params.width)}"

    def receiver_at(self, x: float, y: float) -> int | None:
        """The receiver drawn at a stage point: a unit of the hidden layers or an output."""
        found = self.graph.unit_at(x, y)
        if found is None:
            return None
        layer, unit = found[0] + (1 if self.pictured else 0), found[1]
        return None if layer == 0 else (layer - 1) * self._loaded().params.width + unit

    def describe(self, x: float, y: float) -> str:
        """The unit under the pointer, in words."""
        recording, receiver = self._loaded(), self.receiver_at(x, y)
        if receiver is None:
            return ""
        layer, unit = divmod(receiver, recording.params.width)
        got, full = recording.received[self.k, receiver], recording.full[recording.checkpoint(self.k), receiver]
        dropped = layer < 2 and not recording.mask[self.k, layer, unit]
        verb = "gives" if layer == 0 else "gets"
        return f"{self.name(receiver)}{', dropped' if dropped else ''}: {verb} {got:.3g}, in the full net {full:.3g}".replace(
            "-", "−"
        )

    def _class(self, number: int) -> str:
        return ("blue", "orange")[number] if not self.pictured else str(number)

    def _loaded(self) -> DropoutRecording:
        if self.recording is None:
            raise RuntimeError("a view needs a recording before it can be drawn")
        return self.recording

    # -- painting ------------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        """The names of the layers, and the image that goes in."""
        recording, small = self.recording, self.theme.sizes["small"]
        if recording is None or self.pane.rect.isEmpty():
            return
        p_1, p_2 = recording.rates
        names = ["input", f"hidden 1\np = {p_1:.2g}", f"hidden 2\np = {p_2:.2g}", "output"]
        if self.pictured:
            names = [*names[1:3], ""]
            image = recording.inputs.reshape(PIXELS, PIXELS)[::-1]
            paint_picture(painter, self.image_box, picture(image, self._ink()), smooth=False)
            text = self.image_box.translated(0, self.image_box.height() + 0.3 * small)
            edges = "" if self.theme.large else "; each line stands for 64 edges"
            self._words(painter, text, f"a {recording.label} of 64 pixels{edges}", "muted", left=True)
        for points, name in zip(self.graph.points, names, strict=True):
            box = QRectF(float(points[0, 0]) - 90, self.pane.rect.bottom() - 2.6 * small, 180, 2.6 * small)
            self._words(painter, box, name, "muted")

    def paint_live(self, painter: QPainter) -> None:
        """The subnet of this step, and what it and the mean of the subnets say."""
        recording = self.recording
        if recording is None or self.pane.rect.isEmpty():
            return
        self.graph.paint_ghost(painter)
        if self.pictured:
            self._paint_fan(painter, recording)
        self.graph.paint(painter)
        layer, unit = divmod(self.shown, recording.params.width)
        if self.shown >= 2 * recording.params.width:
            layer, unit = 2, self.shown - 2 * recording.params.width
        self.graph.paint_ring(painter, layer + (0 if self.pictured else 1), unit)
        if not self.pictured:
            self._paint_answer(painter)
        counting = self.k >= recording.learning
        mean = f"mean of {int(recording.seen[self.k])}" if counting else "full net"
        small = self.theme.sizes["small"]
        if self.pictured:
            self._paint_bars(painter, recording, mean)
            return
        second = self.means[self.k] if counting else recording.full_map[recording.checkpoint(self.k)]
        for box, points, values, title in zip(
            self.boxes, self.spots, (recording.maps[self.k], second), ("this subnet", mean), strict=True
        ):
            above = QRectF(box.left(), box.top() - 1.5 * small, box.width() * 1.3, 1.4 * small)
            self._words(painter, above, title, "text", left=True)
            paint_picture(painter, box, picture(values, self._answers()), smooth=True)
            if counting and box is self.boxes[1]:
                self._paint_border(painter, box, recording.full_map[-1])
            self._paint_points(painter, points, recording)

    def _paint_answer(self, painter: QPainter) -> None:
        """Beside the outputs their names, and how likely the subnet finds each."""
        small, r = self.theme.sizes["small"], self.graph.radius
        for number, ((x, y), share) in enumerate(zip(self.graph.points[-1].tolist(), self.said[self.k].tolist(), strict=True)):
            box = QRectF(x + 2.1 * r, y - 0.65 * small, 8.0 * small, 1.4 * small)
            self._words(painter, box, f"{self._class(number)} {100.0 * share:.0f} %", f"series.{number + 1}", left=True)

    def _paint_fan(self, painter: QPainter, recording: DropoutRecording) -> None:
        start = QPointF(self.image_box.right(), self.image_box.center().y())
        for (x, y), kept in zip(self.graph.points[0].tolist(), recording.mask[self.k, 0].tolist(), strict=True):
            painter.setPen(self.theme.pen("faint" if kept else "ghost", 0.5, alpha=0.8 if kept else 0.35))
            painter.drawLine(start, QPointF(x, y))

    def _paint_border(self, painter: QPainter, box: QRectF, values: F64) -> None:
        """Dashed: where the full net is undecided."""
        painter.setPen(self.theme.pen("theory", 0.9, DASH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        side = len(values)
        for line in contourpy.contour_generator(z=values).lines(0.5):
            x, y = np.asarray(line).T
            painter.drawPolyline(
                polygon(
                    np.stack(
                        (box.left() + (x + 0.5) / side * box.width(), box.bottom() - (y + 0.5) / side * box.height()), axis=1
                    )
                )
            )

    def _paint_points(self, painter: QPainter, points: list[QPointF], recording: DropoutRecording) -> None:
        """Training points by class, disc and square, and the example that goes through, a diamond: the last of `points`."""
        r = 4.0 * theme_scale(self.theme)
        painter.setPen(self.theme.pen("background", 0.4))
        discs, squares = (
            [p for p, label in zip(points, recording.train_labels, strict=False) if label == one] for one in (0, 1)
        )
        painter.setBrush(self.theme.color("series.1"))
        for point in discs:
            painter.drawEllipse(point, r, r)
        painter.setBrush(self.theme.color("series.2"))
        painter.drawRects([QRectF(point.x() - 0.9 * r, point.y() - 0.9 * r, 1.8 * r, 1.8 * r) for point in squares])
        at, d = points[-1], 2.4 * r
        painter.setPen(self.theme.pen("text", 0.9))
        painter.setBrush(self.theme.color("series.2" if recording.label else "series.1"))
        painter.drawPolygon(polygon(np.array([[0, -d], [d, 0], [0, d], [-d, 0]]) + np.array([at.x(), at.y()])))

    def _paint_bars(self, painter: QPainter, recording: DropoutRecording, mean: str) -> None:
        """Beside each output its class, and how likely this subnet and the mean find it; a stroke where the full net stands."""
        points, small, r = self.graph.points[-1], self.theme.sizes["small"], self.graph.radius
        step = float(points[1, 1] - points[0, 1])
        left = float(points[0, 0]) + 1.5 * r + 1.1 * small
        room = self.pane.rect.right() - left
        row = recording.checkpoint(self.k)
        counting = self.k >= recording.learning
        second = self.mean_said[self.k] if counting else self.full_said[row]
        for number, y in enumerate(points[:, 1].tolist()):
            role = "text" if number == recording.label else "muted"
            self._words(painter, QRectF(left - 1.0 * small, y - 0.65 * small, small, 1.4 * small), str(number), role, left=True)
            painter.fillRect(QRectF(left, y - 0.36 * step, room, 0.72 * step), self.theme.color("panel"))
            for share, color, top in ((self.said[self.k, number], "series.2", -0.36), (second[number], "series.3", 0.02)):
                painter.fillRect(QRectF(left, y + top * step, room * float(share), 0.34 * step), self.theme.color(color))
            stroke = left + room * float(self.full_said[row, number])
            painter.setPen(self.theme.pen("theory", 0.9))
            painter.drawLine(QPointF(stroke, y - 0.4 * step), QPointF(stroke, y + 0.4 * step))
        below = QRectF(left, self.pane.rect.bottom() - 2.6 * small, room, 1.3 * small)
        self._words(painter, below, "this subnet", "series.2", left=True)
        self._words(painter, below.translated(0, 1.25 * small), mean, "series.3", left=True)

    def _words(self, painter: QPainter, box: QRectF, text: str, role: str, left: bool = False) -> None:
        painter.setFont(self.theme.font("small"))
        painter.setPen(self.theme.color(role))
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignHCenter
        wrap = Qt.TextFlag.TextWordWrap if len(text) > 30 else Qt.TextFlag.TextDontClip
        painter.drawText(box, side | Qt.AlignmentFlag.AlignTop | wrap, text)

    def _answers(self) -> U8:
        colors = self.theme.colors
        panel = self.theme.color("panel")
        blue, orange = (blend(panel, self.theme.color(role), 0.6).name() for role in ("series.1", "series.2"))
        return self.theme.ramp((blue, colors["panel"], orange))

    def _ink(self) -> U8:
        return self.theme.ramp((self.theme.colors["panel"], self.theme.colors["text"]))


def _means(values: F64, learning: int) -> F64:
    """Running means along the first axis from frame `learning` on; before it the values themselves."""
    out = values.copy()
    counted = values[learning:]
    out[learning:] = np.cumsum(counted, axis=0) / np.arange(1.0, len(counted) + 1.0).reshape(-1, 1, 1)
    return out


def _in_box(box: QRectF, x: float, y: float) -> QPointF:
    half = REACH * SCALE
    inside = np.clip([x / half, y / half], -0.98, 0.98)
    return QPointF(box.center().x() + inside[0] * box.width() / 2, box.center().y() - inside[1] * box.height() / 2)
