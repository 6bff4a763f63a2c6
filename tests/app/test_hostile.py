"""Broken and hostile input: settings, views, links, recipes, lessons, the metadata of foreign films, the marks of windows.

Whatever they hold: a sound value or one clear line, soon, within bounds; no code is run and no file touched. A few thousand
cases here; `make hostile` tries as many as wished and prints how many there were.
"""

import contextlib
import gc
import os
import resource
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import provenance, simulations, subject, toml_text
from app import settings as remembered
from app.export import recipe
from app.export.job import Drawing, Job
from app.failure import UsageError
from app.files import read_bounded
from app.keeping import sentinel
from app.lessons import folders
from app.lessons import read as lesson_file
from app.share import link, view_file
from app.share.view import View, of_provenance
from tests.app.hostile import BOMBS, as_json, as_toml, contents, values
from tests.core.expressions import check, hostile

CASES = int(os.environ.get("RAVINE_HOSTILE", "0"))  # more than none: that many in all, at random
READERS = 8
EACH = -(-CASES // READERS) if CASES else 500
ROUND = 2000  # as many in one go: whoever makes them up remembers them all
MOST_SECONDS = 1.0  # of processor time for one input
TRACED_SLOWDOWN = 6  # how much longer Python's own TOML reader takes while its steps are traced: measured, 5
TRACED = 40_000  # bytes of an input whose memory is counted
MOST_BYTES = 400 * TRACED  # for such an input
COUNTED: Counter[str] = Counter()
FAMOUS = "momentum-ravine"
TOUCHING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.chmod", "shutil.")
RUNNING = (
    "exec",
    "compile",
    "import",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "socket.",
    "ctypes.dlopen",
)

# Where threads begin while their steps are traced, Python up to 3.11 fails at times once there is such a hook.
pytestmark = pytest.mark.last(reason="an audit hook stays")

fuzzed = settings(
    max_examples=min(EACH, ROUND),
    derandomize=not CASES,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


in_rounds = pytest.mark.parametrize("number", range(-(-EACH // ROUND)))


class Guard:
    """Sees what the interpreter is asked to do: while it stands, nothing may be run, imported, written or moved."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.standing = False
        self._placed = False

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.standing:
            return
        writes = (
            event == "open"
            and len(arguments) > 2
            and isinstance(arguments[2], int)
            and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if writes or event.startswith(TOUCHING) or event.startswith(RUNNING):
            self.seen.append(f"{event} {arguments[:1]!r:.80}")

    @contextlib.contextmanager
    def stand(self) -> Iterator[None]:
        if not self._placed:
            sys.addaudithook(self._hear)  # there is no way to take it down again; it sleeps from now on
            self._placed = True
        self.seen, self.standing = [], True
        try:
            yield
        finally:
            self.standing = False


GUARD = Guard()


def survive(name: str, read: Callable[[], Any], *, again: bool = False, parses: bool = False) -> Any:
    """Read one input under guard, or the same one by another door; None if it was refused in one line.

    parses: it may hold expressions, which Python takes apart (the guard hears `compile`) and which are then interpreted.
    """
    COUNTED[name] += not again
    found = None
    gc.disable()  # what others left to be collected is not this input's
    start = time.thread_time()
    try:
        with GUARD.stand():
            found = read()
    except UsageError as error:
        said = str(error)
        assert said, "an error says something"
        assert said.isprintable(), f"one line that does nothing to a terminal: {said!r}"
        assert len(said) <= 700, "… and fits into one's mind"
    finally:
        taken = time.thread_time() - start
        gc.enable()
    assert taken < MOST_SECONDS * (TRACED_SLOWDOWN if sys.gettrace() else 1)
    assert not [event for event in GUARD.seen if not (parses and event.startswith("compile "))]
    return found


@pytest.fixture(scope="module", autouse=True)
def counted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Say how many cases there were, and look at the memory they took."""
    for content in (
        *good_views(),
        *good_recipes(),
        *good_lessons(),
    ):  # whatever is imported when it is first needed is here from now on
        toml_text.parse(toml_text.decoded(content))
    check("x + y")
    simulations.all_simulations()
    for path in folders.files(folders.BUNDLED):
        lesson_file.read(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if CASES:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            each = ", ".join(f"{name} {number}" for name, number in sorted(COUNTED.items()) if number)
            print(f"\n{COUNTED.total()} hostile inputs survived: {each}; the process grew by {grown:.0f} MB at most")
        assert grown < 500


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for one file, which must be all that is in it afterwards."""
    return tmp_path


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def good_views() -> list[bytes]:
    return [view_file.text(subject.view(slug, (), 3)).encode() for slug in simulations.survey()[0]]


def good_recipes() -> list[bytes]:
    first = b'[[export]]\nscene = "momentum-ravine"\nfile = ["a.mp4", "b.svg"]\nset = { condition = 100 }\nhold = [0.6, 1.6]\n'
    second = b'[[export]]\nscene = "dropout"\nfile = "c.png"\nframe = 3\nsize = "1280x720"\nslow = true\n'
    return [b'folder = "figures"\ntheme = "paper"\nseconds = 8\n' + first + second]


def good_lessons() -> list[bytes]:
    return [path.read_bytes() for path in folders.files(folders.BUNDLED)]


def good_metadata() -> list[bytes]:
    shown = subject.subject(FAMOUS)
    about = Job(shown, Path("a.png"), Drawing(frame=4)).provenance()
    blocks = b"".join(bytes([len(about[at : at + 255])]) + about[at : at + 255].encode() for at in range(0, len(about), 255))
    return [about.encode(), b"\x89PNG\r\n\x1a\n" + about.encode() + b"\x00IEND", b"GIF89a!\xfe" + blocks + b"\x00;"]


@in_rounds
@given(contents(good_views, as_toml))
@fuzzed
def test_view_files(number: int, place: Path, content: bytes) -> None:
    path = put(place, "a.ravine", content)
    found = survive("views", lambda: view_file.read(path, subject.find))
    if found is not None:
        again = view_file.parse(view_file.text(found), subject.find)
        assert (again.slug, again.params, again.seed, again.frame) == (found.slug, found.params, found.seed, found.frame)
    assert [file.name for file in place.iterdir()] == ["a.ravine"]
    assert path.read_bytes() == content


def structured() -> st.SearchStrategy[dict[str, Any]]:
    """A document of the right shape whose entries are of any kind: this comes further in than what is damaged."""
    kind = subject.find(FAMOUS).params
    knobs = st.dictionaries(st.sampled_from([*kind().values(), "glow"]), values, max_size=4)
    entries = {
        "format": st.sampled_from([0, 1, 1, 1, 2]) | values,
        "program": values,
        "scene": st.just(FAMOUS) | values,
        "seed": values,
        "frame": values,
        "theme": values,
        "knobs": knobs | values,
        "other": values,
    }
    return st.fixed_dictionaries({"scene": entries.pop("scene")}, optional=entries)


@in_rounds
@given(structured())
@fuzzed
def test_view_files_with_entries_of_any_kind(number: int, place: Path, document: dict[str, Any]) -> None:
    survive("views", lambda: view_file.parse(as_toml(document).decode("utf-8", "replace"), subject.find))


@in_rounds
@given(
    contents(lambda: [link.text(subject.view(slug, (), 3)).encode() for slug in simulations.survey()[0]], as_json),
    st.booleans(),
)
@fuzzed
def test_links(number: int, place: Path, content: bytes, prefixed: bool) -> None:
    words = ("ravine:momentum-ravine?" if prefixed else "") + content.decode("utf-8", "replace")
    found = survive("links", lambda: link.read(words, subject.find))
    if found is not None:
        assert link.read(link.text(found), subject.find).params == found.params
    within = survive("links", lambda: link.within(words), again=True)
    assert within is None or link.is_link(within)


@in_rounds
@given(contents(good_recipes, as_toml))
@fuzzed
def test_recipes(number: int, place: Path, content: bytes) -> None:
    path = put(place, "a.toml", content)
    jobs: list[Job] = survive("recipes", lambda: recipe.read(path, None)) or []
    assert all(job.target.resolve().is_relative_to(place.resolve()) for job in jobs)
    assert [file.name for file in place.iterdir()] == ["a.toml"]


@in_rounds
@given(contents(good_lessons, as_toml))
@settings(fuzzed, max_examples=min(EACH, ROUND) if CASES else 100)
def test_lessons(number: int, place: Path, content: bytes) -> None:
    path = put(place, "a.toml", content)
    found = survive("lessons", lambda: lesson_file.read(path), parses=True)
    assert found is None or found.slides
    assert path.read_bytes() == content


@in_rounds
@given(
    contents(good_metadata, lambda value: as_json({"ravine": "1", "scene": FAMOUS, "drawing": {}, "seed": 0, "params": value}))
)
@fuzzed
def test_metadata_of_foreign_files(number: int, place: Path, content: bytes) -> None:
    for name in ("a.png", "a.gif"):
        path = put(place, name, content)
        read = partial(of_view, path)
        found = survive("metadata", read, again=name == "a.gif")
        assert found is None or isinstance(found, View)
        path.unlink()


def of_view(path: Path) -> View:
    return of_provenance(provenance.read(path), subject.find)


@in_rounds
@given(contents(lambda: [b'{"theme": "paper", "width": 1500, "x": -4, "gallery": null, "format": 1}'], as_json))
@fuzzed
def test_settings_and_marks(number: int, place: Path, content: bytes) -> None:
    found = survive("settings", lambda: remembered.decoded(content))
    assert found is None or isinstance(found, remembered.Settings)
    told = survive("marks", lambda: sentinel._told(content.decode("utf-8", "replace")), again=True)
    assert all(type(value) is int for value in told.values())


@in_rounds
@given(hostile())
@settings(fuzzed, max_examples=min(EACH, ROUND) if CASES else 100)
def test_expressions(number: int, text: str) -> None:
    """Beside what they are there for (see the tests of the door): by a link, as they come from elsewhere."""
    program = survive("expressions", lambda: check(text))
    words = f"ravine:race?surface=own&formula={quote(text.encode('utf-8', 'surrogatepass'))}"
    found = survive("expressions", lambda: link.read(words, subject.find), again=True)
    assert found is None or program is not None, "a link lets nothing in that the door refuses"


def by_file(read: Callable[[Path], Any], name: str) -> Callable[[Path, bytes], Callable[[], Any]]:
    """A reader of contents by way of a file."""

    def prepared(folder: Path, content: bytes) -> Callable[[], Any]:
        path = put(folder, name, content)
        return lambda: read(path)

    return prepared


def by_text(read: Callable[[str], Any]) -> Callable[[Path, bytes], Callable[[], Any]]:
    """A reader of texts."""
    return lambda folder, content: lambda: read(content.decode("utf-8", "replace"))


DOORS = {
    "view": by_file(lambda path: view_file.read(path, subject.find), "a.ravine"),
    "recipe": by_file(lambda path: recipe.read(path, None), "a.toml"),
    "lesson": by_file(lesson_file.read, "a.toml"),
    "picture": by_file(lambda path: subject.view(str(path)), "a.png"),
    "animation": by_file(lambda path: subject.view(str(path)), "a.gif"),
    "settings": by_file(lambda path: remembered.decoded(read_bounded(path, remembered.LARGEST_FILE)), "a.json"),
    "mark": by_text(lambda words: sentinel._told(words[: sentinel.LARGEST])),
    "link": by_text(lambda words: link.read(words, subject.find)),
    "setting of a link": by_text(lambda words: link.read("ravine:momentum-ravine?" + words[:8000], subject.find)),
    "clipboard": by_text(link.within),
}


LARGEST = {
    "view": view_file.LARGEST_FILE,
    "lesson": lesson_file.LARGEST_FILE,
    "picture": provenance.LONGEST,
    "animation": provenance.LONGEST,
}


@pytest.mark.parametrize("door", DOORS)
def test_no_bomb_takes_long_or_fills_the_memory(door: str, place: Path) -> None:
    largest = LARGEST.get(door, recipe.LARGEST_FILE) - 64
    head = b'{"ravine": "1", "scene": ' if door in ("picture", "animation") else b""
    bombs = [head + bomb(largest // len(bomb(10)) * 10).encode()[:largest] for bomb in BOMBS]
    for content in bombs:
        survive("bombs", DOORS[door](place, content))
    tracemalloc.start()
    try:
        for content in bombs:
            read = DOORS[door](place, content[:TRACED])  # counting makes every allocation slow
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            survive_quietly(read)
            taken = tracemalloc.get_traced_memory()[1] - before
            assert taken < MOST_BYTES, (content[:40], taken)
    finally:
        tracemalloc.stop()
    survive("bombs", DOORS[door](place, b"[" * (4 << 20)))  # beyond any limit


def survive_quietly(read: Callable[[], Any]) -> None:
    """Once more, for the memory it takes: whoever counts that is slow."""
    with contextlib.suppress(UsageError):
        read()


def test_a_film_of_many_gigabytes_is_looked_at_where_it_says_what_it_is(place: Path) -> None:
    about = Job(subject.subject(FAMOUS), Path("a.png"), Drawing(frame=4)).provenance().encode()
    path = place / "a.mp4"
    for at in (3, 60 << 20, (4 << 30) - len(about) - 9):  # near the head, across the pieces that are read, near the end
        with path.open("wb") as file:  # it has holes, so it takes no room
            file.truncate(4 << 30)
            file.seek(at)
            file.write(about)
        found = survive("films", lambda: subject.view(str(path)))
        assert found.frame == 4
    with path.open("wb") as file:
        file.truncate(4 << 30)
    tracemalloc.start()
    assert survive("films", lambda: subject.view(str(path))) is None
    assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    tracemalloc.stop()
    for edge in range(-3, 4):  # wherever the mark lies across two pieces
        with path.open("wb") as file:
            file.seek(provenance.PIECE - len(provenance.MARK) + edge)
            file.write(about)
        assert survive("films", lambda: subject.view(str(path))).frame == 4


def test_the_guard_sees_what_it_is_there_for(place: Path) -> None:
    def bad() -> None:
        eval("1 + 1")
        (place / "left").write_text("behind")

    with pytest.raises(AssertionError, match="compile"):
        survive("guard", bad)
    assert any(event.startswith("open") for event in GUARD.seen)
    with pytest.raises(AssertionError, match="does nothing to a terminal"):
        survive("guard", lambda: (_ for _ in ()).throw(UsageError("two\nlines")))
