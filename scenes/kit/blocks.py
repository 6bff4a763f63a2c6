"""Blocks: a three-axis tensor as a box of coloured cells, cut into equal blocks with gaps, one of which may be lifted out.

The tensor has axes (N, C, P): C runs to the right, P down, N away from us. Long axes get thinner cells, so the box keeps a
readable shape; the gaps show the cuts. Only the three sides of each block that face us are drawn.
"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF

from core.recording import F64, I64
from scenes.kit.solid import Sheet, View, nearer_last

UNITS = (1.0, 1.0, 0.74)  # of a cell along N, C and P, as long as the axis is short
LONGEST = (8.0, 8.0, 5.0)  # units that an axis may take, however many cells it has
GAP = 0.42  # of a cell, between blocks
Block = tuple[int, int, int]


@dataclass(frozen=True)
class Side:
    """One visible side of a block: a sheet of cells, their indices into the ravelled tensor, and which way it faces.

    facing: 0 along N (front or back), 1 along C (left or right), 2 along P (top or bottom).
    neighbour: the block that this side looks at across a gap; None at the outside of the box.
    """

    block: Block
    facing: int
    sheet: Sheet
    cells: I64
    neighbour: Block | None


class Blocks:
    """The geometry of a tensor of `shape` (N, C, P) cut into `parts` (N, C, P) equal parts."""

    def __init__(self, shape: tuple[int, int, int], parts: tuple[int, int, int]) -> None:
        self.shape, self.parts = shape, parts
        self.steps: tuple[int, ...] = tuple(size // count for size, count in zip(shape, parts, strict=True))
        self.units = tuple(min(unit, most / size) for unit, most, size in zip(UNITS, LONGEST, shape, strict=True))
        self.lengths = tuple(
            unit * (size + GAP * (count - 1)) for unit, size, count in zip(self.units, shape, parts, strict=True)
        )
        self.numbers: I64 = np.arange(shape[0] * shape[1] * shape[2]).reshape(shape)
        self.clearance = 0.45  # between the top of the box and a block lifted out of it

    def block_of(self, entry: tuple[int, int, int]) -> Block:
        """The block that holds an entry (n, c, p)."""
        n, c, p = (index // step for index, step in zip(entry, self.steps, strict=True))
        return n, c, p

    def block(self, number: int) -> Block:
        """Block `number` in C order over (N, C, P)."""
        n, c, p = (int(index) for index in np.unravel_index(number, self.parts))
        return n, c, p

    def corners(self, lift: float = 0.0) -> F64:
        """The eight corners (8, 3) of the whole box, centred on the origin, its top raised by `lift` units."""
        n, c, p = (length / 2.0 for length in self.lengths)
        return np.array([(x, y, z) for x in (-c, c) for y in (-p, p + lift) for z in (-n, n)])

    def highest(self) -> float:
        """How far a block must rise at most to stand clear of the box with its whole height above the top."""
        return self.lengths[2] / self.parts[2] + self.clearance

    def rise(self, block: Block) -> float:
        """How far `block` must rise for its bottom to clear the top of the box."""
        return self._ends(block, 2)[1] + self.clearance

    def _ends(self, block: Block, axis: int) -> tuple[float, float]:
        """Where a block begins and ends along an axis, in units from the axis's start."""
        start = self.units[axis] * block[axis] * (self.steps[axis] + GAP)
        return start, start + self.units[axis] * self.steps[axis]

    def box(self, block: Block, lift: float = 0.0) -> F64:
        """Low and high corner (2, 3) of a block in space, raised by `lift`."""
        n, c, p = (self._ends(block, axis) for axis in range(3))
        half_n, half_c, half_p = (length / 2.0 for length in self.lengths)
        return np.array(
            [(c[0] - half_c, half_p - p[1] + lift, half_n - n[1]), (c[1] - half_c, half_p - p[0] + lift, half_n - n[0])]
        )

    def _next(self, block: Block, axis: int, step: int) -> Block | None:
        """The block beside `block` along an axis, or None at the end of the box."""
        index = block[axis] + step
        if not 0 <= index < self.parts[axis]:
            return None
        n, c, p = (index if other == axis else block[other] for other in range(3))
        return n, c, p

    def order(self, view: View, lifted: Block | None = None) -> list[Block]:
        """Every block from far to near, as the painter needs them, when `lifted` is above its place.

        A block that spans P keeps its place in the order of the grid at any height. Another one comes last from above and
        first from below: it rises through the others.
        """
        toward = view.toward
        # N runs away from us and P downwards, so their indices grow against z and y.
        order = [
            (n, c, p)
            for n in nearer_last(self.parts[0], -toward[2])
            for c in nearer_last(self.parts[1], toward[0])
            for p in nearer_last(self.parts[2], -toward[1])
        ]
        if lifted is not None and self.parts[2] > 1:
            order.remove(lifted)
            order.insert(len(order) if toward[1] > 0 else 0, lifted)
        return order

    def sides(self, view: View, block: Block, lift: float = 0.0) -> list[Side]:
        """The visible sides of one block, raised by `lift` units."""
        toward = view.toward
        low, high = self.box(block, lift)
        first = [index * step for index, step in zip(block, self.steps, strict=True)]
        cells = self.numbers[tuple(slice(start, start + step) for start, step in zip(first, self.steps, strict=True))]
        screen = view.screen
        along_c, down_p, away_n = (
            screen[:, 0] * self.units[1],
            -screen[:, 1] * self.units[2],
            -screen[:, 2] * self.units[0],
        )
        count_n, count_c, count_p = self.steps
        found = []
        if abs(toward[2]) > 1e-9:
            front = toward[2] > 0
            corner = view.project(np.array([low[0], high[1], high[2] if front else low[2]]))
            sheet = Sheet(corner, along_c, down_p, count_p, count_c)
            found.append(Side(block, 0, sheet, cells[0 if front else -1].T, self._next(block, 0, -1 if front else 1)))
        if abs(toward[0]) > 1e-9:
            right = toward[0] > 0
            corner = view.project(np.array([high[0] if right else low[0], high[1], high[2]]))
            sheet = Sheet(corner, away_n, down_p, count_p, count_n)
            found.append(Side(block, 1, sheet, cells[:, -1 if right else 0].T, self._next(block, 1, 1 if right else -1)))
        if abs(toward[1]) > 1e-9:
            top = toward[1] > 0
            corner = view.project(np.array([low[0], high[1] if top else low[1], high[2]]))
            sheet = Sheet(corner, along_c, away_n, count_n, count_c)
            found.append(Side(block, 2, sheet, cells[:, :, 0 if top else -1], self._next(block, 2, -1 if top else 1)))
        return found


def entry_at(sides: list[Side], at: QPointF) -> tuple[int, Side] | None:
    """The nearest cell under a stage point: its index in the ravelled tensor, and the side it was seen on."""
    for side in reversed(sides):
        cell = side.sheet.cell_at(at)
        if cell is not None:
            return int(side.cells[cell]), side
    return None
