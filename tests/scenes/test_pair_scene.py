"""Two runs on one stage: every scene can be doubled, side by side or laid over each other, with one clock and one scale."""

import gc
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.pair import PairParams
from core.params import ParamError
from core.recording import Recording
from scenes.discovery import UnknownSceneError, all_scenes, find
from scenes.kit.pane import Grab
from scenes.kit.plot import Plot
from scenes.pair import Pair, paired
from scenes.scene import Scene
from scenes.show import Show
from scenes.stage import Stage
from scenes.theme import PAPER, PROJECTOR, STUDIO
from tests.scenes.recorded import recorded
from tests.scenes.test_battery import ends, picture, pixels

AnyScene = type[Scene[Any, Any]]
SCENES = list(all_scenes().values())
every_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.slug())


def doubled(scene: AnyScene, over: bool = False) -> tuple[type[Pair], Recording]:
    """A pair in the first knob that is no view, B at its end, and its run."""
    knob = next(knob for knob in scene.simulation.params.knobs() if not knob.view)
    pair = paired(scene, knob.name, over=over)
    return pair, recorded(pair, **{f"b_{knob.name}": ends(knob)[-1]})


def plots(stage: Stage) -> list[Plot]:
    return [pane for pane in stage.panes if isinstance(pane, Plot)]


@every_scene
@pytest.mark.parametrize("over", [False, True], ids=["beside", "over"])
def test_every_scene_can_be_doubled(scene: AnyScene, over: bool, qtbot: QtBot) -> None:
    pair, recording = doubled(scene, over and scene.overlays)
    show, jumping = Show(pair, PROJECTOR), Show(pair, PROJECTOR)
    show.load(recording)
    jumping.load(recording, recording.last)
    stops = [0, recording.last // 2, recording.last]
    frames = [picture(show, k) for k in stops]
    assert [picture(jumping, k) for k in reversed(stops)] == frames[::-1]
    assert len(set(frames)) > 1
    knob = pair.knob()
    assert knob.label in show.scene.sentence(recording)
    assert show.scene.caption(recording, 1).startswith("A: ")
    assert " B: " in show.scene.caption(recording, 1)
    show.close()
    jumping.close()


@pytest.mark.parametrize("size", [(720, 720), (540, 960)], ids=str)
@every_scene
def test_on_pictures_of_other_shapes_too(scene: AnyScene, size: tuple[int, int], qtbot: QtBot) -> None:
    from scenes.layout import shape_for

    pair, recording = doubled(scene)
    show = Show(pair, PAPER, shape_for(*size))
    show.load(recording, 3)
    colors = np.frombuffer(pixels(show.frame(*size)), dtype=np.uint32)
    assert 0.05 < np.mean(colors != colors[0]) < 0.97
    show.close()


def test_both_sides_have_the_same_scale(qtbot: QtBot) -> None:
    pair = paired(all_scenes()["momentum-ravine"], "start_x")
    show = Show(pair, STUDIO)
    show.load(pair.simulation.simulate(pair.simulation.params.from_mapping({"start_x": -5.0, "b_start_x": -10.0}), 0))
    found = plots(show.stage)
    half = len(found) // 2
    assert half > 1
    assert [(p.x_range, p.y_range) for p in found[:half]] == [(p.x_range, p.y_range) for p in found[half:]]
    assert all(p.rect.right() < q.rect.left() for p, q in zip(found[:half], found[half:], strict=True))
    show.close()


def test_laid_over_the_second_run_is_painted_where_the_first_is(qtbot: QtBot) -> None:
    scene = all_scenes()["momentum-ravine"]
    alone, both = paired(scene, "momentum", over=True), paired(scene, "momentum", over=True)
    same = alone.simulation.params.from_mapping({"b_momentum": 0.6})
    other = both.simulation.params.from_mapping({"b_momentum": 0.95})
    pictures = []
    for params in (same, other):
        show = Show(alone, STUDIO)
        show.load(alone.simulation.simulate(params, 0), 30)
        the_map = plots(show.stage)[0].inner.toRect()
        image = show.frame(1920, 1080).copy(the_map)
        pictures.append(pixels(image))
        show.close()
    assert pictures[0] != pictures[1], "the path of B does not show on the map of A"


def test_a_handle_of_b_turns_bs_knob_and_one_of_a_turns_as(qtbot: QtBot) -> None:
    pair = paired(all_scenes()["momentum-ravine"], "start_x")
    show = Show(pair, STUDIO)
    params = pair.simulation.params.from_mapping({"b_start_x": -4.0})
    show.load(pair.simulation.simulate(params, 0))
    handles = [handle for pane in plots(show.stage) for handle in pane.handles if handle.name == "start point"]
    assert [handle.at and handle.at()[0] for handle in handles] == [-8.0, -4.0]
    grab = Grab(1.0, 2.0, 0.0, 0.0, params)
    assert handles[0].edit(grab) == {"start_x": 1.0, "start_y": 2.0}
    assert handles[1].edit(grab) == {"b_start_x": 1.0, "start_y": 2.0}
    show.close()


def test_what_the_scene_settles_holds_for_both() -> None:
    pair = paired(all_scenes()["momentum-ravine"], "momentum")
    params = pair.simulation.params.from_mapping({"surface": "beale", "b_momentum": 0.2})
    settled = pair().settle(params, "surface").values()
    assert settled["learning_rate"] == 0.005
    assert settled["b_momentum"] == 0.2
    assert pair().settle(params, "b_momentum") is params


def test_pairs_are_found_by_name() -> None:
    beside, over = find("momentum-ravine+momentum"), find("momentum-ravine++momentum")
    assert beside.slug() == "momentum-ravine+momentum"
    assert over.slug() == "momentum-ravine++momentum"
    assert find("momentum-ravine+momentum") is beside
    assert beside.chapter() == "optimizers"
    for wrong in ("momentum-ravine+", "momentum-ravine+colour", "nothing+momentum", "norm-axes++groups", "norm-axes+azimuth"):
        with pytest.raises(UnknownSceneError):
            find(wrong)
    with pytest.raises(ParamError, match="laid over"):
        paired(all_scenes()["norm-axes"], "groups", over=True)


def test_pairs_that_nobody_looks_at_any_more_go() -> None:
    def look_through() -> int:
        for scene in SCENES:
            for knob in scene.simulation.params.knobs():
                for over in {False, scene.overlays} if not knob.view else ():
                    assert paired(scene, knob.name, over=over).simulation.params().knobs()
        gc.collect()
        return len(PairParams.__subclasses__()) + len(Pair.__subclasses__())

    once = look_through()
    assert look_through() <= once
    assert once < 200
