"""Panel: the right-hand side of the window: presets, one row per knob in its group, and the claims."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.keys import keep_space
from app.knobs.badges import Badges
from app.knobs.pairing import Pairing
from app.knobs.presets import Presets
from app.knobs.row import NumberRow, Row, row
from app.session import Session
from app.style import heading
from core.params import Knob, ParamError, Value
from scenes.scene import Preset
from scenes.theme import Theme

SEED = Knob(
    name="seed",
    kind="whole",
    default=0,
    low=0,
    high=999,
    label="Seed",
    help="The key of every random number: another seed, other noise",
    folded=True,
)


class Panel(QWidget):
    """Made anew for each scene from its Params alone; afterwards only values change."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.rows: dict[str, Row] = {}
        self.presets: Presets | None = None
        self.more: QPushButton | None = None
        self._shown: dict[str, Value] = {}  # what the rows show
        self.setObjectName("panel")
        self.setAccessibleName("Knobs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setAccessibleName("Knobs and claims")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        session.changed.connect(self._follow)
        self._build()

    def _follow(self, what: frozenset[str]) -> None:
        if "scene" in what:
            self._build()
        if what & {"params", "seed"}:
            self._show_values()

    def _show_values(self) -> None:
        """Bring the rows whose values have changed up to date; a number half typed elsewhere is left alone."""
        values = {**self.session.params.values(), "seed": self.session.seed}
        for name, made in self.rows.items():
            if self._shown.get(name) != values[name]:
                made.show_value(values[name])
        self._shown = values
        if self.presets is not None:
            self.presets.show_which()

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.rows, self.presets, self.more = {}, None, None
        self._shown = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(18, 16, 16, 16)
        column.setSpacing(9)
        scene = self.session.scene
        if scene is not None:
            if self.session.pair is not None:
                column.addWidget(Pairing(self.session, self.session.pair, inside))
            self._build_presets(column, inside, scene.presets)
            knobs = scene.simulation.params.knobs()
            self._build_groups(column, inside, [knob for knob in knobs if not knob.folded])
            self._build_folded(column, inside, [knob for knob in knobs if knob.folded])
            column.addSpacing(12)
            column.addWidget(Badges(self.session, inside))
        column.addStretch(1)
        self._scroll.setWidget(inside)  # the former content is deleted with it
        self._show_values()

    def _build_presets(self, column: QVBoxLayout, inside: QWidget, presets: tuple[Preset, ...]) -> None:
        top = QHBoxLayout()
        top.addWidget(heading("Presets" if presets else "Knobs", inside), 1)
        self.reset = QPushButton("Reset all", inside)
        self.reset.setProperty("role", "link")
        self.reset.setToolTip("Every knob to its default (R)")
        self.reset.setAccessibleName("Reset every knob")
        keep_space(self.reset)
        self.reset.clicked.connect(self.session.reset)
        top.addWidget(self.reset)
        column.addLayout(top)
        if not presets:
            return
        self.presets = Presets(self.session, presets, inside)
        column.addWidget(self.presets)

    def _build_groups(self, column: QVBoxLayout, inside: QWidget, knobs: list[Knob]) -> None:
        group = ""
        for knob in knobs:
            if knob.group != group:
                group = knob.group
                column.addSpacing(8)
                column.addWidget(heading(group, inside))
            self._add(column, inside, knob)

    def _build_folded(self, column: QVBoxLayout, inside: QWidget, knobs: list[Knob]) -> None:
        holder = QWidget(inside)
        within = QVBoxLayout(holder)
        within.setContentsMargins(0, 0, 0, 0)
        within.setSpacing(9)
        more = self.more = QPushButton(inside)
        more.setProperty("role", "link")
        more.setCheckable(True)
        keep_space(more)
        for knob in [*knobs, SEED]:
            self._add(within, holder, knob)
        names = ", ".join(knob.label.lower() for knob in [*knobs, SEED])

        def fold(shown: bool) -> None:
            holder.setVisible(shown)
            more.setText("Less  ▴" if shown else "More  ▾")
            more.setAccessibleName("Fewer knobs" if shown else f"More knobs: {names}")
            more.setToolTip(more.accessibleName())

        more.toggled.connect(fold)
        fold(False)
        column.addSpacing(4)
        column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(holder)

    def _add(self, column: QVBoxLayout, parent: QWidget, knob: Knob) -> None:
        made = row(knob, self._theme, parent)
        made.turned.connect(self._turn)
        made.complained.connect(lambda: self._reveal(made))
        self.rows[knob.name] = made
        column.addWidget(made)

    def _reveal(self, made: Row) -> None:
        """Scroll to a row that has grown."""
        made.grid.activate()
        inside = self._scroll.widget()
        if inside is not None:
            inside.adjustSize()
        self._scroll.ensureWidgetVisible(made, 0, 8)

    def _turn(self, name: str, value: Value) -> None:
        try:
            if self.rows[name].knob is SEED:
                self.session.set_seed(int(value))
            else:
                self.session.turn(**{name: value})
        except ParamError as error:
            self.session.tell(f"{error}.")
        if self._shown[name] != value:  # it was not taken, or settled otherwise: the control must not claim it was
            self.rows[name].show_value(self._shown[name])

    def _theme(self) -> Theme:
        return self.session.theme

    def entry(self, name: str) -> NumberRow:
        """The row of a number knob."""
        found = self.rows[name]
        if not isinstance(found, NumberRow):
            raise KeyError(name)
        return found
