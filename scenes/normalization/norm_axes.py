"""Norm axes: which numbers of a tensor (N, C, H, W) share one mean and one variance, in each normalization.

Four cubes hold the same numbers. In each, one set after the other lights up and rises out of its slot, while its mean and
variance appear; then the cubes turn into their normalized selves. Drag to orbit, click a cell to follow its set everywhere.
"""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from core.normalization.axes import nearest_divisor, parts
from core.params import Value
from core.simulations.norm_axes import HIGHEST, REST, SETTLE, SIMULATION, NormAxesParams, NormAxesRecording
from scenes.kit.blocks import Blocks
from scenes.kit.color_bar import ColorBar
from scenes.kit.pane import Grab, Handle
from scenes.kit.solid import View, orbit
from scenes.kit.tensor_cube import LIT, TensorCube
from scenes.layout import Column, Row, Shape, Split
from scenes.normalization.norm_facts import FACTS, NAMES, entry_words, note, set_words, table_heads, table_row
from scenes.normalization.norm_moments import LIMIT, caption, change_limit, moment, place, smooth, swept, values, words
from scenes.scene import Event, Preset, Scene
from scenes.stage import Stage
from scenes.theme import STUDIO, Theme

DIM = 0.4  # how far the other sets fade while one is lit
CLICK = 5.0  # pixels: a shorter pull is a click
FIFTH = {"rms_norm": 4, "token_layer_norm": 5, "token_rms_norm": 6}  # index along the recording's axis `norm`


def arranged(shape: Shape, theme: Theme) -> Split:
    """Cubes over the table over the note; for the last row no table: what matters most of it stands under the cubes."""
    if shape == "half":  # the words of a whole stage would take the cubes' room
        return Column((1.0, "cubes"), (0.07, "scale"))
    cubes, table, below, words = {
        "wide": (3.0, 1.1, 0.27, 3.4),
        "square": (2.6, 1.05, 0.42, 2.4),
        "tall": (3.7, 0.75, 0.24, 2.4),
    }[shape]
    foot = Row((words, "note"), (1.0, "scale"), keep=True)
    if shape == "wide" and theme.large:
        return Column((3.0, "cubes"), (0.4, foot))
    return Column((cubes, "cubes"), (table * theme.sizes["label"] / 24.0, "table"), (below, foot))


