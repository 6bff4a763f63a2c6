"""The example in CONTRIBUTING.md is a scene that works, as it stands there."""

import re
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from scenes.show import Show
from scenes.theme import STUDIO, THEMES

GUIDE = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"
NAMES = ("core.simulations.shrinking_error", "scenes.optimizers.shrinking_error")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> types.ModuleType:
    """The scene's module, made from the guide's blocks under the names the guide gives their files."""
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == len(NAMES)
    for name, source in zip(NAMES, blocks, strict=True):
        assert name.replace(".", "/") + ".py" in GUIDE.read_text(encoding="utf-8")
        path = tmp_path / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        module = types.ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(source, str(path), "exec"), module.__dict__)
    return sys.modules[NAMES[1]]


def test_the_example_scene_draws_in_any_order(example: Any, qtbot: QtBot) -> None:
    scene = example.ShrinkingError
    assert (scene.slug(), scene.chapter()) == ("shrinking-error", "optimizers")
    recording = scene.simulation.simulate(scene.simulation.params(), 0)
    assert recording.position == pytest.approx(0.7 ** np.arange(41.0))
    for theme in THEMES.values():
        show = Show(scene, theme)
        show.load(recording, 20)
        first = show.frame(640, 360).copy()
        show.seek(3)
        assert show.frame(640, 360) != first
        show.seek(20)
        assert show.frame(640, 360) == first
        assert show.stage.framing.caption.startswith("After 20 steps")
        show.close()


@pytest.mark.parametrize("end", [0.01, 3.0])
def test_the_example_scene_takes_both_ends_of_its_knobs(example: Any, end: float, qtbot: QtBot) -> None:
    scene = example.ShrinkingError
    show = Show(scene, STUDIO)
    show.load(scene.simulation.simulate(scene.simulation.params(learning_rate=end, steps=500), 0), 500)
    assert not show.frame(320, 180).isNull()
    show.close()


def test_the_example_simulation_proves_its_claims(example: Any) -> None:
    proofs = list(example.ShrinkingError.simulation.proofs())
    assert len(proofs) == 3
    assert all(claim.holds and claim.scene == "shrinking-error" for claim in proofs)
