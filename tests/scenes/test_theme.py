"""Themes: the same roles in each, and contrast that a classroom can read."""

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from scenes.theme import PROJECTOR, STUDIO, THEMES, Theme

TEXTS = ("text", "muted", "faint")
every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2.1."""
    light = (color.redF(), color.greenF(), color.blueF())
    channels = [c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4) for c in light]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@every_theme
def test_every_theme_knows_every_role(theme: Theme) -> None:
    assert theme.colors.keys() == STUDIO.colors.keys()


@every_theme
@pytest.mark.parametrize("ground", ["background", "panel"])
def test_text_can_be_read(theme: Theme, ground: str) -> None:
    least = 7.0 if theme is PROJECTOR else 4.5
    for role in TEXTS if theme is PROJECTOR else TEXTS[:2]:
        ratio = contrast(theme.color(role), theme.color(ground))
        assert ratio >= least, f"{role} on {ground}: {ratio:.2f}"
    assert contrast(theme.color("faint"), theme.color(ground)) >= 3.9


@every_theme
def test_colours_of_ideas_stand_out(theme: Theme) -> None:
    roles = [role for role in theme.colors if role.startswith(("optimizer.", "series."))]
    roles += ["data", "theory", "good", "bad", "warning", "positive", "negative", "gradient", "velocity"]
    for role in roles:
        for ground in ("background", "panel"):
            ratio = contrast(theme.color(role), theme.color(ground))
            # These colour words too (a method's name in its table), so they are held to the text's ratio.
            assert ratio >= 4.5, f"{role} on {ground}: {ratio:.2f}"


def test_the_projector_is_large_enough(qtbot: QtBot) -> None:
    assert min(PROJECTOR.sizes.values()) >= 30
    assert PROJECTOR.line >= 4
    assert PROJECTOR.font("small").pixelSize() >= 30


def test_one_font_on_every_machine(qtbot: QtBot) -> None:
    from PySide6.QtGui import QFontInfo

    assert QFontInfo(STUDIO.font("body")).family() == "Inter"
    assert QFontInfo(STUDIO.font("body", bold=True)).bold() or QFontInfo(STUDIO.font("body", bold=True)).weight() >= 600


@every_theme
@pytest.mark.parametrize("bold", [False, True])
def test_letters_of_code_share_one_width(theme: Theme, bold: bool, qtbot: QtBot) -> None:
    from PySide6.QtGui import QFontInfo, QFontMetricsF

    font = theme.font("body", bold, code=True)
    assert QFontInfo(font).family() == "Source Code Pro"
    assert (QFontInfo(font).weight() >= 600) == bold
    widths = {QFontMetricsF(font).horizontalAdvance(letter) for letter in "il1MW.*_→−"}
    assert len(widths) == 1
    assert QFontMetricsF(font).horizontalAdvance("b1**t") == pytest.approx(5 * widths.pop())  # no ligatures
