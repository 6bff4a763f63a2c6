"""Golden frames: one small picture of every scene and theme, so that a change of looks is seen and meant.

Run these tests with RAVINE_GOLDEN=write to make them anew, and look at them before committing. They are compared with a
tolerance, since text rasterises a little differently elsewhere.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.recording import F64
from scenes.discovery import all_scenes
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import THEMES, Theme
from tests.scenes.recorded import recorded

FOLDER = Path(__file__).parent / "golden"
SIZE = (480, 270)
MEAN_ERROR = 2.0  # of 255; another FreeType moves edges of letters, a missing curve moves far more
PATCH_ERROR = 40.0  # of 255, the mean over the worst 16 × 18 patch: a mark that is gone or elsewhere


def values(image: QImage) -> F64:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(np.float64)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("scene", all_scenes().values(), ids=lambda scene: scene.slug())
def test_looks_as_it_did(scene: type[Scene[Any, Any]], theme: Theme, qtbot: QtBot) -> None:
    recording = recorded(scene)
    show = Show(scene, theme)
    show.load(recording, recording.last // 2)
    image = show.frame(*SIZE)
    show.close()
    path = FOLDER / f"{scene.slug()}-{theme.name}.png"
    if os.environ.get("RAVINE_GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        assert image.save(str(path))
    golden = QImage(str(path))
    assert not golden.isNull(), f"{path.name} is missing: make it with RAVINE_GOLDEN=write and look at it"
    difference = np.abs(values(image) - values(golden)).mean(axis=2)
    patches = difference.reshape(SIZE[1] // 18, 18, SIZE[0] // 16, 16).mean(axis=(1, 3))
    assert difference.mean() < MEAN_ERROR
    assert patches.max() < PATCH_ERROR, f"row, column {np.unravel_index(patches.argmax(), patches.shape)} of 18 × 16 patches"
