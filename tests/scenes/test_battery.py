"""The battery: what every discovered scene must do. A new scene inherits all of it and adds only its own oracle."""

import re
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.params import Knob, Params, Value
from core.recording import Recording
from scenes.discovery import all_scenes
from scenes.scene import Scene
from scenes.show import Show
from scenes.theme import PAPER, STUDIO, THEMES, Theme
from tests.scenes.recorded import recorded

AnyScene = type[Scene[Any, Any]]
SCENES = list(all_scenes().values())
SMALL = (640, 360)
SHORT: dict[str, dict[str, Value]] = {  # for runs that take long: with the other knobs like this, the ends of one take less
    "adamw": {"steps": 64, "width": 6},
    "dropout": {"steps": 100, "masks": 40},
    "sharp-flat": {"steps": 100},
    "vanishing-gradients": {"depth": 12, "width": 32, "steps": 4},
    "warmup": {"steps": 60, "warmup": 30, "depth": 6},
}
every_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.slug())


def pixels(image: QImage) -> bytes:
    return bytes(image.constBits())


def picture(show: Show, k: int, size: tuple[int, int] = SMALL) -> bytes:
    show.seek(k)
    return pixels(show.frame(*size))


def ends(knob: Knob) -> list[Value]:
    if knob.kind == "choice":
        return list(knob.choices)
    if knob.kind == "switch":
        return [False, True]
    if knob.kind == "text":
        return [knob.default]
    assert knob.low is not None
    assert knob.high is not None
    return [int(knob.low), int(knob.high)] if knob.kind == "whole" else [knob.low, knob.high]


def assert_known_beforehand(recording: Recording, kind: type[Recording]) -> None:
    """Whether the recording is of the kind and size that its simulation promised before it ran."""
    assert type(recording) is kind
    assert isinstance(recording.params, Params)
    lengths = kind.lengths(recording.params)
    for name, found in recording.arrays().items():
        assert found.shape == tuple(lengths[axis] for axis in kind.axes(name)), name
    assert kind.size(recording.params) >= sum(found.nbytes for found in recording.arrays().values())


def all_ends() -> list[Any]:
    return [
        pytest.param(scene, {**SHORT.get(scene.slug(), {}), knob.name: end}, id=f"{scene.slug()}-{knob.name}={end}")
        for scene in SCENES
        for knob in scene.simulation.params.knobs()
        for end in ends(knob)[place_among_kin(scene, knob)]
    ]


def place_among_kin(scene: AnyScene, knob: Knob) -> slice:
    """Knobs that choose from one long list share the work: each choice is taken by one of them."""
    if len(knob.choices) <= 8:
        return slice(None)
    kin = [other.name for other in scene.simulation.params.knobs() if other.choices == knob.choices]
    return slice(kin.index(knob.name), None, len(kin))


def test_there_is_a_scene() -> None:
    assert "momentum-ravine" in all_scenes()


@every_scene
def test_describes_itself(scene: AnyScene) -> None:
    assert scene.title
    assert scene.question.endswith("?")
    assert scene.look.endswith(".")
    assert all(1 <= card <= 31 for card in scene.cards)
    assert scene.__module__.split(".")[-1].replace("_", "-") == scene.slug()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scene.slug())
    assert scene.__doc__
    for knob in scene.simulation.params.knobs():
        assert knob.label, knob.name
        assert knob.help, knob.name
    for preset in scene.presets:
        scene.simulation.params.from_mapping(preset.values)


@every_scene
def test_no_more_than_seven_knobs_in_sight(scene: AnyScene) -> None:
    shown = [knob.name for knob in scene.simulation.params.knobs() if not knob.folded]
    assert 1 <= len(shown) <= 8, shown


@every_scene
def test_same_seed_same_bytes(scene: AnyScene) -> None:
    first, second = recorded(scene), scene.simulation.simulate(scene.simulation.params(), 1)
    assert first.arrays().keys() == second.arrays().keys()
    for name, values in first.arrays().items():
        assert values.tobytes() == second.arrays()[name].tobytes(), name
        assert not values.flags.writeable, name
        assert len(first.axes(name)) == values.ndim, name


@every_scene
def test_a_run_in_pieces_ends_with_the_run_in_one(scene: AnyScene) -> None:
    simulation = scene.simulation
    pieces = list(simulation.work(simulation.params(), 1))
    shares = [piece for piece in pieces if isinstance(piece, float)]
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert shares == sorted(shares)
    whole = recorded(scene)
    assert isinstance(pieces[-1], simulation.recording)
    for name, values in whole.arrays().items():
        assert pieces[-1].arrays()[name].tobytes() == values.tobytes(), name


