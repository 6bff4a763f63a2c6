"""Handout: a lesson on paper. Slides as figures with captions, questions and room to answer; the answers on the last pages.

Drawn in the Paper theme with the letters of the Projector theme: a figure is a third as wide as the stage, and its words
have to be read at arm's length. What a question keeps back is not in the file before the answers either.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.export.pdf import document
from app.lessons.lesson import Choices, Lesson, Setting
from app.lessons.paper import Block, Figure, Piece, Rule, Words, set_on_pages
from app.lessons.slate import Slate
from app.lessons.staging import LETTERS, Runs, Staged, rehearse
from scenes.discovery import find
from scenes.kit.numbers import short
from scenes.theme import PAPER, PROJECTOR

SIZES = {"a4": (793.7, 1122.5), "letter": (816.0, 1056.0)}
SHARES = {"a4": 0.83, "letter": 0.74}  # of the width for a figure: two slides with a question go on a page
SIDE, TOP, FOOT, GAP = 62.0, 50.0, 58.0, 20.0
THEME = replace(PAPER, sizes=PROJECTOR.sizes, colors=PAPER.colors | {"background": "#ffffff"})
Progress = Callable[[float, float, str], None]


def handout(lesson: Lesson, progress: Progress, paper: str = "a4") -> tuple[bytes, int]:
    """The PDF and the number of its pages. A `WorkError` if the lesson does not show what it says."""
    progress(0, 2, "simulating")
    staged = rehearse(lesson, Runs())
    progress(1, 2, "drawing")
    with ExitStack() as stack:
        slates = [Slate(lesson, slide, THEME, title=False, transparent=True) for slide in staged]
        for slate in slates:
            stack.callback(slate.close)
        size = SIZES[paper]
        width, height = size[0] - 2 * SIDE, size[1] - TOP - FOOT
        pages = set_on_pages(_blocks(lesson, slates, SHARES[paper]), width, height, GAP)

        def draw(painter: QPainter, new_page: Callable[[], object]) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, page in enumerate(pages):
                if number:
                    new_page()
                for y, piece in page:
                    piece.paint(painter, QPointF(SIDE, TOP + y), width)
                _foot(painter, lesson.title, f"{number + 1} / {len(pages)}", size)

        content = document(size, lesson.title, f"Handout of the lesson {lesson.slug}".replace("&", "and"), draw)
    progress(2, 2, "")
    return content, len(pages)


def _blocks(lesson: Lesson, slates: list[Slate], share: float) -> list[Block | None]:
    """The title, a block for each slide, and on a new page one for each answer."""
    about = [Words(lesson.about, THEME, 14, role="muted", space=3)] if lesson.about else []
    title: list[Piece] = [Words(lesson.title, THEME, 26, bold=True, space=0), *about]
    blocks: list[Block | None] = [_slide(number, slate, share) for number, slate in enumerate(slates, 1)]
    blocks[0] = [*title, Words(" ", THEME, 10, space=0), *(blocks[0] or ())]
    asked = [(number, slate) for number, slate in enumerate(slates, 1) if slate.staged.slide.question is not None]
    answers = [_answer(number, slate, share) for number, slate in asked]
    if answers:
        answers[0] = [Words("Answers", THEME, 22, bold=True, space=0), Words(" ", THEME, 8, space=0), *answers[0]]
        blocks += [None, *answers]
    return blocks


def _headline(staged: Staged) -> str:
    return staged.view.headline or find(staged.slide.subject.slug).question


def _slide(number: int, slate: Slate, share: float) -> Block:
    staged = slate.staged
    pieces: list[Piece] = [Words(f"{number}   {_headline(staged)}", THEME, 16, bold=True, space=0)]
    if staged.caption:
        pieces.append(Words(staged.caption, THEME))
    pieces.append(Figure(slate, False, share))
    question = staged.slide.question
    if question is None:
        if staged.takeaway:
            pieces.append(Words(staged.takeaway, THEME, mark="bar", space=8))
        return pieces
    if isinstance(question.answer, Choices):
        options = zip(LETTERS, staged.options, strict=False)
        pieces += [Words(f"{letter}   {option}", THEME, mark="box", space=6) for letter, option in options]
    elif isinstance(question.answer, Setting):
        knob = question.subject.params.knob(question.answer.knob)
        pieces += [Words(f"Your value of {knob.label.lower()} {knob.symbol} ({knob.range_text()}):", THEME), Rule(THEME)]
    else:
        pieces.append(Words("Mark the spot in the picture.", THEME))
    return [*pieces, Words("Because", THEME, role="muted", space=8), Rule(THEME, 12)]


def _answer(number: int, slate: Slate, share: float) -> Block:
    staged = slate.staged
    pieces: list[Piece] = [Words(f"{number}   {_headline(staged)}", THEME, 16, bold=True, space=6)]
    pieces.append(Words(_right(staged), THEME, bold=True, role="good"))
    assert staged.reveal is not None
    pieces += [Words(staged.reveal.line, THEME), Figure(slate, True, share)]
    if staged.takeaway:
        pieces.append(Words(staged.takeaway, THEME, mark="bar", space=8))
    return pieces


def _right(staged: Staged) -> str:
    """The right answer to the slide's question in words."""
    truth, question = staged.truth, staged.slide.question
    assert truth is not None
    assert question is not None
    if truth.choice is not None:
        return f"{LETTERS[truth.choice]}   {staged.options[truth.choice]}"
    if truth.range is not None and isinstance(question.answer, Setting):
        knob = question.subject.params.knob(question.answer.knob)
        low, high = (f"{end:.3g}" for end in truth.range)
        return f"{knob.label} {knob.symbol}: {low}" + (f" to {high}" if high != low else "")
    x, y = truth.spot or (None, None)
    return "At " + ", ".join(f"{name} = {short(at)}" for name, at in (("x", x), ("y", y)) if at is not None)


def _foot(painter: QPainter, left: str, right: str, size: tuple[float, float]) -> None:
    font = THEME.font("small")
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setPen(THEME.color("muted"))
    box = QRectF(SIDE, size[1] - 0.72 * FOOT, size[0] - 2 * SIDE, 16)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft, f"{left} · Ravine")
    painter.drawText(box, Qt.AlignmentFlag.AlignRight, right)
