"""The 3-D kit: projection, painter's order, picking, and blocks of cells that hide each other as solids do."""

import itertools
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from core.simulations.norm_axes import NormAxesParams
from scenes.kit.blocks import Blocks, Side, entry_at
from scenes.kit.pane import Grab
from scenes.kit.solid import Facet, View, back_to_front, nearer_last, orbit, paint_facets, pick
from scenes.kit.tensor_cube import TensorCube
from scenes.theme import STUDIO

ANGLES = [(0.0, 0.0), (32.0, 24.0), (-140.0, 40.0), (75.0, -35.0), (180.0, 10.0)]


@pytest.mark.parametrize(("azimuth", "elevation"), ANGLES)
def test_projection_is_orthographic(azimuth: float, elevation: float) -> None:
    view = View(azimuth, elevation, 7.0, 100.0, 50.0)
    basis = np.vstack((view.screen / 7.0, view.toward))
    np.testing.assert_allclose(basis @ basis.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(view.project(np.zeros(3)), [100.0, 50.0])
    along = view.project(np.outer(np.arange(5.0), view.toward))
    np.testing.assert_allclose(along, np.tile([100.0, 50.0], (5, 1)), atol=1e-12)  # what lies behind is covered


def test_axes_at_rest_are_right_up_and_towards_us() -> None:
    view = View(0.0, 0.0)
    np.testing.assert_allclose(view.screen, [[1, 0, 0], [0, -1, 0]], atol=1e-12)
    assert (View(30.0, 20.0).toward > 0).all()  # right flank and top come into sight


def test_fitted_fills_the_rectangle() -> None:
    points = np.array(list(itertools.product((-2.0, 2.0), (-1.0, 3.0), (0.0, 1.5))))
    rect = QRectF(100, 200, 300, 400)
    placed = View(25.0, 30.0).fitted(points, rect).project(points)
    low, high = placed.min(axis=0), placed.max(axis=0)
    np.testing.assert_allclose((low + high) / 2, [250, 400])
    assert np.isclose(high - low, [300, 400]).any()
    assert (high - low <= [300.001, 400.001]).all()


def test_orbit_follows_the_drag_and_keeps_its_bounds() -> None:
    def drag(dx: float, dy: float) -> Grab:
        return Grab(dx, dy, 0.0, 0.0, NormAxesParams())

    assert orbit(drag(0, 0), 32.0, 24.0) == (32.0, 24.0)
    azimuth, elevation = orbit(drag(10, 10), 32.0, 24.0)
    assert azimuth < 32.0
    assert elevation > 24.0
    assert orbit(drag(0, 1e4), 0.0, 0.0)[1] == 89.0
    assert -180.0 <= orbit(drag(-1e4, 0), 170.0, 0.0)[0] <= 180.0


def test_the_nearest_facet_is_painted_last_and_picked_first(qtbot: QtBot) -> None:
    square = np.array([(-1.0, -1.0, 0.0), (1.0, -1.0, 0.0), (1.0, 1.0, 0.0), (-1.0, 1.0, 0.0)])
    near, far = (Facet(square + np.array([0.0, 0.0, z]), QColor(name), key=name) for z, name in ((1.0, "red"), (-1.0, "blue")))
    for view, first in ((View(0.0, 0.0, 20.0, 50.0, 50.0), "red"), (View(180.0, 0.0, 20.0, 50.0, 50.0), "blue")):
        assert back_to_front(view, [near, far])[-1].key == first
        assert pick(view, [near, far], QPointF(50, 50)) == first
        assert pick(view, [near, far], QPointF(5, 5)) is None
        image = QImage(100, 100, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        paint_facets(painter, view, [near, far])
        painter.end()
        assert image.pixelColor(50, 50) == QColor(first)
    assert list(nearer_last(3, 1.0)) == [0, 1, 2]
    assert list(nearer_last(3, -1.0)) == [2, 1, 0]


def nearest_by_ray(blocks: Blocks, view: View, at: QPointF) -> int | None:
    """The cell whose own little box is met first by the line of sight: brute force over all cells."""
    toward, best, found = view.toward, -np.inf, None
    right, down = view.screen / view.scale
    plane = ((at.x() - view.x) * right + (at.y() - view.y) * down) / view.scale
    single = Blocks(blocks.shape, blocks.parts)
    for n, c, p in itertools.product(*(range(size) for size in blocks.shape)):
        block = single.block_of((n, c, p))
        low, high = single.box(block)
        inside = [index - b * step for index, b, step in zip((n, c, p), block, single.steps, strict=True)]
        unit_n, unit_c, unit_p = single.units
        start = np.array([low[0] + inside[1] * unit_c, high[1] - (inside[2] + 1) * unit_p, high[2] - (inside[0] + 1) * unit_n])
        end = start + np.array([unit_c, unit_p, unit_n])
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.sort(np.array([(start - plane) / toward, (end - plane) / toward]), axis=0)
        enter, leave = ends[0].max(), ends[1].min()
        if enter < leave and leave > best:
            best, found = float(leave), int(blocks.numbers[n, c, p])
    return found


@pytest.mark.parametrize(("azimuth", "elevation"), [(32.0, 24.0), (-140.0, 40.0), (75.0, -35.0)])
@pytest.mark.parametrize("parts", [(1, 4, 1), (3, 1, 1), (3, 4, 1), (3, 2, 1), (3, 1, 5)], ids=str)
def test_the_cell_under_the_pointer_is_the_one_in_sight(azimuth: float, elevation: float, parts: tuple[int, int, int]) -> None:
    blocks = Blocks((3, 4, 5), parts)
    view = View(azimuth, elevation).fitted(blocks.corners(), QRectF(0, 0, 400, 400))
    sides: list[Side] = [side for block in blocks.order(view) for side in blocks.sides(view, block)]
    seen = 0
    for x, y in itertools.product(np.linspace(13.3, 391.7, 9), repeat=2):
        at = QPointF(x, y)
        found = entry_at(sides, at)
        expected = nearest_by_ray(blocks, view, at)
        assert (found[0] if found else None) == expected, (x, y)
        seen += expected is not None
    assert seen > 15


def test_a_lifted_block_stands_clear_of_the_box() -> None:
    blocks = Blocks((3, 4, 5), (3, 2, 1))
    for number in range(6):
        low, _ = blocks.box(blocks.block(number), blocks.rise(blocks.block(number)))
        assert low[1] > blocks.corners()[:, 1].max()


def test_what_is_kept_looks_like_what_is_painted(qtbot: QtBot) -> None:
    def picture(cube: TensorCube, scale: float, number: int, lift: float, steady: bool) -> np.ndarray[Any, Any]:
        cube.show(values, 3.0, cube.blocks.block(number), lift, 0.4, None, steady)
        image = QImage(int(300 * scale), int(300 * scale), QImage.Format.Format_RGB32)
        image.fill(STUDIO.color("background"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        cube.paint(painter)
        painter.end()
        return np.frombuffer(bytes(image.constBits()), dtype=np.uint8).astype(np.int64)

    values = np.linspace(-3.0, 3.0, 60).reshape(3, 4, 5)
    blocks = Blocks((3, 4, 5), (3, 2, 1))
    view = View(32.0, 24.0).fitted(blocks.corners(blocks.highest()), QRectF(30, 30, 240, 240))
    kept, fresh = TensorCube(STUDIO), TensorCube(STUDIO)
    kept.place(blocks, view, ("N", "C", "P"))
    for scale, number, lift in [(1.0, 2, 0.0), (1.0, 2, 0.5), (1.0, 2, 1.0), (1.0, 5, 1.0), (1.7, 5, 1.0), (1.0, 2, 0.5)]:
        fresh.place(blocks, view, ("N", "C", "P"))
        steady, plain = picture(kept, scale, number, lift, True), picture(fresh, scale, number, lift, False)
        assert np.abs(steady - plain).max() <= 4  # the rounding of half-covered pixels, once more
        np.testing.assert_array_equal(steady, picture(kept, scale, number, lift, True))
