"""Discovery: a scene that cannot be imported stops whoever asks for all of them, and costs the window that scene only."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scenes
from app import simulations, window
from app.failure import WorkError
from app.main import main
from app.starting import missing
from app.window import first
from scenes import discovery

BROKEN = "import core\n\nraise RuntimeError('no such\\n  number')\n"


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more chapter, with a scene that breaks while it is imported."""
    chapter = tmp_path / "ruins"
    chapter.mkdir()
    (chapter / "__init__.py").touch()
    (chapter / "fallen_tower.py").write_text(BROKEN)
    monkeypatch.setattr(scenes, "__path__", [*scenes.__path__, str(tmp_path)])
    discovery.modules.cache_clear()
    discovery.survey.cache_clear()
    yield
    monkeypatch.undo()
    discovery.modules.cache_clear()
    discovery.survey.cache_clear()
    for name in [name for name in sys.modules if name.startswith("scenes.ruins")]:
        del sys.modules[name]


def test_whoever_asks_for_all_scenes_hears_of_a_broken_one(broken: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="no such"):
        discovery.all_scenes()
    with pytest.raises((RuntimeError, WorkError), match="no such"):
        main(["list"])
    assert "momentum-ravine" not in capsys.readouterr().out


def test_the_window_does_without_it_and_says_so(broken: None) -> None:
    found, failed = discovery.survey()
    assert "momentum-ravine" in found
    assert "fallen-tower" not in found
    assert missing(failed) == (
        "The scene in ruins/fallen_tower.py is left out: RuntimeError: no such number. `ravine list` has the details."
    )
    assert discovery.find("momentum-ravine", found).slug() == "momentum-ravine"


def test_nothing_is_missing_in_a_sound_gallery() -> None:
    found, failed = discovery.survey()
    assert failed == {}
    assert missing(failed) == ""
    assert found == discovery.all_scenes()


def test_every_scene_is_found_by_the_name_of_its_file_alone() -> None:
    for slug, scene in discovery.all_scenes().items():
        assert discovery.alone(slug) is scene, f"{slug}: the file of a scene is called like it, with underscores"
        assert simulations.alone(slug) is scene.simulation
    assert discovery.alone("momentum-ravin") is None
    assert simulations.alone("momentum-ravin") is None
    assert simulations.alone("../momentum-ravine") is None


def test_a_broken_scene_is_not_found_alone_and_spoils_no_other(broken: None) -> None:
    assert discovery.alone("fallen-tower") is None
    assert discovery.find("momentum-ravine") is discovery.alone("momentum-ravine")
    with pytest.raises(RuntimeError, match="no such"):
        discovery.find("fallen-tower")


def test_a_shelf_imports_what_is_asked_for() -> None:
    shelf = discovery.Shelf()
    assert list(shelf) == []
    assert "momentum-ravine" in shelf
    assert "momentum-ravin" not in shelf
    assert dict(shelf) == {"momentum-ravine": discovery.alone("momentum-ravine")}
    assert discovery.find("norm-axes", shelf) is shelf["norm-axes"]
    assert len(shelf) == 2
    with pytest.raises(discovery.UnknownSceneError, match="did you mean vanishing-gradients"):
        discovery.find("vanishing-gradient", shelf)


def test_the_window_opens_at_the_first_scene_there_is_of_those_it_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert first({"b": 1, "c": 2}, "a", "c") == "c"
    assert first({"b": 1, "c": 2}, "", "x") == "b"
    assert first(discovery.Shelf(), "gone", "norm-axes") == "norm-axes"
    monkeypatch.setattr(window, "survey", lambda: ({"still-there": None}, {}))
    assert first(discovery.Shelf(), "gone", "broken") == "still-there"
