"""Themes: three tables of tokens, and the fonts. Scenes ask for a role, never for a colour.

Studio is dark, for working; Paper is light, for slides and print; Projector is white with text of at least 30 px and
lines of at least 4 px on a 1080-line stage. An idea keeps its hue in all three. The hues follow Okabe and Ito's
palette for colour-blind readers ("Color Universal Design", 2008), darkened for the light themes, where the plain ones
reach only 1.3 to 2.3 to 1 against white.
"""

import logging
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPen

from core.recording import U8

FONT_FAMILY = "Inter"
CODE_FAMILY = "Source Code Pro"
ASSETS = Path(__file__).resolve().parent.parent / "assets"

SOLID: tuple[float, ...] = ()
DASH: tuple[float, ...] = (4.0, 3.0)
DOT: tuple[float, ...] = (0.1, 2.2)
DASH_DOT: tuple[float, ...] = (6.0, 2.2, 0.1, 2.2)


@dataclass(frozen=True)
class Theme:
    """One look: colours by role, text sizes and line width in logical pixels of a 1080-line stage."""

    name: str
    colors: dict[str, str]
    field: tuple[str, ...]  # heat map, from low to high
    diverging: tuple[str, ...]  # signed values, from −1 over 0 to +1
    sizes: dict[str, float]
    line: float
    least: float = 0.0  # the thinnest line that shows anything, in logical pixels; frames, grids and the like may be thinner

    @property
    def large(self) -> bool:
        """Whether its text is made for the last row: fewer things have room then."""
        return self.sizes["label"] >= 30

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """The colour of a role, e.g. "text", "theory", "optimizer.adam"."""
        color = QColor(self.colors[role])
        color.setAlphaF(alpha)
        return color

    def pen(self, role: str, width: float = 1.0, dash: tuple[float, ...] = SOLID, alpha: float = 1.0) -> QPen:
        """A pen `width` times the theme's line; its width is logical, so it scales with the stage."""
        wide = width * self.line
        pen = QPen(self.color(role, alpha), wide if role in DECOR else max(wide, self.least))
        pen.setCosmetic(False)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if not dash or dash[0] < 1 else Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dash:
            pen.setDashPattern(list(dash))
        return pen

    def font(self, size: str = "body", bold: bool = False, *, code: bool = False) -> QFont:
        """The bundled font at the size of a text role: title, lead, body, label or small. Digits share one width.

        `code`: the font in which all letters share one width.
        """
        load_fonts()
        font = QFont(CODE_FAMILY if code else FONT_FAMILY)
        if code:
            font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(round(self.sizes[size]))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def ramp(self, stops: tuple[str, ...], count: int = 256) -> U8:
        """A table of `count` colours through `stops`, (count, 4) uint8 RGBA."""
        points = np.array([(c.red(), c.green(), c.blue(), c.alpha()) for c in map(QColor, stops)], dtype=np.float64)
        at = np.linspace(0.0, 1.0, len(stops))
        wanted = np.linspace(0.0, 1.0, count)
        columns = [np.interp(wanted, at, points[:, channel]) for channel in range(4)]
        return np.round(np.stack(columns, axis=1)).astype(np.uint8)


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts once; window and export then agree on every machine.

    Where one is missing or cannot be read, Qt takes another, and the log says so: other letters are better than none.
    """
    names: list[str] = []
    for path in sorted((ASSETS / "fonts").glob("*.otf")):
        number = QFontDatabase.addApplicationFont(str(path))
        names += QFontDatabase.applicationFontFamilies(number)
    missing = [family for family in (FONT_FAMILY, CODE_FAMILY) if family not in names]
    if missing:
        fonts = " and ".join(missing)
        logging.getLogger("ravine").warning("%s cannot be loaded from assets/fonts: letters look otherwise here.", fonts)
    return tuple(names)


# What frames and divides, and shows nothing by itself.
DECOR = frozenset({"background", "panel", "raised", "border", "grid", "contour", "ghost", "faint", "on_accent", "transparent"})
_SHARED = {"transparent": "#00000000"}

STUDIO = Theme(
    name="studio",
    colors=_SHARED
    | {
        "background": "#0d1017",
        "panel": "#121722",
        "raised": "#1b2233",
        "border": "#232b3d",
        "grid": "#242b3a",
        "text": "#eef1f7",
        "muted": "#a3adbf",
        "faint": "#6f7b91",
        "accent": "#e69f00",
        "on_accent": "#101318",
        "data": "#56b4e9",
        "theory": "#d5dbe8",
        "contour": "#3d5578",
        "good": "#2bc490",
        "warning": "#f0c04c",
        "bad": "#ff6b5e",
        "ghost": "#3a4458",
        "optimizer.sgd": "#56b4e9",
        "optimizer.momentum": "#e69f00",
        "optimizer.nesterov": "#2bc490",
        "optimizer.adam": "#e07fb6",
        "optimizer.adamw": "#f0e442",
        "optimizer.rmsprop": "#ff7a66",
        "optimizer.adagrad": "#b79cff",
        "optimizer.other": "#9fb3c8",
        "series.1": "#56b4e9",
        "series.2": "#e69f00",
        "series.3": "#2bc490",
        "series.4": "#e07fb6",
        "series.5": "#ff7a66",
        "series.6": "#f0e442",
        "series.7": "#b79cff",
        "series.8": "#9fb3c8",
        "positive": "#56b4e9",
        "negative": "#ff7a66",
        "gradient": "#ff7a66",
        "velocity": "#e69f00",
    },
    field=("#1b4d6b", "#173f5e", "#15304b", "#142438", "#121b29", "#11151f"),
    diverging=("#ff7a66", "#7a4038", "#1b2233", "#2c5f82", "#56b4e9"),
    sizes={"title": 46, "lead": 28, "body": 26, "label": 24, "small": 22},
    line=3.0,
)

PAPER = Theme(
    name="paper",
    colors=_SHARED
    | {
        "background": "#fcfbf8",
        "panel": "#f5f3ee",
        "raised": "#ebe8e0",
        "border": "#d9d5ca",
        "grid": "#e2dfd6",
        "text": "#16181d",
        "muted": "#4d525c",
        "faint": "#6a6f79",
        "accent": "#a35a00",
        "on_accent": "#ffffff",
        "data": "#0b66a3",
        "theory": "#2c3038",
        "contour": "#a9b7c6",
        "good": "#00714f",
        "warning": "#8a5a00",
        "bad": "#b3261e",
        "ghost": "#c3c0b8",
        "optimizer.sgd": "#0b66a3",
        "optimizer.momentum": "#a35a00",
        "optimizer.nesterov": "#00714f",
        "optimizer.adam": "#a02f74",
        "optimizer.adamw": "#6b6100",
        "optimizer.rmsprop": "#b3361e",
        "optimizer.adagrad": "#5d3fb8",
        "optimizer.other": "#4a5b6c",
        "series.1": "#0b66a3",
        "series.2": "#a35a00",
        "series.3": "#00714f",
        "series.4": "#a02f74",
        "series.5": "#b3361e",
        "series.6": "#6b6100",
        "series.7": "#5d3fb8",
        "series.8": "#4a5b6c",
        "positive": "#0b66a3",
        "negative": "#b3361e",
        "gradient": "#b3361e",
        "velocity": "#a35a00",
    },
    field=("#a9cfe6", "#bfdaea", "#d3e4ec", "#e3ebec", "#eeefeb", "#f5f3ee"),
    diverging=("#b3361e", "#e3aa9b", "#f5f3ee", "#9cc3de", "#0b66a3"),
    sizes={"title": 46, "lead": 28, "body": 26, "label": 24, "small": 22},
    line=3.0,
)

PROJECTOR = Theme(
    name="projector",
    colors=_SHARED
    | {
        "background": "#ffffff",
        "panel": "#f4f7fb",
        "raised": "#e6ecf4",
        "border": "#c2ccd9",
        "grid": "#d5dce6",
        "text": "#000000",
        "muted": "#2b3038",
        "faint": "#454c57",
        "accent": "#0a4f8f",
        "on_accent": "#ffffff",
        "data": "#00508f",
        "theory": "#14181f",
        "contour": "#8fa5bf",
        "good": "#00573d",
        "warning": "#6b4200",
        "bad": "#9b1410",
        "ghost": "#a9b3c0",
        "optimizer.sgd": "#00508f",
        "optimizer.momentum": "#854000",
        "optimizer.nesterov": "#00573d",
        "optimizer.adam": "#86185c",
        "optimizer.adamw": "#544c00",
        "optimizer.rmsprop": "#9b1f0c",
        "optimizer.adagrad": "#4a2aa5",
        "optimizer.other": "#364656",
        "series.1": "#00508f",
        "series.2": "#854000",
        "series.3": "#00573d",
        "series.4": "#86185c",
        "series.5": "#9b1f0c",
        "series.6": "#544c00",
        "series.7": "#4a2aa5",
        "series.8": "#364656",
        "positive": "#00508f",
        "negative": "#9b1f0c",
        "gradient": "#9b1f0c",
        "velocity": "#854000",
    },
    field=("#a5cdec", "#bcdaf0", "#d2e6f5", "#e4eff8", "#eff5fa", "#f7fafd"),
    diverging=("#9b1f0c", "#e5a596", "#f4f7fb", "#8fbbe0", "#00508f"),
    sizes={"title": 54, "lead": 34, "body": 32, "label": 30, "small": 30},
    line=4.0,
    least=4.0,
)


@cache
def enlarged(name: str) -> Theme:
    """A theme with the letters of the Projector's, for whoever wants larger ones; scenes then show fewer things."""
    theme = THEMES[name]
    return theme if theme.large else replace(theme, sizes=PROJECTOR.sizes)


THEMES = {theme.name: theme for theme in (STUDIO, PAPER, PROJECTOR)}
