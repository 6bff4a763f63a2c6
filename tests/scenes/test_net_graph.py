"""The net as a picture: where units stand, what a mask does to the pixels, what a click finds."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from core.simulations.dropout import SIMULATION, DropoutParams
from scenes.kit.net import NetGraph
from scenes.kit.pane import Grab
from scenes.kit.picture import picture
from scenes.regularization.dropout import Dropout
from scenes.show import Show
from scenes.theme import STUDIO, THEMES


def graph(gain: float) -> NetGraph:
    made = NetGraph(STUDIO)
    made.place(QRectF(0, 0, 400, 200), (2, 3))
    weights = np.ones((3, 2))
    weights[1] = gain
    made.set([weights], [np.ones(2), np.full(3, 0.5)], [np.ones(2), np.array([1.0, gain, 1.0])])
    return made


def painted(made: NetGraph) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(STUDIO.color("background"))
    painter = QPainter(image)
    made.paint(painter)
    painter.end()
    return np.frombuffer(bytes(image.constBits()), dtype=np.uint8).reshape(200, 400, 4)[..., :3].astype(np.int64)


def test_units_stand_inside_the_rectangle_and_apart(qtbot: QtBot) -> None:
    for sizes in ((2, 16, 16, 10), (1, 1), (2, 4, 4, 2)):
        made = NetGraph(STUDIO)
        made.place(QRectF(10, 20, 600, 400), sizes)
        for points in made.points:
            assert (points[:, 0] - made.radius >= 10).all()
            assert (points[:, 0] + made.radius <= 610).all()
            assert (points[:, 1] - made.radius >= 20 - 1e-9).all()
            assert (points[:, 1] + made.radius <= 420 + 1e-9).all()
            assert len(points) < 2 or np.diff(points[:, 1]).min() > 2 * made.radius


def test_a_dropped_unit_loses_its_edges_and_its_fill(qtbot: QtBot) -> None:
    kept, dropped = graph(1.0), graph(0.0)
    x, y = dropped.points[1][1].tolist()
    color = STUDIO.color("background")
    ground = np.array([color.blue(), color.green(), color.red()])
    halfway = (np.array(dropped.points[0][0]) + np.array([x, y])) / 2
    for made, bare in ((kept, False), (dropped, True)):
        image = painted(made)
        at = image[round(halfway[1]) - 2 : round(halfway[1]) + 3, round(halfway[0])]
        assert (np.abs(at - ground).max() < 8) == bare
        beside_the_cross = image[round(y - 0.6 * made.radius), round(x)]
        assert (np.abs(beside_the_cross - ground).max() < 8) == bare


def test_a_kept_unit_brightens_when_it_is_scaled_up(qtbot: QtBot) -> None:
    plain, scaled = graph(1.0), graph(2.0)
    x, y = plain.points[1][1].tolist()
    far = round(x + 1.2 * plain.radius)
    assert painted(scaled)[round(y), far].sum() > painted(plain)[round(y), far].sum()  # the halo


def test_a_picture_has_its_lowest_row_at_the_bottom(qtbot: QtBot) -> None:
    table = STUDIO.ramp(("#000000", "#ffffff"))
    image = picture(np.array([[0.0, 1.0], [0.5, 0.0]]), table)
    assert [image.pixelColor(x, y).red() for y in (0, 1) for x in (0, 1)] == [128, 0, 0, 255]


def test_clicking_a_unit_watches_it_and_the_axes_follow(qtbot: QtBot) -> None:
    recording = SIMULATION.simulate(DropoutParams(masks=20), 1)
    show = Show(Dropout, THEMES["studio"])
    show.load(recording, recording.last)
    scene = show.scene
    assert isinstance(scene, Dropout)
    (handle,) = scene.view.pane.handles
    for receiver, name in ((0, "unit 1 of hidden 1"), (13, "unit 2 of hidden 2"), (25, "the logit of orange")):
        layer, unit = (min(receiver // 12, 2), receiver - 12 * min(receiver // 12, 2))
        x, y = scene.view.graph.points[layer + 1][unit].tolist()
        asked = handle.edit(Grab(x, y, x, y, recording.params))
        assert asked == {"watched": receiver + 1}
        assert scene.view.describe(x, y).startswith(name)
        turned = SIMULATION.simulate(recording.params.replace(**asked), 1)
        show.load(turned, turned.last)
        assert name in scene.histogram.title
        assert scene.bars.heights.sum() == turned.params.masks  # every mask counted, none beyond the axis
    assert handle.edit(Grab(-5.0, -5.0, -5.0, -5.0, recording.params)) == {}
    show.close()


def test_the_dashed_outline_holds_all_masks_and_the_bars_fill_it(qtbot: QtBot) -> None:
    recording = SIMULATION.simulate(DropoutParams(masks=1000), 1)
    show = Show(Dropout, THEMES["studio"])
    show.load(recording, recording.last)
    scene = show.scene
    assert isinstance(scene, Dropout)
    outline = scene.outline
    assert 0.98 * 1000 < outline.sum() <= 1000.0001
    counts = scene.bars.heights
    expected = np.maximum(outline, 1.0)
    assert np.abs(counts - outline).max() < 5.0 * np.sqrt(expected.max())
    show.seek(recording.learning - 1)
    assert not scene.bars.heights.any()
    show.close()


def test_another_choice_of_data_brings_its_own_amount_and_net() -> None:
    scene = Dropout()
    settled = scene.settle(DropoutParams(data="digits"), "data")
    assert (settled.examples, settled.width) == (200, 16)
    assert scene.settle(settled.replace(data="moons"), "data") == DropoutParams()
    assert scene.settle(DropoutParams(p_1=0.6), "p_1").p_1 == 0.6
