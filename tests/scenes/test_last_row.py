"""The last row of the lecture hall: what the Projector theme promises, measured on rendered frames of 1280 × 720.

Text of at least 30 pixels and lines of at least 4 on 1080 lines, so two thirds of that here; a contrast of at least 7 for
text, whatever it stands on, and of at least 3 for what is drawn.
"""

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from scenes.discovery import all_scenes
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import DECOR, PROJECTOR
from tests.scenes.measuring import Findings, Ledger, Written
from tests.scenes.recorded import recorded

SIZE = (1280, 720)
SCALE = SIZE[1] / 1080
TEXT, LINE = 30 * SCALE, 4 * SCALE
ROUNDING = 0.35  # pixels: fonts have whole sizes on the stage
QUIET = {QColor(PROJECTOR.colors[role]).name() for role in DECOR}
LOUD = {QColor(color).rgb() for color in PROJECTOR.colors.values() if QColor(color).name() not in QUIET}
AnyScene = type[Scene[Any, Any]]


def luminance(color: QColor) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    shares = (color.redF(), color.greenF(), color.blueF())
    parts = [share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4) for share in shares]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ground(image: QImage, written: Written) -> QColor:
    """What a text stands on: the most frequent colour of the picture around its letters."""
    box = written.box.toAlignedRect().adjusted(-2, -2, 2, 2).intersected(image.rect())
    part = image.copy(box).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(part.constBits(), dtype=np.uint32) & 0xFFFFFF
    found, counts = np.unique(pixels, return_counts=True)
    far = [
        (int(count), int(color))
        for color, count in zip(found, counts, strict=True)
        if contrast(QColor(int(color) | 0xFF000000), written.color) > 1.5
    ]
    return QColor(max(far)[1] | 0xFF000000) if far else written.color


def over(color: QColor) -> QColor:
    """A colour with its transparency on the lightest ground of the theme."""
    share, base = color.alphaF(), QColor(PROJECTOR.colors["background"])
    pairs = ((color.redF(), base.redF()), (color.greenF(), base.greenF()), (color.blueF(), base.blueF()))
    red, green, blue = (share * a + (1 - share) * b for a, b in pairs)
    return QColor.fromRgbF(red, green, blue)


@pytest.mark.parametrize("scene", all_scenes().values(), ids=lambda scene: scene.slug())
def test_it_can_be_read_from_the_last_row(scene: AnyScene, qtbot: QtBot) -> None:
    recording = recorded(scene)
    show = Show(scene, PROJECTOR)
    show.load(recording)
    small: set[str] = set()
    thin: set[str] = set()
    pale: set[str] = set()
    for k in (0, recording.last // 2, recording.last):
        show.seek(k)
        image, found = show.frame(*SIZE), painted(show)
        assert len(found.texts) > 5, "nothing was measured"
        for written in found.texts:
            if written.pixels < TEXT - ROUNDING:
                small.add(f"{written.text!r} {written.pixels / SCALE:.1f} px")
            beside = contrast(written.color, ground(image, written))
            if beside < 6.95:
                pale.add(f"{written.text!r} {beside:.1f}")
        for stroke in found.strokes:
            if stroke.color.rgb() not in LOUD:  # blended: how strong it is, is what it shows
                continue
            if stroke.width < LINE - 0.01:
                thin.add(f"{stroke.color.name()} {stroke.width / SCALE:.1f} px")
            if contrast(over(stroke.color), QColor(PROJECTOR.colors["panel"])) < 2.95:
                pale.add(f"line {stroke.color.name()} alpha {stroke.color.alphaF():.2f}")
    show.close()
    assert not small, f"text below 30 px: {sorted(small)}"
    assert not thin, f"lines below 4 px: {sorted(thin)}"
    assert not pale, f"too little contrast: {sorted(pale)}"


def painted(show: Show) -> Findings:
    ledger = Ledger(*SIZE)
    with QPainter(ledger) as painter:
        show.paint(painter, *SIZE)
    return ledger.found