class NormAxes(Scene[NormAxesParams, NormAxesRecording]):
    """Four or five cubes of one tensor, the sets of each norm swept, and a table of what follows from the sets."""

    title = "Norm axes"
    question = "Which numbers share one mean and one variance?"
    look = "The same numbers in every cube: what lights up together is normalized together."
    cards = (11,)
    formulas = (r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}",)
    seconds = 14.0
    overlays = False
    simulation = SIMULATION
    layout = arranged("wide", STUDIO)
    presets = (
        Preset("The four norms"),
        Preset("G = 1 is LayerNorm", {"groups": 1}),
        Preset("G = C is InstanceNorm", {"groups": 6}),
        Preset("Change example 1: who moves?", {"perturb": 2.0}),
        Preset("One example in the batch", {"batch": 1}),
        Preset("One position: nothing left", {"height": 1, "width": 1}),
        Preset("RMSNorm beside LayerNorm", {"fifth": "rms_norm"}),
        Preset("Tokens, as in transformers", {"fifth": "token_layer_norm"}),
        Preset("A large epsilon", {"eps": 1.0}),
    )

    def build(self, stage: Stage) -> None:
        """One canvas for all cubes, the table, the note and the colour scale."""
        areas = {"table": QRectF(), "note": QRectF()} | stage.areas(arranged(stage.shape, stage.theme))
        self.theme, self.shape = stage.theme, stage.shape
        self.canvas = stage.canvas(areas["cubes"])
        self.canvas.draw_live = self._paint
        self.canvas.describe = self._describe
        self.canvas.handles.append(Handle("drag to orbit, click a cell to follow its set", self._turn))
        self.told = areas["table"].isEmpty() and stage.shape != "half"  # what the table would say stands under the cubes
        self.brief = stage.shape != "wide"  # less room for words
        widths = (1.6, 1.0, 1.2, 1.05, 1.2, 1.15) if self.brief else (1.15, 0.8, 0.9, 1.15, 1.35, 1.15, 1.6)
        self.table = stage.table(areas["table"], "", table_heads(1.0, self.brief), widths)
        self.note = stage.text(areas["note"], "muted", "label")
        self.scale = stage.add(ColorBar(areas["scale"], stage.theme))
        self.cubes: list[TensorCube] = []
        self.shown: tuple[int, ...] = ()
        self.rects: list[QRectF] = []
        self.lines: list[tuple[str, ...]] = []
        self._pressed: int | None = None

    # -- what stays for a recording ------------------------------------------------------------------------------------

    def prepare(self, recording: NormAxesRecording) -> None:
        """Place the cubes at one common scale; fill the table and the note."""
        params = recording.params
        self.recording = recording
        fifth = FIFTH.get(params.fifth)
        self.shown = (0, 1, 2, 3) if fifth is None else (0, 1, 2, 3, fifth)
        self.limit = change_limit(recording, self.shown[0])
        n, c, h, w = recording.x.shape
        self.cuts = [parts(norm, recording.x.shape, recording.groups_used) for norm in recording.norms]
        self.rects = self._rects(len(self.shown))
        bold = QFontMetricsF(self.theme.font("body", True))
        self.indents = [bold.horizontalAdvance(NAMES[recording.norms[norm]]) + 14.0 for norm in self.shown]
        label = QFontMetricsF(self.theme.font("label"))
        overs = [label.horizontalAdvance(f"over {FACTS[recording.norms[norm]].over}") for norm in self.shown]
        # The axes stand beside the name where there is room for all of them, else under it.
        self.beside = max(a + b for a, b in zip(self.indents, overs, strict=True)) < self.rects[0].width()
        self.lettering = 1.4 * self.theme.sizes["body"] + (2 + self.told + (not self.beside)) * 1.32 * self.theme.sizes["label"]
        strip = 1.35 * self.theme.sizes["small"]
        rooms = [rect.adjusted(strip, 0, -6, -self.lettering - strip) for rect in self.rects]
        blocks = [Blocks((n, c, h * w), self.cuts[norm]) for norm in self.shown]
        view = View(params.azimuth, params.elevation)
        scale = min(view.fitted(b.corners(b.highest()), room, 80.0).scale for b, room in zip(blocks, rooms, strict=True))
        self.cubes = [TensorCube(self.theme) for _ in self.shown]
        for cube, norm, box, room in zip(self.cubes, self.shown, blocks, rooms, strict=True):
            cube.place(box, view.fitted(box.corners(box.highest()), room, scale), self._labels(recording, norm))
        self.table.heads = table_heads(recording.probe, self.brief)
        self.table.set([table_row(recording, norm, self.brief) for norm in self.shown])
        self.note.set(note(recording, self.shown))
        self.followed = self._followed(recording)

    def agree(self, other: "NormAxes") -> None:
        """Colours of what moved reach as far in both."""
        self.limit = max(self.limit, other.limit)

    def _labels(self, recording: NormAxesRecording, norm: int) -> tuple[str, str, str]:
        """What stands along a cube's axes, e.g. "C = 6"."""
        n, c, h, w = recording.x.shape
        first, second, third = FACTS[recording.norms[norm]].axes
        return f"{first} = {n}", f"{second} = {c}", f"{third} = {h * w}"

    def _rects(self, count: int) -> list[QRectF]:
        """Where the cubes stand: in one row, or in two on a tall stage."""
        area, gap = self.canvas.rect, 22.0
        rows = 2 if self.shape in ("tall", "half") and area.height() > 0.6 * area.width() else 1
        columns = -(-count // rows)
        width, height = (area.width() - gap * (columns - 1)) / columns, (area.height() - gap * (rows - 1)) / rows
        return [
            QRectF(area.left() + (i % columns) * (width + gap), area.top() + (i // columns) * (height + gap), width, height)
            for i in range(count)
        ]

    def _followed(self, recording: NormAxesRecording) -> tuple[int, int, int] | None:
        """The followed entry as (n, c, p), or None where none is chosen or it lies outside this tensor."""
        if recording.params.entry == 0:
            return None
        n, c, h, w = (int(index) for index in np.unravel_index(recording.params.entry - 1, HIGHEST))
        shape = recording.x.shape
        inside = n < shape[0] and c < shape[1] and h < shape[2] and w < shape[3]
        return (n, c, h * shape[3] + w) if inside else None

    # -- frames --------------------------------------------------------------------------------------------------------

    def draw(self, recording: NormAxesRecording, k: int) -> None:
        """Light and lift the set of frame k, or blend every cube towards its normalized self, or show what moved."""
        now = moment(recording, k)
        self.lines = []
        limit = self.limit
        brief = self.brief or (self.told and len(self.shown) > 4)
        for cube, norm in zip(self.cubes, self.shown, strict=True):
            if self.followed is None and now.phase == "sweep":
                number, lift = swept(recording, k, recording.sets[norm])
                lit = cube.blocks.block(number)
            else:  # one set of each cube stays out, so that its numbers can be seen settling
                lit = cube.blocks.block_of(self.followed or (0, recording.x.shape[1] // 2, 0))
                number = int(np.ravel_multi_index(lit, self.cuts[norm]))
                lift = smooth(5.0 * now.share) if self.followed is None and now.phase == "settle" else 1.0
            if recording.sets[norm] == 1:  # nothing else is there: the whole cube is the set
                lift = 0.0
            dim = DIM if now.phase == "sweep" else DIM * (1.0 - smooth(now.share)) if now.phase == "settle" else 0.0
            marked = None if self.followed is None else int(np.ravel_multi_index(self.followed, cube.blocks.shape))
            cube.show(
                values(recording, norm, now, limit), 1.0, lit, lift, dim, marked, now.phase == "sweep" or now.share >= 1.0
            )
            self.lines.append(words(recording, norm, now, number, self.cuts[norm], brief))
        share = smooth(now.share)
        compared = now.phase == "compare" and share >= 0.5
        self.scale.set("change" if compared else "value", limit if compared else LIMIT)

    def _paint(self, painter: QPainter) -> None:
        theme = self.theme
        for cube, norm, rect, indent, lines in zip(self.cubes, self.shown, self.rects, self.indents, self.lines, strict=True):
            cube.paint(painter)
            name = self.recording.norms[norm]
            y, step = rect.bottom() - self.lettering, 1.32 * theme.sizes["label"]
            heading = QRectF(rect.left(), y, rect.width(), 1.4 * theme.sizes["body"])
            draw_line(painter, heading, theme, NAMES[name], "text", "body", True)
            over = QRectF(rect.left(), heading.bottom(), rect.width(), step)
            if self.beside:
                down = QFontMetricsF(theme.font("body")).ascent() - QFontMetricsF(theme.font("label")).ascent()
                over = heading.adjusted(indent, down, 0, 0)
            draw_line(painter, over, theme, f"over {FACTS[name].over}", "muted", "label")
            if self.told:
                text, role = set_words(self.recording, norm)
                box = QRectF(rect.left(), rect.bottom() - 3 * step, rect.width(), step)
                draw_line(painter, box, theme, text, role, "label", role == "bad")
            for number, text in enumerate(lines):
                box = QRectF(rect.left(), rect.bottom() - (2 - number) * step, rect.width(), step)
                draw_line(painter, box, theme, text, LIT, "label", number == 1)

    # -- words ---------------------------------------------------------------------------------------------------------

    def caption(self, recording: NormAxesRecording, k: int) -> str:
        """Whose numbers a set takes; then what normalizing does; then who moved."""
        return caption(recording, k)

    def place(self, recording: NormAxesRecording, k: int) -> str:
        """The phase, and how far it has come."""
        return place(recording, k)

    def events(self, recording: NormAxesRecording) -> tuple[Event, ...]:
        """When the sweep ends, when all is normalized, and when the comparison stands."""
        found = [Event(recording.sweep, "normalizing"), Event(recording.sweep + SETTLE, "normalized", "good")]
        if recording.params.perturb > 0.0:
            found.append(Event(recording.last - REST, "who moved"))
        return tuple(found)

    def settle(self, params: NormAxesParams, changed: str) -> NormAxesParams:
        """Groups follow the channels: the nearest number that divides them."""
        return params.replace(groups=nearest_divisor(params.channels, params.groups))

    # -- the mouse -----------------------------------------------------------------------------------------------------

    def _hit(self, at: QPointF) -> tuple[int, int] | None:
        """(index of the cube, index into the ravelled tensor) under a stage point."""
        for index, cube in enumerate(self.cubes):
            found = cube.entry_at(at)
            if found is not None:
                return index, found
        return None

    def _turn(self, grab: Grab) -> dict[str, Value]:
        """A click follows a cell, a second one lets it go; a pull orbits and leaves the followed cell alone."""
        if not isinstance(grab.params, NormAxesParams):
            return {}
        pulled = max(abs(grab.x - grab.from_x), abs(grab.y - grab.from_y))
        if pulled >= CLICK:
            azimuth, elevation = orbit(grab, grab.params.azimuth, grab.params.elevation)
            return {"entry": grab.params.entry, "azimuth": azimuth, "elevation": elevation}
        if pulled == 0.0:  # just pressed: what a click means is decided before the cubes change under the pointer
            self._pressed = self._code(QPointF(grab.from_x, grab.from_y))
        return {"entry": 0 if self._pressed in (None, grab.params.entry) else self._pressed or 0}

    def _code(self, at: QPointF) -> int | None:
        """The value of the knob `entry` for the cell under a stage point."""
        hit = self._hit(at)
        if hit is None:
            return None
        return 1 + int(np.ravel_multi_index(np.unravel_index(hit[1], self.recording.x.shape), HIGHEST))

    def _describe(self, x: float, y: float) -> str:
        """The cell under the pointer, and its set, mean, deviation and result in every cube."""
        hit = self._hit(QPointF(x, y))
        if hit is None:
            return ""
        n, c, h, w = (int(index) for index in np.unravel_index(hit[1], self.recording.x.shape))
        return entry_words(self.recording, self.shown, hit[0], (n, c, h, w))


def draw_line(painter: QPainter, rect: QRectF, theme: Theme, text: str, role: str, size: str, bold: bool = False) -> None:
    """One line of text, in a smaller size where it is too wide."""
    font = theme.font(size, bold)
    wide = QFontMetricsF(font).horizontalAdvance(text)
    if wide > rect.width():
        font.setPixelSize(max(int(font.pixelSize() * rect.width() / wide), 8))
    painter.setFont(font)
    painter.setPen(theme.color(role))
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)
