"""Copying: what goes onto the clipboard, and what is dragged out: the frame as picture and SVG, a finished file."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from app.export import pictures
from app.export.job import Drawing, Job
from app.export.pipeline import shown
from app.session import AnyScene
from app.subject import Subject
from core.recording import Recording
from scenes.layout import shape_for
from scenes.show import Show
from scenes.theme import THEMES

SVG = "image/svg+xml"
SIZE = (1920, 1080)


def frame(scene: type[AnyScene], recording: Recording, k: int, theme: str) -> QMimeData:
    """Frame k as a picture and as SVG; whoever pastes takes what it can."""
    subject = Subject(scene.slug(), recording.params, recording.seed)
    about = Job(subject, Path("frame.svg"), Drawing(size=SIZE, frame=k, theme=theme)).provenance()
    mime = QMimeData()
    with shown(Show(scene, THEMES[theme], shape_for(*SIZE))) as show:
        show.load(recording, k)
        mime.setImageData(show.frame(*SIZE))
        mime.setData(SVG, pictures.svg(show, SIZE, scene.title, about))
    return mime


def files(path: Path) -> QMimeData:
    """A finished file, or the folder of many; a picture also as what it shows."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    if path.suffix == ".png":
        image = QImage(str(path))
        if not image.isNull():
            mime.setImageData(image)
    elif path.suffix == ".svg":
        mime.setData(SVG, path.read_bytes())
    return mime
