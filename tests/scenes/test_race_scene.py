"""The race on the stage: clouds of pixels, the landscape and what it hides, small multiples, words that fit, knobs."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from pytestqt.qtbot import QtBot

from core.optimizers import METHODS
from core.race.knobs import RaceParams
from core.race.recording import RaceRecording
from core.recording import F64
from core.simulations.race import simulate
from scenes.kit.charts import Charts
from scenes.kit.cloud import Cloud, disc
from scenes.kit.pane import Grab, Handle
from scenes.kit.relief import Relief
from scenes.optimizers.race import Race
from scenes.optimizers.race_maps import kind, spans
from scenes.optimizers.race_words import caption, frayed, sentence, styles
from scenes.show import Show
from scenes.stage import Stage
from scenes.theme import PROJECTOR, STUDIO

CLOUD: dict[str, Any] = {"surface": "himmelblau", "starts": 900, "basins": True, "learning_rate": 0.01, "third": "none"}


def race(**values: Any) -> RaceRecording:
    return simulate(RaceParams.from_mapping(values), 1)


def pixels(image: QImage) -> F64:
    rows = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()].astype(np.float64)


def stage_of(show: Show) -> Race:
    assert isinstance(show.scene, Race)
    return show.scene


# -- clouds ------------------------------------------------------------------------------------------------------------


def drawn(points: F64, scale: float = 1.0, radius: float = 5.0) -> QImage:
    """Points of two colours in a plot that covers 0 … 400 × 0 … 200 one to one."""
    stage = Stage(STUDIO)
    plot = stage.plot(QRectF(0, 0, 400, 200), axes=False)
    plot.set_range((0.0, 400.0), (0.0, 200.0))
    cloud = Cloud(plot)
    cloud.dress(("bad", "good"), np.arange(len(points)) % 2)
    cloud.radius = radius
    cloud.set(points)
    image = QImage(round(400 * scale), round(200 * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.scale(scale, scale)
        cloud.paint(painter)
    stage.close()
    return image


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_a_point_is_a_disc_where_it_belongs(qtbot: QtBot, scale: float) -> None:
    image = drawn(np.array([[100.0, 150.0]]), scale)
    rows, columns = np.nonzero(pixels(image))
    assert abs(rows.mean() / scale - 50.0) < 1.0  # y runs upwards in the plot
    assert abs(columns.mean() / scale - 100.0) < 1.0
    assert image.pixelColor(round(100 * scale), round(50 * scale)) == STUDIO.color("bad")
    assert 0.75 < len(rows) / (np.pi * (5.0 * scale) ** 2) < 1.35


def test_points_beyond_and_points_that_are_no_numbers_draw_nothing(qtbot: QtBot) -> None:
    lost = np.array([[-50.0, 10.0], [500.0, 10.0], [10.0, 1e9], [np.nan, np.nan], [np.inf, 0.0]])
    assert not pixels(drawn(lost)).any()
    edge = pixels(drawn(np.array([[-2.0, 100.0], [402.0, 100.0]])))
    assert edge[:, :8].any()
    assert edge[:, -8:].any()


def test_the_later_point_lies_on_top(qtbot: QtBot) -> None:
    image = drawn(np.array([[50.0, 50.0], [52.0, 50.0]]))
    assert image.pixelColor(51, 150) == STUDIO.color("good")
    assert image.pixelColor(46, 150) == STUDIO.color("bad")


def test_a_disc_has_a_rim_around_its_core() -> None:
    for radius in (1.0, 2.7, 6.3):
        rim, core = disc(radius)
        assert not {tuple(at) for at in rim.tolist()} & {tuple(at) for at in core.tolist()}
        assert np.hypot(*core.T).max(initial=0.0) < radius
        assert np.hypot(*rim.T).min() > radius - 0.51


@pytest.mark.parametrize(("count", "shape"), [(300, "circle-like"), (2500, "square")])
def test_a_vector_file_gets_every_point(qtbot: QtBot, count: int, shape: str) -> None:
    show = Show(Race, STUDIO)
    show.load(race(**{**CLOUD, "starts": count, "second": "none", "beside": "surface"}), 0)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(1920, 1080))
    with QPainter(generator) as painter:
        show.paint(painter, 1920, 1080)
    show.close()
    text = bytes(buffer.data().data()).decode()
    longest = sorted((path.count("M") for path in text.split('d="')[1:]), reverse=True)[:8]
    assert 1.6 * count < sum(longest) < 2.6 * count  # on the map, and as far as they are seen on the landscape


# -- the landscape -----------------------------------------------------------------------------------------------------


def landscape(heights: Any, azimuth: float = 0.0, elevation: float = 30.0) -> Relief:
    relief = Relief(QRectF(100, 100, 600, 400), STUDIO)
    relief.set((-2.0, 2.0, -2.0, 2.0), heights, (0.25, 0.5, 0.75), azimuth, elevation)
    return relief


def test_marks_stand_on_the_surface(qtbot: QtBot) -> None:
    relief = landscape(lambda x, y: 0.5 + 0.0 * x)
    low, high = landscape(lambda x, y: 0.0 * x), landscape(lambda x, y: 0.4 + 0.1 * x)
    assert relief.inner.contains(relief.point(0.0, 0.0))
    assert relief.point(1.0, 0.0).x() > relief.point(-1.0, 0.0).x()
    assert relief.point(0.0, 1.0).y() < relief.point(0.0, -1.0).y()  # what is farther away stands higher
    assert np.isfinite(low.mapped(np.array([2.0]), np.array([-2.0]))).all()
    rise = high.point(-2.0, 0.0).y() - high.point(2.0, 0.0).y()
    assert rise > 10.0  # uphill is higher
    assert np.isnan(relief.mapped(np.array([2.1, 0.0, np.nan]), np.array([0.0, -2.5, 0.0]))).all()


def test_a_hill_hides_what_lies_behind_it(qtbot: QtBot) -> None:
    def ridge(x: F64, y: F64) -> F64:
        return np.exp(-8.0 * np.asarray(y) ** 2)

    behind, before = np.array([0.5]), np.array([-0.8])
    zero = np.array([0.0])
    assert np.isnan(landscape(ridge, elevation=12.0).mapped(zero, behind)).all()
    assert np.isfinite(landscape(ridge, elevation=12.0).mapped(zero, before)).all()
    assert np.isfinite(landscape(ridge, elevation=80.0).mapped(zero, behind)).all()
    assert np.isfinite(landscape(ridge, azimuth=180.0, elevation=12.0).mapped(zero, behind)).all()


def test_a_near_hill_is_painted_over_a_far_one(qtbot: QtBot) -> None:
    """From every side the nearest of two walls is the one whose colour is seen where they overlap."""
    for azimuth, nearer in ((0.0, 0.3), (180.0, 0.9)):

        def walls(x: F64, y: F64) -> F64:
            return np.where(np.abs(y + 0.6) < 0.15, 0.3, np.where(np.abs(y - 0.6) < 0.15, 0.9, 0.0)) + 0.0 * np.asarray(x)

        relief = landscape(walls, azimuth, 20.0)
        image = QImage(800, 600, QImage.Format.Format_RGB32)
        image.fill(STUDIO.color("background"))
        with QPainter(image) as painter:
            relief.paint_still(painter)
        place = -0.6 if nearer == 0.3 else 0.6
        at = relief.point(0.0, place)
        seen = image.pixelColor(round(at.x()), round(at.y()))
        ramp = STUDIO.ramp(STUDIO.field, 64)[:, :3].astype(int)
        level = int(np.argmin(np.abs(ramp - [seen.red(), seen.green(), seen.blue()]).sum(axis=1)))
        assert abs(level / 63 - nearer) < 0.25


def test_a_hole_in_the_surface_is_left_open(qtbot: QtBot) -> None:
    relief = landscape(lambda x, y: np.where(np.hypot(x, y) < 1.0, np.nan, 0.5))
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(STUDIO.color("background"))
    with QPainter(image) as painter:
        relief.paint_still(painter)
    middle = relief.view.project(np.array([0.0, 0.0, 0.0]))
    assert image.pixelColor(round(middle[0]), round(middle[1])) == STUDIO.color("background")


def test_orbiting_repaints_the_landscape_alone(qtbot: QtBot) -> None:
    show = Show(Race, STUDIO)
    recording = race()
    show.load(recording, 50)
    before = pixels(show.frame(640, 360))
    turned = replace(recording, params=recording.params.replace(azimuth=40.0))
    show.load(turned, 50)
    after = pixels(show.frame(640, 360))
    changed = np.nonzero(before != after)
    relief = stage_of(show).relief
    assert changed[0].size
    assert changed[1].min() >= relief.rect.left() / 3 - 5
    assert changed[0].max() <= relief.rect.bottom() / 3 + 5
    fresh = Show(Race, STUDIO)
    fresh.load(turned, 50)
    assert (pixels(fresh.frame(640, 360)) == after).all()
    show.close()
    fresh.close()


# -- what stands where -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, {"map", "relief"}),
        ({"fair": True, "beside": "learning_rates"}, {"map", "tuning"}),
        ({"beside": "learning_rates"}, {"map", "relief"}),  # nothing was tried
        ({"beside": "clouds"}, {"map", "relief"}),  # there is no cloud
        (CLOUD | {"beside": "clouds"}, {"charts"}),
        (CLOUD | {"beside": "surface"}, {"map", "relief"}),
        (CLOUD | {"beside": "clouds", "second": "none"}, {"map", "relief"}),
    ],
)
def test_panes_make_room_for_each_other(qtbot: QtBot, values: dict[str, Any], shown: set[str]) -> None:
    show = Show(Race, STUDIO)
    show.load(race(**CLOUD, beside="clouds"), 5)  # something else before
    show.frame(320, 180)
    show.load(race(**values), 5)
    scene = stage_of(show)
    panes = {"map": scene.map, "relief": scene.relief, "tuning": scene.tuning.plot, "charts": scene.charts}
    assert {name for name, pane in panes.items() if not pane.hidden} == shown
    used = pixels(show.frame(640, 360))
    fresh = Show(Race, STUDIO)
    fresh.load(race(**values), 5)
    assert (pixels(fresh.frame(640, 360)) == used).all()
    show.close()
    fresh.close()


def test_charts_share_the_room() -> None:
    wide, tall = Charts(QRectF(0, 0, 1800, 480), STUDIO), Charts(QRectF(0, 0, 980, 1000), STUDIO)
    for charts, columns in ((wide, (1, 2, 3, 4)), (tall, (1, 1, 2, 2))):
        for count, expected in zip((1, 2, 3, 4), columns, strict=True):
            made = charts.arrange([("Adam", "text")] * count)
            lefts = {round(chart.rect.left()) for chart in made}
            assert len(lefts) == expected
            for one, other in itertools.combinations(made, 2):
                assert not one.rect.intersects(other.rect)
            assert all(charts.rect.contains(chart.rect) for chart in made)
    chart = wide.arrange([("Adam", "text")])[0]
    chart.set_range((-1.0, 3.0), (2.0, 4.0))
    assert chart.unmap(chart.point(0.5, 2.5)) == pytest.approx((0.5, 2.5))
    assert chart.point(-1.0, 2.0) == chart.inner.bottomLeft()


def test_one_unit_is_as_long_in_x_as_in_y() -> None:
    for room in (QRectF(0, 0, 700, 300), QRectF(0, 0, 300, 700)):
        (x_low, x_high), (y_low, y_high) = spans((-2.0, 2.0, 1.0, 3.0), room)
        assert (x_high - x_low) / room.width() == pytest.approx((y_high - y_low) / room.height())
        assert x_low <= -2.0 < 2.0 <= x_high
        assert y_low <= 1.0 < 3.0 <= y_high


def test_no_two_racers_look_alike() -> None:
    for racers in itertools.combinations(METHODS, 4):
        made = styles(racers)
        assert len({style.dash for style in made}) == 4
        assert len({style.head for style in made}) == 4
        assert len({style.name for style in made}) == 4
    assert [style.role for style in styles(("adam", "lion"))] == ["optimizer.adam", "optimizer.other"]


def test_kinds_of_basins() -> None:
    assert kind(np.array([0, 6, 7, 120, -1])).tolist() == [0, 6, 7, 7, 8]


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", Race.presets, ids=lambda preset: preset.name)
def test_every_preset_tells_its_own_true_story(qtbot: QtBot, preset: Any) -> None:
    recording = race(**preset.values)
    told = sentence(recording)
    part = {
        "One rate for all": "only Momentum arrives",
        "Adam’s rate for all": "too much for SGD and Momentum",
        "Fair race": "they are close",
        "Time, not steps": "µs",
        "Ten thousand starts": "Momentum frays the basins",
        "Who finds the deepest?": "find A, the deepest",
        "Your own f(x, y)": "Momentum finds the deepest minimum; SGD and Adam end in a higher one",
        "Rosenbrock": "SGD does not arrive within 300 steps",
    }[preset.name]
    assert part in told
    assert len(told) <= 105  # one line for the last row
    stage = Stage(PROJECTOR)
    room = stage.framing.room()
    stage.framing.look = told
    assert stage.framing.room() == room, "the sentence takes a second line and covers what is below"
    stage.close()


@pytest.mark.parametrize(
    ("values", "said", "why"),
    [
        ({"surface": "rosenbrock"}, "One rate for all is too much for Momentum.", "Momentum failed: steps too long for"),
        ({"surface": "monkey_saddle"}, "falls without end: SGD and Momentum run down", "failed: the surface falls without end"),
        (
            {"surface": "own", "formula": "x*log(x)", "start_x": 0.5, "learning_rate": 0.9},
            "to where f(x, y) is not defined",
            "failed: f(x, y) is not defined there",
        ),
    ],
)
def test_who_fails_is_told_why(values: dict[str, Any], said: str, why: str) -> None:
    recording = race(**values)
    assert said in sentence(recording)
    assert len(sentence(recording)) <= 105
    assert why in caption(recording, recording.last)


def test_the_sentence_counts_what_it_says() -> None:
    recording = race(fair=True)
    steps = [int(arrival[0]) for arrival in recording.arrival]
    assert all(str(step) in sentence(recording) for step in steps)
    assert max(steps) - min(steps) < 0.4 * max(steps)
    cloud = race(**CLOUD | {"surface": "styblinski_tang", "learning_rate": 0.005, "second": "none"})
    assert f"SGD {100 * np.mean(cloud.basin[0] == 0):.0f} %" in sentence(cloud)


def test_frayed_counts_neighbours_that_part() -> None:
    assert frayed(np.zeros((3, 4), dtype=np.int64)) == 0.0
    halves = np.array([[0, 0, 1, 1]] * 3)
    assert frayed(halves) == 3 / (3 * 3 + 2 * 4)
    assert frayed(np.indices((4, 4)).sum(axis=0) % 2) == 1.0


def test_a_failure_is_told(qtbot: QtBot) -> None:
    show = Show(Race, STUDIO)
    show.load(race(surface="own", formula="log(x) + y**2", start_x=1.0, learning_rate=0.2, second="none", third="none"), 200)
    assert "not defined there" in show.stage.framing.caption
    show.load(race(learning_rate=1.0), 200)
    assert "steps too long" in show.stage.framing.caption
    cells = [cell.text for row in stage_of(show).table.rows for cell in row if not isinstance(cell, str)]
    assert "failed" in cells
    show.close()


@pytest.mark.parametrize(
    "formula",
    ["log(x)", "x", "5", "1/x + y", "x**2", "exp(50*x**2)", "tan(x)*y", "log(-1 - x**2)", "step(x)", "sqrt(x*y)", "9**9**9**9"],
)
def test_any_expression_can_be_drawn(qtbot: QtBot, formula: str) -> None:
    show = Show(Race, STUDIO)
    for starts in (1, 64):
        recording = race(surface="own", formula=formula, starts=starts, basins=starts > 1, fair=True, steps=30, trials=8)
        for beside in ("surface", "learning_rates", "clouds"):
            show.load(replace(recording, params=recording.params.replace(beside=beside)), 15)
            show.frame(320, 180)
            for words in (show.stage.framing.caption, show.stage.framing.look):
                assert "nan" not in words.lower()
                assert words.endswith(".")
    show.close()


# -- knobs -------------------------------------------------------------------------------------------------------------


def settled(params: RaceParams, **values: Any) -> RaceParams:
    for name in values:
        params = Race().settle(params.replace(**values), name)
    return params


def test_what_follows_a_turned_knob() -> None:
    params = RaceParams()
    rosenbrock = settled(params, surface="rosenbrock")
    assert (rosenbrock.start_x, rosenbrock.start_y, rosenbrock.learning_rate) == (-1.2, 1.0, 0.001)
    own = settled(params, formula="x**2")
    assert (own.surface, own.learning_rate) == ("own", 0.05)
    kept = settled(own.replace(learning_rate=0.3), formula="x**4")
    assert kept.learning_rate == 0.3
    cloud = settled(params, starts=500)
    assert (cloud.basins, cloud.beside) == (True, "clouds")
    assert settled(cloud, starts=1).beside == "surface"
    fair = settled(params, fair=True)
    assert fair.beside == "learning_rates"
    assert settled(fair, fair=False).beside == "surface"


def pulled(handle: Handle, pane: Any, params: RaceParams, start: QPointF, end: QPointF) -> RaceParams:
    (x0, y0), (x1, y1) = pane.unmap(start), pane.unmap(end)
    return params.replace(**dict(handle.edit(Grab(x1, y1, x0, y0, params))))


def test_handles_edit_knobs(qtbot: QtBot) -> None:
    show = Show(Race, STUDIO)
    recording = race()
    show.load(recording)
    found = {handle.name: (pane, handle) for pane in show.stage.panes for handle in pane.handles}
    params = recording.params

    pane, handle = found["start point"]
    assert handle.at is not None
    here = pane.point(*handle.at())
    moved = pulled(handle, pane, params, here, here + QPointF(60.0, -30.0))
    assert moved.start_x > params.start_x
    assert moved.start_y > params.start_y
    assert pulled(handle, pane, params, here, QPointF(1e6, -1e6)).start_x == 10.0

    pane, handle = found["drag to orbit"]
    orbited = pulled(handle, pane, params, QPointF(1300, 400), QPointF(1400, 1900))
    assert orbited.azimuth == params.azimuth - 35.0
    assert orbited.elevation == 89.0
    assert pulled(handle, pane, params, QPointF(1300, 400), QPointF(1300, -5000)).elevation == 5.0

    pane, handle = found["press for steps, gradients or seconds"]
    axes = []
    for _ in range(3):
        params = pulled(handle, pane, params, pane.rect.center(), pane.rect.center())
        axes.append(params.axis)
    assert axes == ["gradients", "seconds", "steps"]
    show.close()


def test_the_map_shows_the_cloud_of_a_racer_by_its_knob(qtbot: QtBot) -> None:
    show = Show(Race, STUDIO)
    recording = race(**CLOUD | {"second": "none", "third": "adam", "beside": "surface", "cloud_of": "third"})
    show.load(recording, 30)
    assert np.array_equal(stage_of(show).face.cloud.points, recording.path[1, 30])
    alone = replace(recording, params=recording.params.replace(cloud_of="second"))  # nobody's: the first one's
    show.load(alone, 30)
    assert np.array_equal(stage_of(show).face.cloud.points, recording.path[0, 30])
    show.close()


def texts(show: Show) -> list[list[str]]:
    return [[cell if isinstance(cell, str) else cell.text for cell in row] for row in stage_of(show).table.rows]


def test_the_table_of_a_race_tells_nothing_before_its_time(qtbot: QtBot) -> None:
    recording = race(fair=True)
    show = Show(Race, STUDIO)
    first, last = min(recording.arrival[:, 0]), max(recording.arrival[:, 0])
    show.load(recording, int(first) - 1)
    assert [row[-1] for row in texts(show)] == ["–"] * 3
    show.seek(int(last))
    assert [row[-1] for row in texts(show)] == [f"step {arrival}" for arrival in recording.arrival[:, 0]]
    assert [row[0] for row in texts(show)] == ["SGD", "Momentum", "Adam"]
    show.close()


def test_the_table_of_a_cloud_adds_up(qtbot: QtBot) -> None:
    recording = race(**CLOUD | {"learning_rate": 0.014})
    show = Show(Race, STUDIO)
    show.load(recording, 10)
    rows = {row[0].split()[0]: row[1:] for row in texts(show)}
    for number, letter in enumerate("ABCD"):
        assert rows[letter] == [f"{100 * np.mean(basin == number):.1f} %" for basin in recording.basin]
    failed = np.isnan(recording.path[:, -1, :, 0]).mean(axis=1)
    assert failed.max() > 0.0
    assert rows["failed"] == [f"{100 * share:.1f} %" for share in failed]
    for column in range(2):
        shares = [float(row[column].removesuffix(" %")) for name, row in rows.items() if name != "learning"]
        assert sum(shares) == pytest.approx(100.0, abs=0.4)  # each was rounded
    show.close()


def test_the_caption_of_a_cloud_follows_the_step(qtbot: QtBot) -> None:
    recording = race(**CLOUD | {"second": "none"})
    show = Show(Race, STUDIO)
    for k in (0, 4, 9, 200):
        show.load(recording, k)
        share = np.mean((recording.settled[0] >= 0) & (recording.settled[0] <= k))
        assert show.stage.framing.caption.endswith(f"SGD {100 * share:.0f} %.")
    assert share > 0.9 > np.mean(recording.settled[0] <= 4)
    show.close()


def test_the_ground_wears_the_colour_of_its_basin(qtbot: QtBot) -> None:
    recording = race(**CLOUD | {"second": "none"})
    show = Show(Race, STUDIO)
    show.load(recording)
    face = stage_of(show).face
    domain = recording.params.ground.domain
    xs, ys = np.array([domain[0] - 0.5, -4.0, 4.0]), np.array([-4.0, 4.0, domain[3] + 0.5])
    parts = face._parts(recording, 0, xs, ys)
    assert (parts[:, 0] == 0).all()  # beyond the map of basins
    assert (parts[2] == 0).all()
    rows, columns = recording.basin_map.shape[1:]
    for row, column, y, x in ((0, 1, -4.0, -4.0), (0, 2, -4.0, 4.0), (1, 1, 4.0, -4.0), (1, 2, 4.0, 4.0)):
        cell = recording.basin_map[0, int((y + 5.0) / 10.0 * rows), int((x + 5.0) / 10.0 * columns)]
        assert parts[row, column] == 1 + cell
    assert len({tuple(table[0]) for table in face.field.tables}) == len(face.field.tables)
    show.close()


def test_a_turned_view_knob_is_seen(qtbot: QtBot) -> None:
    recording = race()
    show = Show(Race, STUDIO)
    show.load(recording)
    show.load(replace(recording, params=recording.params.replace(axis="gradients")))
    assert "gradient evaluations" in stage_of(show).loss.plot.title
    show.close()


def test_seconds_stretch_each_racer_by_its_own_step(qtbot: QtBot) -> None:
    recording = race(axis="seconds")
    show = Show(Race, STUDIO)
    show.load(recording, 200)
    ends = stage_of(show).loss.x[:, -1]
    np.testing.assert_allclose(ends, 0.2 * np.array(recording.step_nanoseconds))
    assert ends[2] > ends[0]  # Adam's step takes longer
    assert "microseconds" in stage_of(show).loss.plot.title
    show.close()
