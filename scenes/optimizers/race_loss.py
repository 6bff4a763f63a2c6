"""The loss of a race against what it cost: one curve a racer, for a cloud its median with the band of its quartiles."""

import numpy as np
from PySide6.QtCore import QRectF

from core.race.recording import RaceRecording
from scenes.kit.curves import Band
from scenes.kit.marks import Marker
from scenes.kit.trails import Trails
from scenes.optimizers.race_words import HEADS, Style, costs
from scenes.stage import Stage

HIDDEN = np.array([np.nan])
DEEPEST, HIGHEST = 1e-16, 1e4  # of the loss at the start: what the axis shows at most


class LossCurves:
    """A plot with a trail, a band and a head for each racer."""

    def __init__(self, stage: Stage, rect: QRectF) -> None:
        self.plot = stage.plot(rect, title="Loss by step", log_y=True)
        self.plot.zoomable = True
        self.bands = [Band(self.plot, "text", 0.16) for _ in HEADS]
        self.trails = Trails(self.plot, ("text",) * len(HEADS), dots=False)
        self.heads = [Marker(self.plot, "text", shape, 7.0) for shape in HEADS]
        self.plot.still += self.bands
        self.plot.live += [self.trails, *self.heads]

    def set(self, recording: RaceRecording, styles: tuple[Style, ...]) -> None:
        """Loss above the lowest value there is, on a log axis; plain where the surface falls for ever."""
        known = bool(np.isfinite(recording.lowest))
        above = recording.loss - (recording.lowest if known else 0.0)
        x, cost = costs(recording)
        start, shown = float(above[0, 0, 1]), above[np.isfinite(above)]
        start = start if np.isfinite(start) else 1.0
        if known:
            low = max(float(shown[shown > 0].min(initial=1.0)), DEEPEST * max(start, 1e-300))
            high = min(max(float(shown.max(initial=1e-9)), start), HIGHEST * max(start, 1e-300))
            ends = np.floor(np.log10(low)), np.ceil(np.log10(max(high, 2 * low)))
            pad = 0.08 * (ends[1] - ends[0])  # so that the numbers at the ends have room beside the axis
            span = (10.0 ** (ends[0] - pad), 10.0 ** (ends[1] + pad))
            above = np.maximum(above, 0.0)  # what rounding takes below the lowest value is nothing above it
        else:
            reach = 6.0 * max(abs(start), 1.0)
            low, high = max(float(shown.min(initial=0.0)), -reach), min(float(shown.max(initial=0.0)), reach)
            span = (low - 0.05 * (high - low) - 1e-9, high + 0.05 * (high - low) + 1e-9)
        what = "Median loss" if recording.params.starts > 1 else "Loss"
        self.plot.set_title(f"{what}{' above the lowest' if known and recording.lowest else ''} by {cost}")
        self.plot.set_scale(log_y=known)
        self.plot.set_range((0.0, 1.02 * float(x[:, -1].max())), span)
        self.x, self.above = x, above
        self.trails.dress(tuple(style.role for style in styles), tuple(style.dash for style in styles))
        self.trails.set_paths(x, above[..., 1])
        for racer, (band, head) in enumerate(zip(self.bands, self.heads, strict=True)):
            racing = racer < len(styles)
            head.role = band.role = styles[racer].role if racing else "text"
            if racing and recording.params.starts > 1:
                band.set(x[racer], *np.clip(above[racer, :, ::2].T, *span))  # not every viewer of vectors cuts off
            else:
                band.set(HIDDEN, HIDDEN, HIDDEN)

    def draw(self, k: int) -> None:
        """Everybody's loss up to step k."""
        self.trails.set(k)
        for racer, head in enumerate(self.heads):
            racing = racer < len(self.x)
            head.set(*((float(self.x[racer, k]), float(self.above[racer, k, 1])) if racing else (np.nan, np.nan)))
