"""The numbers of a race: who stands where, who ends in which basin, and what a search found at each learning rate."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF

from core.race.recording import RaceRecording
from core.race.scoring import NEVER
from scenes.kit.curves import Curve
from scenes.kit.marks import Label, Marker, Rule
from scenes.kit.numbers import fixed, short, whole
from scenes.kit.words import Cell, Table
from scenes.optimizers.race_maps import BASINS, OTHERS
from scenes.optimizers.race_words import HEADS, LETTERS, Style, cost_words
from scenes.stage import Stage
from scenes.theme import DOT

ROWS, FEWER = 5, 4  # minima that have a row of their own, or of which all but one do and the others share it
HIDDEN = np.array([np.nan])


def fill(table: Table, recording: RaceRecording, k: int, styles: tuple[Style, ...]) -> None:
    """Bring the table to step k: losses and arrivals of single runs, or shares of a cloud."""
    (cloud_rows if recording.params.starts > 1 else race_rows)(table, recording, k, styles)


def race_rows(table: Table, recording: RaceRecording, k: int, styles: tuple[Style, ...]) -> None:
    """A row for each racer: its learning rate, its loss now, and when it arrives."""
    params = recording.params
    rows: list[tuple[Cell | str, ...]] = []
    for racer, style in enumerate(styles):
        loss, arrival = float(recording.loss[racer, k, 1]), int(recording.arrival[racer, 0])
        now = Cell("failed", "bad") if np.isnan(loss) else Cell(short(loss))
        there = arrival != NEVER and arrival <= k
        when = Cell("–", "faint") if not there else Cell(cost_words(recording, racer, arrival), "good")
        rows.append((Cell(style.name, style.role, bold=True), short(recording.rates[racer]), now, when))
    table.title = budget(recording) if params.fair else "One learning rate for all"
    table.widths = (1.45, 1.08, 1.1, 1.17)
    table.set(rows, ("", "learning rate", "loss", "arrived"))


def budget(recording: RaceRecording) -> str:
    """What each search was given."""
    params = recording.params
    return f"Each tuned with {params.trials} trials, {whole(params.tuning_gradients)} gradients"


def cloud_rows(table: Table, recording: RaceRecording, k: int, styles: tuple[Style, ...]) -> None:
    """A row for each of the deepest minima with the share of starts that end there, for every racer; then the rest."""
    minima, params, brief = recording.minima, recording.params, table.theme.large  # large letters leave room for less
    rows: list[tuple[Cell | str, ...]] = []
    if not brief:
        rows.append((Cell("learning rate", "muted"), *(short(rate, 2) for rate in recording.rates)))

    def line(name: Cell, chosen: npt.NDArray[np.bool_]) -> None:
        rows.append((name, *(f"{fixed(100 * float(np.mean(part)), 1)} %" for part in chosen)))

    most = FEWER if brief else ROWS
    named = min(most if len(minima) <= most else most - 1, len(minima))
    scale = float(recording.loss[0, 0, 1])
    for number in range(named):
        letter = f"{LETTERS[number]}  loss {short(_plain(minima[number].loss, scale))}"
        line(Cell(letter, BASINS[number], bold=True), recording.basin == number)
    if len(minima) > named:
        line(Cell(f"{len(minima) - named} other minima", OTHERS), recording.basin >= named)
    failed = np.isnan(recording.path[:, -1, :, 0]) & (not brief)
    line(Cell("at none of them" if minima else "still running", "muted"), (recording.basin < 0) & ~failed)
    if failed.any():
        line(Cell("failed", "bad"), failed)
    table.title = budget(recording) if params.fair else "Where the starts end"
    table.widths = (1.45, *(1.0 for _ in styles))
    table.set(rows, ("", *(style.name for style in styles)))


def _plain(loss: float, scale: float) -> float:
    """A loss that only rounding keeps from zero is zero."""
    return 0.0 if abs(loss) < 1e-12 * abs(scale) else loss


class Tuning:
    """What a fair race tried: the final loss at every learning rate, one curve for each racer, the chosen ones marked."""

    def __init__(self, stage: Stage, rect: QRectF) -> None:
        self.plot = stage.plot(rect, title="Loss at the end, by learning rate", x="learning rate η", log_x=True, log_y=True)
        self.curves = [Curve(self.plot, "text", 0.9) for _ in HEADS]
        self.chosen = [Marker(self.plot, "text", shape, 10.0) for shape in HEADS]
        self.common = Rule(self.plot, "muted", 0.8, DOT)
        self.named = Label(self.plot, "muted", side="left")
        self.plot.still += [self.common, *self.curves, *self.chosen, self.named]

    def set(self, recording: RaceRecording, styles: tuple[Style, ...]) -> None:
        """Show the search of this race; failed trials stand at the upper edge, what is too low for the axis at the lower."""
        rates = recording.trial_rate
        above = recording.trial_loss - (recording.lowest if np.isfinite(recording.lowest) else recording.floor)
        logarithmic = bool(np.isfinite(recording.lowest))
        finite = above[np.isfinite(above) & ((above > 0) | (not logarithmic))]
        start = float(recording.loss[0, 0, 1]) - (recording.lowest if logarithmic else recording.floor)
        if logarithmic:
            low = max(float(finite.min(initial=max(start, 1e-12))), 1e-9 * max(start, 1e-12))
            high = 30.0 * max(start, low)
            shown = np.clip(np.where(np.isnan(above), np.inf, above), low, high)
        else:
            reach = 3.0 * max(abs(start), 1.0)
            low, high = -reach, reach
            shown = np.clip(np.where(np.isnan(above), np.inf, above), low, high)
        self.plot.set_scale(log_x=True, log_y=logarithmic)
        pad = (0.6, 1.7) if logarithmic else (1.0, 1.0)
        self.plot.set_range((float(rates.min()) / 1.5, float(rates.max()) * 1.5), (low * pad[0], high * pad[1]))
        for racer, curve in enumerate(self.curves):
            for marker in (self.chosen[racer],):
                marker.set(np.nan, np.nan)
            if racer >= len(styles):
                curve.set(HIDDEN, HIDDEN)
                continue
            order = np.argsort(rates[racer])
            curve.style = (styles[racer].role, 0.9, styles[racer].dash, 1.0)
            curve.set(rates[racer][order], shown[racer][order])
            best = int(np.flatnonzero(rates[racer] == recording.rates[racer])[0])
            self.chosen[racer].role = styles[racer].role
            self.chosen[racer].set(float(rates[racer, best]), float(shown[racer, best]))
        self.common.set(x=recording.params.learning_rate)
        self.named.set(recording.params.learning_rate, high, "one for all")
        self.plot.touch()
