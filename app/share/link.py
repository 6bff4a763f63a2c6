"""Link: a view as a line of text, short enough for a slide.

    ravine:momentum-ravine?learning_rate=0.09&momentum=0.7&frame=40#k3f9

It names only the knobs that are not at their defaults, the seed if it is not 0, and the frame. The look is whoever's who opens
it. Since defaults may change from one version to the next, four characters after # stand for those of the scene: a link
that may mean something else by now says so. They come last, so a link that was cut short lacks them, and says so too.
Nothing is compressed: a person can read and change a link, and nothing can inflate.

Values are percent-encoded UTF-8, numbers as short as they can be written exactly. A knob that is called like one of the
view's own words (seed, frame, theme) has `knob.` before its name. A later kind of link would begin `ravine:2:`.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from app.failure import UsageError, one_line
from app.share.view import LARGEST, Find, View, checked_slug, checked_theme
from core.params import Knob, ParamError, Params, Value

SCHEME = "ravine:"
LONGEST = 8192  # characters
OWN = ("seed", "frame", "theme")
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 that are not taken for each other
CHECK = 4  # letters of the check: one changed default in a million goes unnoticed
SAFE = ",:/"  # besides letters, digits and _.-~; brackets and asterisks mean something to mails and chats
FOUND = re.compile(r"ravine:[a-z0-9][^\s<>\"`]*", re.IGNORECASE)


def is_link(name: str) -> bool:
    """Whether `name` is meant as a link."""
    return name.lstrip()[: len(SCHEME)].lower() == SCHEME


def text(view: View) -> str:
    """The link of a view."""
    values = [(knob, getattr(view.params, knob.name)) for knob in view.params.knobs()]
    pairs = [f"{_key(knob.name)}={quote(_written(value), safe=SAFE)}" for knob, value in values if value != knob.default]
    if view.seed:
        pairs.append(f"seed={view.seed}")
    if view.frame is not None:
        pairs.append(f"frame={view.frame}")
    return f"{SCHEME}{view.slug}{'?' if pairs else ''}{'&'.join(pairs)}#{check(type(view.params))}"


def read(link: str, find: Find) -> View:
    """The view that a link leads to; a `UsageError` says in one line what is wrong with it."""
    try:
        return _read(link.strip(), find)
    except UsageError as error:
        raise UsageError(one_line(f"the link {link.strip()[:60]}{'…' if len(link.strip()) > 60 else ''}: {error}")) from error


def within(words: str) -> str | None:
    """The first link in a text that somebody copied, e.g. a line of a mail; None if there is none."""
    found = FOUND.search(words[: 1 << 16])
    return found.group().rstrip(".,;:!?)]}'’”") if found else None


def check(kind: type[Params]) -> str:
    """The letters that stand for the defaults of a scene."""
    lines = sorted(f"{knob.name}={_written(knob.default)}\n" for knob in kind.knobs())
    import hashlib  # no start has to wait for it

    number = int.from_bytes(hashlib.sha256("".join(lines).encode()).digest()[:8], "big")
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(CHECK))


def _read(link: str, find: Find) -> View:
    if len(link) > LONGEST:
        raise UsageError(f"it is longer than {LONGEST} characters")
    body = link[len(SCHEME) :]
    if re.match("[0-9]+:", body):
        raise UsageError("it was made by a newer version of Ravine")
    body, _, mark = body.partition("#")
    slug, _, query = body.partition("?")
    kind = find(checked_slug(slug)).params
    values: dict[str, Value] = {}
    own: dict[str, str] = {}
    for name, value in _pairs(query):
        taken, key = (own, name) if name in OWN else (values, name.removeprefix("knob."))
        if key in taken:
            raise UsageError(f"{name}: it is named twice")
        if name in OWN:
            own[name] = value
        else:
            knob = _knob(kind, key)
            values[key] = _value(knob, value)
    return View(
        slug=slug,
        params=kind(**values),
        seed=_number("seed", own["seed"]) if "seed" in own else 0,
        frame=_number("frame", own["frame"]) if "frame" in own else None,
        theme=checked_theme(own["theme"]) if "theme" in own else None,
        note=_note(mark, check(kind)),
    )


def _note(mark: str, wanted: str) -> str:
    if mark == wanted:
        return ""
    if len(mark) < CHECK:
        return "The link ends without its check, so it may have been cut short; what it does not name is at the defaults."
    return "The scene's defaults have changed since this link was made; what it does not name may differ from what was meant."


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for pair in query.split("&") if query else ():
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"{pair[:40]!r}: a setting is written name=value")
        try:
            yield unquote(name, errors="strict"), unquote(value, errors="strict")
        except UnicodeDecodeError:
            raise UsageError(f"{name[:40]}: its value is not UTF-8") from None


def _knob(kind: type[Params], name: str) -> Knob:
    try:
        return kind.knob(name)
    except ParamError as error:
        raise UsageError(str(error)) from error


def _value(knob: Knob, value: str) -> Value:
    try:
        return knob.check(value) if knob.kind in ("text", "choice") else knob.parse(value)
    except ParamError as error:
        raise UsageError(str(error)) from error


def _number(name: str, value: str) -> int:
    if not re.fullmatch("[0-9]{1,19}", value) or int(value) > LARGEST:
        raise UsageError(f"{name}: {value[:40]!r} is not a whole number from 0 to {LARGEST}")
    return int(value)


def _key(name: str) -> str:
    return f"knob.{name}" if name in OWN else name


def _written(value: Value) -> str:
    """A value as short as it can be written exactly."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("e+", "e")
    return str(value)
