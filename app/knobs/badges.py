"""Badges: what theory says about the run that is shown, beside what was measured, with a tick or a cross."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.session import Session
from app.style import heading
from core.claims import Claim
from scenes.kit.numbers import short


class Badges(QWidget):
    """One card per claim; made anew when the claims of a recording are known."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setAccessibleName("Claims of theory about this run")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.heading = heading("Theory and this run", self)
        self.column.addWidget(self.heading)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setProperty("role", "muted")
        self.column.addWidget(self.summary)
        self.cards: list[Card] = []
        session.changed.connect(self._follow)
        self._show(session.claims)

    def _follow(self, what: frozenset[str]) -> None:
        if what & {"claims", "span"}:
            self._show(self.session.claims)

    def _show(self, claims: tuple[Claim, ...] | None) -> None:
        known = claims or ()
        while len(self.cards) > len(known):
            card = self.cards.pop()
            self.column.removeWidget(card)
            card.deleteLater()
        while len(self.cards) < len(known):
            card = Card(self)
            self.cards.append(card)
            self.column.addWidget(card)
        for card, claim in zip(self.cards, known, strict=True):
            card.show_claim(claim)
        held = sum(claim.holds for claim in known)
        if self.session.edge is not None:
            self.summary.setText("They come with the answer.")
        elif claims is None:
            self.summary.setText("Checking …")
        elif not claims:
            self.summary.setText("No theory covers exactly this run.")
        else:
            self.summary.setText(f"{held} of {len(claims)} claims hold.")
        self.setAccessibleDescription(self.summary.text())


class Card(QFrame):
    """One claim: tick or cross, its name, predicted and measured, the error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 8, 10, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self.sign = QLabel(self)
        self.title = QLabel(self)
        self.title.setWordWrap(True)
        self.numbers = QLabel(self)
        self.numbers.setWordWrap(True)
        self.numbers.setProperty("role", "muted")
        grid.addWidget(self.sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.numbers, 1, 1)

    def show_claim(self, claim: Claim) -> None:
        """Show a claim."""
        self.sign.setText("✓" if claim.holds else "✗")
        self.sign.setProperty("role", "good" if claim.holds else "bad")
        self.sign.style().unpolish(self.sign)
        self.sign.style().polish(self.sign)
        self.title.setText(claim.name)
        bound = {"at most": "≤ ", "at least": "≥ "}.get(claim.comparison, "")
        self.numbers.setText(
            f"theory {bound}{short(claim.predicted, 4)} · measured {short(claim.measured, 4)} · {error_text(claim)}"
        )
        self.setToolTip(f"{claim.source}\nHolds {claim.applies}. Tolerance {short(claim.tolerance)}: {claim.because}.")
        self.setAccessibleName(f"{'Holds' if claim.holds else 'Does not hold'}: {claim.name}")
        self.setAccessibleDescription(self.numbers.text())


def error_text(claim: Claim) -> str:
    """The disagreement, in per cent where it is relative."""
    if claim.comparison == "relative":
        return "error < 0.001 %" if claim.error < 1e-5 else f"error {short(100 * claim.error, 2)} %"
    return f"error {short(claim.error, 2)}"
