"""Style: the window's look, from the same tokens as the stage's. No widget names a colour."""

from collections.abc import Callable
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from app.session import Session
from scenes.theme import FONT_FAMILY, Theme, load_fonts

USUAL = 14  # pixels
ThemeNow = Callable[[], Theme]  # the theme that holds now, for widgets that paint themselves

SHEET = Template("""
* { font-family: "$family"; font-size: ${px}px; color: $text; outline: none; }
QWidget#window, QWidget#desk, QDialog, QWidget#middle, QWidget#topbar, QWidget#timeline { background: $background; }
QWidget#topbar { border-bottom: 1px solid $border; }
QWidget#lesson { background: $background; border-top: 1px solid $border; }
QWidget#timeline { border-top: 1px solid $border; }
QWidget#notices { background: $panel; border-bottom: 1px solid $border; }
QFrame#stripe { background: $accent; border: none; }
QFrame#stripe[kind="bad"] { background: $bad; }
QWidget#gallery { background: $background; border-right: 1px solid $border; }
QWidget#panel { background: $background; border-left: 1px solid $border; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QLabel { background: transparent; }
QLabel#brand { font-size: ${brand}px; font-weight: 600; }
QLabel#headline { font-size: ${headline}px; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel#notes { font-size: ${notes}px; }
QLabel#look { font-size: ${lead}px; }
QLabel[role="heading"] { color: $muted; font-size: ${heading}px; font-weight: 600; }
QLabel[role="good"] { color: $good; font-weight: 600; }
QLabel[role="code"] { font-family: monospace; }
QLabel[role="bad"] { color: $bad; }
QLabel#failure { color: $bad; font-weight: 600; }
QLineEdit { background: $panel; border: 1px solid $border; border-radius: 6px; padding: 5px 10px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus { border-color: $accent; }
QLineEdit[role="value"] { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 1px 4px;
    font-weight: 600; min-width: ${value}px; max-width: ${value}px; }
QLineEdit[role="value"]:hover { border-color: $border; background: $panel; }
QLineEdit[role="value"]:focus { border-color: $accent; background: $panel; }
QLineEdit[bad="true"] { border-color: $bad; color: $bad; }
QPushButton { background: transparent; border: 1px solid $border; border-radius: 7px; padding: 6px 14px; }
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border-color: $accent; }
QSpinBox { background: $panel; border: 1px solid $border; border-radius: 6px; padding: 2px 4px; min-width: 44px; }
QSpinBox:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; }
QPushButton#primary { background: $accent; color: $on_accent; border: 2px solid $accent; font-weight: 600; }
QPushButton#primary:hover, QPushButton#primary:focus { border-color: $text; }
QPushButton[role="chip"] { padding: 2px 9px; border-radius: 12px; min-height: 18px; font-size: ${chip}px; }
QPushButton[role="chip"]:checked { background: $raised; border-color: $accent; font-weight: 600; }
QPushButton[role="segment"] { border-radius: 6px; padding: 4px 10px; border: 1px solid transparent; color: $muted; }
QPushButton[role="segment"]:checked { background: $raised; color: $text; border-color: $border; font-weight: 600; }
QPushButton[role="segment"]:focus { border-color: $accent; }
QPushButton[role="small"] { padding: 3px 10px; }
QPushButton[role="link"] { border: 1px solid transparent; color: $muted; padding: 2px 6px; }
QPushButton[role="link"]:hover { color: $text; background: $raised; }
QPushButton[role="link"]:focus { border-color: $accent; }
QToolButton { background: $raised; border: 1px solid transparent; border-radius: 17px; padding: 0px; }
QToolButton:hover { background: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { border-color: $accent; }
QToolButton[role="plain"] { background: transparent; border-radius: 6px; }
QToolButton[role="plain"]:hover { background: $raised; }
QToolButton#play { background: $accent; border: 2px solid $accent; border-radius: 20px; }
QToolButton#play:hover, QToolButton#play:focus { border-color: $text; }
QListWidget { background: transparent; border: 1px solid transparent; border-radius: 6px; }
QListWidget:focus { border-color: $accent; }
QListWidget::item { padding: 6px 9px; border-radius: 5px; color: $muted; border-left: 3px solid transparent; }
QListWidget::item:disabled { background: transparent; }
QListWidget::item:hover:!disabled { background: $panel; color: $text; }
QListWidget::item:selected { background: $raised; color: $text; border-left: 3px solid $accent; }
QComboBox { background: $panel; border: 1px solid $border; border-radius: 6px; padding: 4px 10px; }
QComboBox:focus { border-color: $accent; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $border; selection-background-color: $raised;
    selection-color: $text; padding: 4px; }
QCheckBox { spacing: 8px; }
QPushButton#primary:disabled { background: $raised; color: $faint; border-color: $border; }
QPushButton[role="link"]:disabled { color: $faint; }
QLabel:disabled, QPushButton:disabled, QLineEdit:disabled, QComboBox:disabled { color: $faint; }
QMenu { background: $panel; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: $raised; }
QProgressBar { background: $raised; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QScrollBar:vertical { background: transparent; width: 9px; margin: 0; }
QScrollBar::handle:vertical { background: $raised; border-radius: 4px; min-height: 30px; }
QScrollBar:horizontal { background: transparent; height: 9px; margin: 0; }
QScrollBar::handle:horizontal { background: $raised; border-radius: 4px; min-width: 30px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $panel; color: $text; border: 1px solid $border; padding: 5px 7px; }
QFileDialog QTreeView, QFileDialog QListView, QFileDialog QHeaderView::section { background: $panel; color: $text;
    border: 1px solid $border; selection-background-color: $raised; selection-color: $text; }
QFileDialog QTreeView::item:selected, QFileDialog QListView::item:selected { background: $raised; color: $text; }
QFileDialog QHeaderView { background: $panel; }
QFrame#card { background: $panel; border: 1px solid $border; border-radius: 10px; }
QFrame#rule { background: $border; border: none; max-height: 1px; min-height: 1px; }
QLabel#key { background: $raised; border: 1px solid $border; border-radius: 5px; padding: 2px 8px; font-weight: 600; }
""")


