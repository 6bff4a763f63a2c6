"""Qt without a window: what drawing needs when nothing is shown."""

import os
import sys

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

_application: list[QCoreApplication] = []  # Qt's application must outlive what is drawn with it
QUIET = ("propagateSizeHints",)  # what Qt says about every window it does not show


def start() -> None:
    """See to it that there is a Qt application. One that shows nothing, unless there is one already."""
    if QCoreApplication.instance() is not None:
        return
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_say)
    _application.append(QApplication(["ravine"]))


def _say(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not any(word in message for word in QUIET):
        print(message, file=sys.stderr)