@every_scene
def test_view_knobs_do_not_enter_the_simulation(scene: AnyScene) -> None:
    views = {knob.name: ends(knob)[-1] for knob in scene.simulation.params.knobs() if knob.view}
    if views:
        turned = recorded(scene, **views)
        for name, values in recorded(scene).arrays().items():
            assert values.tobytes() == turned.arrays()[name].tobytes(), name


@every_scene
def test_any_order_draws_the_same(scene: AnyScene, qtbot: QtBot) -> None:
    recording = recorded(scene)
    last = recording.last
    stops = sorted({0, 1, 2, last // 3, last // 2, last - 1, last} & set(range(last + 1)))
    forward, jumping = Show(scene, STUDIO), Show(scene, STUDIO)
    forward.load(recording)
    jumping.load(recording, last)
    in_order = {k: picture(forward, k) for k in range(last + 1) if k in stops or last < 60}
    for k in [*reversed(stops), *stops[::2], *stops]:
        assert picture(jumping, k) == in_order[k], f"frame {k} depends on how it was reached"
    assert len({in_order[k] for k in stops}) > 1, "nothing moves"
    forward.close()
    jumping.close()


@every_scene
def test_nothing_of_an_earlier_recording_remains(scene: AnyScene, qtbot: QtBot) -> None:
    used, fresh = Show(scene, STUDIO), Show(scene, STUDIO)
    last_knobs = {knob.name: ends(knob)[-1] for knob in scene.simulation.params.knobs() if not knob.folded}
    used.load(recorded(scene, **dict(list(last_knobs.items())[:1])), 5)
    used.frame(*SMALL)
    recording = recorded(scene)
    used.load(recording, recording.last)
    fresh.load(recording, recording.last)
    assert pixels(used.frame(*SMALL)) == pixels(fresh.frame(*SMALL))
    used.close()
    fresh.close()


@every_scene
def test_tells_its_story_without_a_stage(scene: AnyScene) -> None:
    unbuilt = scene()
    for preset in scene.presets:
        recording = recorded(scene, **preset.values)
        assert unbuilt.sentence(recording).endswith((".", "?"))
        assert unbuilt.place(recording, recording.last)
        assert all(0 <= event.k <= recording.last for event in unbuilt.events(recording))
        for knob in scene.simulation.params.knobs():
            assert isinstance(unbuilt.settle(recording.params, knob.name), Params)


@pytest.mark.parametrize(("scene", "values"), all_ends())
def test_both_ends_of_every_knob(scene: AnyScene, values: dict[str, Value], qtbot: QtBot) -> None:
    views = {knob.name for knob in scene.simulation.params.knobs() if knob.view}
    run = {name: value for name, value in values.items() if name not in views}
    recording = recorded(scene, **run).with_params(scene.simulation.params.from_mapping(values))  # as the window does it
    assert_known_beforehand(recording, scene.simulation.recording)
    show = Show(scene, PAPER)
    show.load(recording)
    for k in (0, recording.last):
        show.seek(k)
        show.frame(*SMALL)
        assert show.stage.framing.caption.endswith((".", "?")), show.stage.framing.caption
        assert "nan" not in show.stage.framing.caption.lower()
        assert 0 < len(show.stage.framing.caption) < 200
    for event in show.scene.events(recording):
        assert 0 <= event.k <= recording.last
    for claim in scene.simulation.claims(recording):
        assert claim.scene == scene.slug()
    show.close()


@every_scene
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (720, 720), (540, 960)], ids=str)
def test_every_theme_and_shape(scene: AnyScene, theme: Theme, size: tuple[int, int], qtbot: QtBot) -> None:
    from scenes.layout import shape_for

    recording = recorded(scene)
    show = Show(scene, theme, shape_for(*size))
    show.load(recording, recording.last)
    image = show.frame(*size)
    colors = np.frombuffer(pixels(image), dtype=np.uint32)
    assert colors[0] & 0xFFFFFF == theme.color("background").rgb() & 0xFFFFFF
    ink = np.mean((colors & 0xFFFFFF) != (colors[0] & 0xFFFFFF))
    assert 0.05 < ink < 0.97, f"{ink:.0%} of the picture is drawn on"
    show.close()


@every_scene
def test_its_claims_hold(scene: AnyScene) -> None:
    for claim in scene.simulation.claims(recorded(scene)):
        assert claim.holds, f"{claim.name}: predicted {claim.predicted}, measured {claim.measured}"


@every_scene
def test_its_proofs_hold(scene: AnyScene) -> None:
    proofs = list(scene.simulation.proofs())
    assert proofs
    for claim in proofs:
        assert claim.holds, f"{claim.name}: predicted {claim.predicted}, measured {claim.measured}"
        assert claim.scene == scene.slug()
        assert claim.source
        assert claim.because
