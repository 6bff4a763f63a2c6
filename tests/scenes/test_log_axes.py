"""Logarithmic axes: a loss that falls below the axis, or to exactly 0, has left the plot, and nothing is drawn in its place."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from scenes.discovery import find
from scenes.kit.curves import FAR, Curve
from scenes.kit.plot import Plot
from scenes.kit.trails import Trails
from scenes.show import Show
from scenes.stage import Stage
from scenes.theme import STUDIO
from tests.scenes.recorded import recorded

RAVINE: dict[str, Any] = {"learning_rate": 0.075, "momentum": 0.6, "steps": 2000}
DESCENTS = {
    "momentum-ravine": RAVINE,
    "race": {**RAVINE, "surface": "quadratic", "second": "momentum", "third": "none"},
    "adam": {"signal": "surface", "condition": 4.0, "learning_rate": 0.3, "sgd_rate": 0.3, "beta1": 0.5, "steps": 2000},
}


@pytest.fixture
def stand(qtbot: QtBot) -> Iterator[Callable[..., Show]]:
    made: list[Show] = []

    def new(slug: str) -> Show:
        show = Show(find(slug), STUDIO)
        made.append(show)
        run = recorded(find(slug), **DESCENTS[slug])
        show.load(run, run.last)
        return show

    yield new
    for show in made:
        show.close()


def inside(image: QImage, inner: QRectF, since: float) -> QImage:
    """The part between the axes, from this share of its width on."""
    whole = image.width() / 1920.0
    rect = QRectF(inner.left() + since * inner.width(), inner.top(), (0.99 - since) * inner.width(), inner.height())
    return image.copy(QRectF(rect.topLeft() * whole, rect.size() * whole).toRect())


@pytest.mark.parametrize("slug", DESCENTS)
def test_who_has_left_at_the_foot_of_the_axis_does_not_come_back(slug: str, stand: Callable[..., Show]) -> None:
    run: Any = recorded(find(slug), **DESCENTS[slug])
    show = stand(slug)
    (plot, trails), *_ = [
        (pane, mark)
        for pane in show.stage.panes
        if isinstance(pane, Plot) and pane.log_y and "Loss" in pane.title
        for mark in pane.live
        if isinstance(mark, Trails)
    ]
    losses = run.loss[..., 1] if slug == "race" else run.loss
    below = ~(losses >= plot.y_range[0])  # a run that broke off has no loss any more
    gone = run.last - int(np.argmin(below.all(axis=0)[::-1])) + 1
    assert gone < 0.8 * run.last, "all of them leave, well before the end"
    assert np.nanmax(losses[:, gone:]) < plot.y_range[0]
    drawn = show.frame(1920, 1080).copy()
    trails.set_paths(trails.x, np.full(trails.y.shape, np.nan))
    empty = show.frame(1920, 1080).copy()
    since = gone / plot.x_range[1] + 0.01
    assert inside(drawn, plot.inner, 0.0) != inside(empty, plot.inner, 0.0)
    assert inside(drawn, plot.inner, since) == inside(empty, plot.inner, since)


def test_zero_is_below_every_log_axis_and_less_than_zero_is_nowhere(qtbot: QtBot) -> None:
    stage = Stage(STUDIO)
    plot = stage.plot(QRectF(200, 200, 800, 600), log_y=True)
    plot.set_range((0.0, 4.0), (1e-3, 1.0))
    below = plot.mapped(np.array([1.0, 2.0, 3.0]), np.array([1e-9, 0.0, -1e-9]))[:, 1]
    assert plot.inner.bottom() < below[0] < FAR < below[1]
    assert np.isnan(below[2])
    curve = Curve(plot, "data", 2.0)
    plot.live.append(curve)
    curve.set(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([1e-9, 0.0, 0.0, 1e-9, 1e-300]))
    picture = QImage(1920, 1080, QImage.Format.Format_RGB32)
    drawn = stage.frame(picture).copy()
    curve.set(np.empty(0), np.empty(0))
    assert drawn == stage.frame(picture)
    assert not plot.contains(plot.point(1.0, 0.0))
    assert plot.contains(plot.inner.center())
    stage.close()
