"""Rules: what the dialog offers for each kind of file, from the engine's own lists, and why an option does not apply."""

from dataclasses import dataclass

from app.data_files import WRITERS
from app.export.formats import FORMATS, SEQUENCE, Format

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (1080, 1080), (1080, 1920))
GROUPS = {"film": "Film", "still": "Picture", "sequence": "Picture", "vector": "Figure", "data": "Data"}
DATA_SUMMARIES = {
    "npz": "Every array of the run, for NumPy",
    "csv": "Every number of the run in a tidy table, with units",
    "json": "Every array of the run, with units and axes",
}
FILM_ONLY = ("fps", "seconds", "all_steps", "slow")
PICTURE_NAMES = {"still": "a picture", "vector": "a figure"}


@dataclass(frozen=True)
class Choice:
    """A kind of file to choose. `format`: the engine's; None for data."""

    key: str
    label: str
    ending: str
    kind: str
    summary: str
    format: Format | None = None

    @property
    def group(self) -> str:
        """The heading it stands under."""
        return GROUPS[self.kind]


def _drawn(form: Format) -> Choice:
    sequence = form.kind == "sequence"
    name = f"{form.name} sequence" if sequence else form.name
    summary = form.summary.partition(";")[0] if form.kind == "still" else form.summary
    return Choice(name, name, f".{form.name}", form.kind, summary, form)


def choices() -> tuple[Choice, ...]:
    """Every kind of file that the engine writes, films first, data last."""
    drawn = [_drawn(form) for form in (*FORMATS.values(), SEQUENCE)]
    data = [
        Choice(ending[1:], ending[1:], ending, "data", DATA_SUMMARIES.get(ending[1:], "Every number of the run"))
        for ending in WRITERS
    ]
    order = list(dict.fromkeys(GROUPS.values()))
    return tuple(sorted((*drawn, *data), key=lambda choice: order.index(choice.group)))


def why_not(choice: Choice, option: str) -> str:
    """Why `option` (a field of the engine's Drawing) means nothing for this kind of file; empty if it has a meaning."""
    if choice.format is None:
        return "Data files hold the numbers of the whole run; how it is drawn does not matter."
    moving = choice.kind in ("film", "sequence")
    if option in FILM_ONLY and not moving:
        return f"This is {PICTURE_NAMES[choice.kind]} of one frame; only films have a length and a pace."
    if option == "span" and not moving:
        return f"This is {PICTURE_NAMES[choice.kind]} of one frame; choose which under Frame."
    if option == "frame" and moving:
        return "A film shows many frames; choose a range under Frames."
    if option == "transparent" and not choice.format.transparent:
        able = [form.name for form in FORMATS.values() if form.transparent]
        return f"{choice.label} has no transparency; {', '.join(able[:-1])} and {able[-1]} have."
    return ""
