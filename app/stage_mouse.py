"""Stage mouse: what a press, a pull, a wheel and a resting pointer mean on the stage. Only handles edit knobs."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.presenting.marks import Marks
from app.session import Session
from app.zoom import Zoom
from core.params import ParamError
from scenes.kit.pane import Grab, Handle, Pane
from scenes.kit.plot import Plot
from scenes.show import Show


class StageMouse(QWidget):
    """A widget over a stage. Whoever derives from it paints, and fills `show_`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.show_: Show | None = None
        self.marks = Marks(self)
        self.marks.changed.connect(self.update)
        self.zoom = Zoom()
        self._grabbed: tuple[Pane, Handle, Grab] | None = None
        self._pan: tuple[Pane, QPointF] | None = None
        self.setMouseTracking(True)

    def share(self, marks: Marks) -> None:
        """Show and move these marks instead of its own: those of another view of the same stage."""
        self.marks.changed.disconnect(self.update)
        self.marks = marks
        self.marks.changed.connect(self.update)

    def redraw(self) -> None:
        """Draw the frame anew: the ranges of a plot have changed."""
        raise NotImplementedError

    def taken(self, show: Show, at: QPointF) -> bool:
        """Whether a press on the stage is for somebody else, before any handle."""
        return False

    def let_go(self) -> None:
        """Hold nothing of the stage any more."""
        self._grabbed = self._pan = None
        self.zoom.let_go()

    def to_stage(self, at: QPointF) -> QPointF:
        """The stage point under a point of this widget."""
        if self.show_ is None:
            return at
        scale, dx, dy = self.show_.stage.scale(self.width(), self.height())
        return QPointF((at.x() - dx) / scale, (at.y() - dy) / scale)

    def from_stage(self, at: QPointF) -> QPointF:
        """The point of this widget over a stage point."""
        if self.show_ is None:
            return at
        scale, dx, dy = self.show_.stage.scale(self.width(), self.height())
        return QPointF(at.x() * scale + dx, at.y() * scale + dy)

    def _loaded(self) -> Show | None:
        """The show, once it has the session's scene and a recording: until then its handles stand nowhere."""
        show, session = self.show_, self.session
        if show is None or show.recording is None or session.recording is None or type(show.scene) is not session.scene:
            return None
        return show

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a handle, or of a plot that is zoomed in."""
        show = self._loaded()
        if show is None or event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.to_stage(event.position())
        if self.marks.press(point) or self.taken(show, point):
            return
        hit = show.stage.handle_at(point)
        if hit is not None:
            pane, handle = hit
            x, y = pane.unmap(point)
            self._grabbed = (pane, handle, Grab(x, y, x, y, self.session.params))
            if handle.at is None:
                self._pull(point)
        else:
            pane_under = show.stage.pane_at(point)
            self._pan = (pane_under, point) if pane_under is not None and self.zoom.holds(pane_under) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull what was taken hold of; otherwise say what is under the pointer."""
        point = self.to_stage(event.position())
        self.marks.move(point)
        show = self._loaded()
        if show is None:
            return
        if self._grabbed is not None:
            self._pull(point)
        elif self._pan is not None:
            pane, start = self._pan
            self.zoom.pan(pane, start, point)
            self._pan = (pane, point)
            self.redraw()
        else:
            self._hover(show, point, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.marks.release()
        self._grabbed = self._pan = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Undo the zoom of a plot."""
        show = self._loaded()
        if show is None:
            return
        pane = show.stage.pane_at(self.to_stage(event.position()))
        if pane is not None and self.zoom.reset(pane):
            self.redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom a plot about the pointer."""
        show = self._loaded()
        if show is None:
            return
        point = self.to_stage(event.position())
        pane = show.stage.pane_at(point)
        turns = event.angleDelta().y() / 120.0
        if pane is not None and turns and self.zoom.turn(pane, point, turns):
            self.redraw()
            event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is gone."""
        self.marks.move(None)

    def _pull(self, point: QPointF) -> None:
        if self._grabbed is None:
            return
        pane, handle, grab = self._grabbed
        x, y = pane.unmap(point)
        try:
            self.session.turn(**handle.edit(Grab(x, y, grab.from_x, grab.from_y, grab.params)))
        except ParamError as error:
            self.session.tell(f"{error}.")

    def _hover(self, show: Show, point: QPointF, event: QMouseEvent) -> None:
        hit = show.stage.handle_at(point) if not self.marks.pointer else None
        shapes = Qt.CursorShape
        self.setCursor(
            shapes.ArrowCursor if hit is None else shapes.CrossCursor if hit[1].at is None else shapes.OpenHandCursor
        )
        pane = show.stage.pane_at(point)
        text = pane.describe(*pane.unmap(point)) if pane is not None and pane.describe is not None else ""
        if hit is not None:
            text = f"{hit[1].name}\n{text}" if text else hit[1].name
        if text:
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        else:
            QToolTip.hideText()

    def hint(self) -> str:
        """What the mouse can do on this stage."""
        if self.show_ is None:
            return ""
        panes = [pane for pane in self.show_.stage.panes if pane.seen]
        pulls = dict.fromkeys(f"drag the {h.name}" for pane in panes for h in pane.handles if h.at is not None)
        zooms = ["scroll to zoom"] if any(isinstance(pane, Plot) and pane.zoomable for pane in panes) else []
        return " · ".join([*pulls, *zooms])
