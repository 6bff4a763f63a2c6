"""The maps of a race: surface or basins from above, with minima by letter and a cloud of runs."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from core.race.recording import RaceRecording
from core.recording import F64, I64, U8
from scenes.kit.charts import Chart
from scenes.kit.cloud import Cloud
from scenes.kit.field import Field
from scenes.kit.marks import Label, Marker
from scenes.kit.plot import Plot
from scenes.optimizers.race_words import LETTERS
from scenes.theme import Theme

BASINS = tuple(f"series.{number + 1}" for number in range(len(LETTERS)))
OTHERS, NOWHERE = "series.8", "faint"  # minima without a letter; runs that end at none
GRID = (220, 110)  # points of the heat map, along the longer and the shorter side
APART = 60.0  # logical pixels: nearer minima share a letter, the deepest one's
NEAR, FAR = 0.62, 0.16  # how much of a basin's colour its ground has at its lowest and at its highest


def spans(domain: tuple[float, float, float, float], room: QRectF) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges of both axes that show the domain in `room` with one unit as long in x as in y.

    Only then does a gradient stand at right angles to the contours.
    """
    x_low, x_high, y_low, y_high = domain
    shape = room.width() / max(room.height(), 1.0)
    width, height = max(x_high - x_low, (y_high - y_low) * shape), max(y_high - y_low, (x_high - x_low) / shape)
    x, y = (x_low + x_high) / 2, (y_low + y_high) / 2
    return (x - width / 2, x + width / 2), (y - height / 2, y + height / 2)


def kind(basin: I64) -> I64:
    """Which of the colours (*BASINS, OTHERS, NOWHERE) a basin has."""
    letters = len(BASINS)
    return np.where(basin < 0, letters + 1, np.minimum(basin, letters))


def tables(theme: Theme) -> tuple[U8, ...]:
    """A ramp from low to high for the plain ground, and one for each kind of basin."""
    low, high = (theme.color(role) for role in ("background", "panel"))
    made = [theme.ramp(theme.field, 64)]
    for role in (*BASINS, OTHERS):
        color = theme.color(role)
        stops = []
        for share, ground in ((NEAR, low), (FAR, high)):
            parts = zip((color.red(), color.green(), color.blue()), (ground.red(), ground.green(), ground.blue()), strict=True)
            stops.append("#{:02x}{:02x}{:02x}".format(*(round(share * a + (1 - share) * b) for a, b in parts)))
        made.append(theme.ramp((stops[0], stops[1]), 64))
    return tuple(made)


def dress(cloud: Cloud, recording: RaceRecording, racer: int) -> None:
    """The runs of a racer in the colours of the basins they end in; no points for a single run, whose path is drawn."""
    if recording.params.starts > 1:
        cloud.dress((*BASINS, OTHERS, NOWHERE), kind(recording.basin[racer]))
    else:
        cloud.set(np.empty((0, 2)))


class Face:
    """What one map shows, a plot's or a chart's."""

    def __init__(self, place: Plot | Chart) -> None:
        self.place = place
        self.field = Field(place)
        self.field.tables = tables(place.theme)
        self.cloud = Cloud(place)
        self.minima = [Marker(place, "theory", "x", 7.0) for _ in LETTERS]
        self.letters = [Label(place, role, bold=True) for role in BASINS]
        place.still += self.minima
        place.live += [self.cloud, *self.letters]

    def set(self, recording: RaceRecording, racer: int, domain: tuple[float, float, float, float]) -> None:
        """Surface and basins of one racer over `domain`, and its cloud's colours."""
        x_span, y_span = spans(domain, self.place.inner)
        self.place.set_range(x_span, y_span)
        wide = self.place.inner.width() >= self.place.inner.height()
        columns, rows = GRID if wide else GRID[::-1]
        xs, ys = np.linspace(*x_span, columns), np.linspace(*y_span, rows)
        mapped = recording.basin_map.size > 0
        self.field.set(
            xs, ys, recording.params.ground.sample(xs, ys), self._parts(recording, racer, xs, ys) if mapped else None
        )
        lettered = (mapped or recording.params.starts > 1) and len(recording.minima) > 1
        taken: list[QPointF] = []
        for number, (marker, letter) in enumerate(zip(self.minima, self.letters, strict=True)):
            known = number < len(recording.minima)
            at = recording.minima[number][:2] if known else (np.nan, np.nan)
            marker.set(*at)
            here = self.place.point(*at)
            room = known and lettered and all((here - other).manhattanLength() > APART for other in taken)
            letter.set(*at, LETTERS[number] if room else "")
            taken += [here] if room else []
        dress(self.cloud, recording, racer)

    def _parts(self, recording: RaceRecording, racer: int, xs: F64, ys: F64) -> I64:
        """Which table colours each point of the grid: that of the basin of its cell of the map, the plain one beyond it."""
        basins = recording.basin_map[racer]
        rows, columns = basins.shape
        x_low, x_high, y_low, y_high = recording.params.ground.domain
        column, row = np.floor((xs - x_low) / (x_high - x_low) * columns), np.floor((ys - y_low) / (y_high - y_low) * rows)
        inside = ((row >= 0) & (row < rows))[:, None] & ((column >= 0) & (column < columns))[None, :]
        at = np.ix_(np.clip(row, 0, rows - 1).astype(int), np.clip(column, 0, columns - 1).astype(int))
        found = basins[at]
        return np.where(inside & (found >= 0), 1 + kind(found), 0)
