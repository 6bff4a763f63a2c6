"""The scene norm-axes: orbiting, following an entry, hovering, groups that settle, and what its words say of small sets."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from pytestqt.qtbot import QtBot

from core.simulations.norm_axes import HIGHEST, NormAxesParams, simulate
from scenes.kit.pane import Grab
from scenes.normalization.norm_axes import NormAxes
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import STUDIO


def shown(k: int = 0, **values: Any) -> tuple[Show, NormAxes]:
    show = Show(NormAxes, STUDIO)
    show.load(simulate(NormAxesParams(**values), 1), k)
    scene: Scene[Any, Any] = show.scene
    assert isinstance(scene, NormAxes)
    return show, scene


def cell_in_sight(scene: NormAxes, cube: int) -> tuple[QPointF, int]:
    """A stage point on a cube, and the index of the cell in sight there."""
    side = scene.cubes[cube].sides[-1]
    at = side.sheet.transform.map(QPointF(0.5, 0.5))
    found = scene.cubes[cube].entry_at(at)
    assert found is not None
    return at, found


def turn(scene: NormAxes, show: Show, at: QPointF, dx: float = 0.0, dy: float = 0.0) -> dict[str, Any]:
    assert show.recording is not None
    return dict(scene.canvas.handles[0].edit(Grab(at.x() + dx, at.y() + dy, at.x(), at.y(), show.recording.params)))


def test_a_click_follows_the_entry_in_every_cube_and_a_second_one_lets_go(qtbot: QtBot) -> None:
    show, scene = shown()
    at, index = cell_in_sight(scene, 2)
    chosen = turn(scene, show, at)["entry"]
    where = np.unravel_index(index, scene.recording.x.shape)
    assert chosen == 1 + int(np.ravel_multi_index(where, HIGHEST))
    assert turn(scene, show, at, 2.0)["entry"] == chosen  # a trembling hand clicks all the same
    show.close()
    show, scene = shown(40, entry=chosen)
    n, c, p = int(where[0]), int(where[1]), int(where[2]) * 3 + int(where[3])
    assert [cube.lit for cube in scene.cubes] == [(0, c, 0), (n, 0, 0), (n, c, 0), (n, c // 2, 0)]
    assert all(cube.marked == index for cube in scene.cubes)
    point = next(
        side.sheet.transform.map(QPointF(column + 0.5, row + 0.5))
        for side in reversed(scene.cubes[2].sides)
        for row, column in np.argwhere(side.cells == n * 36 + c * 6 + p).tolist()
    )
    assert turn(scene, show, point)["entry"] == 0
    show.close()


def test_a_pull_orbits_and_keeps_the_followed_entry(qtbot: QtBot) -> None:
    show, scene = shown(entry=5)
    at, _ = cell_in_sight(scene, 1)
    turn(scene, show, at)
    pulled = turn(scene, show, at, 100.0, -40.0)
    assert pulled["entry"] == 5
    assert pulled["azimuth"] < 32.0
    assert pulled["elevation"] < 24.0
    NormAxesParams(**pulled)  # within every knob's range
    show.close()


def test_hovering_tells_place_value_set_and_result(qtbot: QtBot) -> None:
    show, scene = shown()
    at, index = cell_in_sight(scene, 1)
    told = scene._describe(at.x(), at.y())
    n, c, h, w = (int(i) for i in np.unravel_index(index, scene.recording.x.shape))
    assert f"n = {n + 1}, c = {c + 1}, h = {h + 1}, w = {w + 1}" in told
    lines = told.split("\n")
    assert [line.split(":")[0] for line in lines[1:]] == ["LayerNorm", "BatchNorm", "InstanceNorm", "GroupNorm"]
    assert f"example {n + 1}, all 6 channels" in lines[1]
    assert f"channel {c + 1} of all 4 examples" in lines[2]
    assert f"example {n + 1}, channel {c + 1}:" in lines[3]
    assert f"{scene.recording.x[n, c, h, w]:.2f}".replace("-", "−") in told
    assert "mean" in told
    assert "std" in told
    assert scene._describe(2.0, 2.0) == ""
    show.close()


def test_the_sweep_visits_every_set_and_the_film_ends_normalized(qtbot: QtBot) -> None:
    show, scene = shown()
    assert show.recording is not None
    seen: list[set[Any]] = [set() for _ in scene.cubes]
    for k in range(scene.recording.sweep):
        show.seek(k)
        for cube, lit in zip(scene.cubes, seen, strict=True):
            lit.add(cube.lit)
    assert tuple(len(lit) for lit in seen) == scene.recording.sets[:4]
    show.seek(show.recording.last)
    assert show.stage.framing.place == "normalized"
    assert all("μ = 0.00   σ² = 1.00" in lines for lines in scene.lines)
    show.close()


def test_after_a_change_only_batchnorms_cube_has_colour_elsewhere(qtbot: QtBot) -> None:
    show, scene = shown(10**6, perturb=2.0)
    middle = 64
    for name, cube in zip(scene.recording.norms, scene.cubes, strict=False):
        others = cube.levels.reshape(scene.recording.x.shape)[1:]
        assert (np.abs(others - middle).max() > 30) if name == "batch" else (others == middle).all(), name
    show.close()


def test_groups_settle_on_a_divisor(qtbot: QtBot) -> None:
    scene = NormAxes()
    assert scene.settle(NormAxesParams(groups=4), "groups").groups == 3
    assert scene.settle(NormAxesParams(channels=7), "channels").groups == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"height": 1, "width": 1}, "InstanceNorm: sets of one number"),
        ({"batch": 1}, "With one example"),
        ({"batch": 2, "height": 1, "width": 1, "groups": 1, "channels": 4}, "InstanceNorm: sets of one"),
        ({"height": 1, "width": 2}, "InstanceNorm: sets of two"),
        ({"groups": 5}, "5 groups do not divide 6 channels: shown is G = 6"),
        ({"groups": 6}, "InstanceNorm’s sets"),
        ({"groups": 1}, "LayerNorm’s sets"),
        ({"eps": 1.0}, "variance σ²/(σ² + ε), not 1"),
        ({"fifth": "rms_norm"}, "RMSNorm has LayerNorm’s sets"),
        ({"fifth": "token_layer_norm"}, "takes one token"),
        ({}, "per element, 36 of each"),
    ],
    ids=str,
)
def test_what_these_sizes_mean_is_said(values: dict[str, Any], words: str, qtbot: QtBot) -> None:
    show, scene = shown(**values)
    assert words in scene.note.text
    show.close()


def test_a_vector_file_holds_cells_and_no_pixels(qtbot: QtBot) -> None:
    show, _ = shown(30, batch=8, channels=12, height=8, width=8)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    svg = QSvgGenerator()
    svg.setOutputDevice(buffer)
    svg.setSize(QSize(960, 540))
    svg.setViewBox(QRect(0, 0, 960, 540))
    painter = QPainter(svg)
    show.paint(painter, 960, 540)
    painter.end()
    text = bytes(buffer.data().data()).decode()
    assert "<image" not in text
    assert text.count("<rect") + text.count("<path") > 10_000
    show.close()


def test_a_single_entry_is_counted_as_one(qtbot: QtBot) -> None:
    show, _ = shown(batch=1, channels=1, height=1, width=1)
    assert show.stage.framing.caption.startswith("One example of 1 entry: ")
    show.close()
