"""A session and a window over the toy scenes, closed again after each test."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import Window
from app.session import Session
from app.settings import Settings
from scenes.theme import THEMES
from tests.app.toy_scene import GATE, RUNS, SCENES, Decay, ready, wait


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    GATE.clear()
    RUNS.clear()
    made = Session(SCENES, parent=qapp)
    yield made
    GATE.set()
    made.close()
    made.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> Iterator[Window]:
    made = Window(session, Settings(width=1500, height=950))
    made.resize(1500, 950)
    made.show()
    session.open(Decay)
    ready(session)
    made.activateWindow()
    wait(made.isActiveWindow)
    made.view.setFocus()
    yield made
    GATE.set()
    made.dispose()


@pytest.fixture(params=sorted(THEMES))
def theme_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)