def base_size(theme: Theme) -> int:
    """The size of the window's text: larger in the theme that is made to be read from afar."""
    return 16 if theme.name == "projector" else USUAL


def mix(one: str, other: str, share: float) -> str:
    """A colour between two, `share` of the way from the first."""
    a, b = QColor(one), QColor(other)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x + (y - x) * share) for x, y in pairs)).name()


def fill(theme: Theme) -> str:
    """The colour of the part of a slider below its value: quieter than the data it steers."""
    return mix(theme.colors["background"], theme.colors["data"], 0.62)


def px(session: Session, size: float) -> int:
    """A size in pixels that grows with the window's letters."""
    return round(size * session.text_scale * base_size(session.theme) / USUAL)


def sheet(theme: Theme, scale: float = 1.0) -> str:
    """The style sheet of the window in this theme, its letters `scale` times the usual."""
    load_fonts()
    px = round(scale * base_size(theme))
    colors = {role: value for role, value in theme.colors.items() if "." not in role}
    return SHEET.substitute(
        colors,
        family=FONT_FAMILY,
        px=px,
        brand=round(px * 1.35),
        headline=round(px * 1.28),
        lead=px + 2,
        chip=px - 1,
        notes=px + 3,
        heading=round(12 * px / USUAL),
        value=round(6.15 * px),
    )


def palette(theme: Theme) -> QPalette:
    """What the style sheet does not reach: tooltips, menus of the platform, selections."""
    pairs = {
        QPalette.ColorRole.Window: "background",
        QPalette.ColorRole.Base: "panel",
        QPalette.ColorRole.AlternateBase: "raised",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ToolTipBase: "panel",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
    }
    made = QPalette()
    for role, name in pairs.items():
        made.setColor(role, theme.color(name))
    return made


def heading(text: str, parent: QWidget | None = None) -> QLabel:
    """A small spaced-out heading in capitals, as over a group of knobs."""
    label = QLabel(text.upper(), parent)
    label.setProperty("role", "heading")
    space_out(label)
    return label


def space_out(label: QLabel) -> None:
    """Give a heading its wide-set letters; their size is the style sheet's."""
    font = label.font()
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 109)
    label.setFont(font)


def restyle(widget: QWidget) -> None:
    """Make a changed property of a widget take effect."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
