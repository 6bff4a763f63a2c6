"""What is on the stage becomes a slide: of a new lesson, or of one that is there, which stays as it was written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.lessons.read import read
from app.main_window import Window
from app.session import Session
from app.settings import Settings
from scenes.discovery import find
from tests.app.toy_scene import wait


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Window]:
    session = Session()
    window = Window(session, Settings(width=1400, height=900))
    window.show()
    session.open(find("momentum-ravine"))
    wait(lambda: session.recording is not None and not session.busy)
    session.pause()
    yield window
    session.close()
    window.dispose()
    session.deleteLater()


def test_views_become_a_lesson_slide_by_slide(desk: Window, tmp_path: Path) -> None:
    session, path = desk.session, tmp_path / "my-lesson.toml"
    session.turn(momentum=0.8)
    wait(lambda: not session.busy)
    session.seek(12)
    desk.view.picture()
    desk.slides.add_to(path)
    first = path.read_text(encoding="utf-8")
    path.write_text(first + "# mine\n", encoding="utf-8")
    session.seek(session.last)
    desk.view.picture()
    desk.slides.add_to(path)
    lesson = read(path)
    assert path.read_text(encoding="utf-8").startswith(first + "# mine\n")
    assert [slide.subject.params.values()["momentum"] for slide in lesson.slides] == [0.8, 0.8]
    assert [str(slide.frames[0].text) for slide in lesson.slides] == ["12", "last"]
    assert "Slide 2" in desk.status.work.text()
    desk.sharer.open_name(str(path))
    wait(lambda: desk.classroom.talk is not None and desk.classroom.talk.slide is not None)
    assert session.k == 12


def test_a_file_that_is_no_lesson_is_left_alone(desk: Window, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("[[export]]\n", encoding="utf-8")
    desk.slides.add_to(path)
    assert path.read_text(encoding="utf-8") == "[[export]]\n"
    assert "recipe.toml" in desk.session.message
    desk.slides.add_to(tmp_path / "nowhere" / "lesson.toml")
    assert desk.session.message or (tmp_path / "nowhere" / "lesson.toml").exists()
