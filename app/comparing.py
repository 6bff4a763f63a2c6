"""Comparing: one run becomes two that differ in one knob, and one again."""

from app.session import Session
from core.pair import PREFIX, PairParams
from scenes.pair import paired


def compare(session: Session, name: str = "", *, over: bool = False) -> None:
    """Duplicate the run: A as it is, B with another value of the knob called `name`, equal at first.

    Without a name it is the knob that was turned last, or the one a person would turn first.
    """
    if session.scene is None:
        return
    single, params, old = session.scene, session.params, {}
    if isinstance(params, PairParams) and session.pair is not None:
        single, old = session.pair.single, params.values()
        params = params.sides()[0]
    knobs = [knob.name for knob in single.simulation.params.knobs() if not knob.view]
    turned = session.turned.removeprefix(PREFIX)
    name = name or (turned if turned in knobs else "learning_rate" if "learning_rate" in knobs else knobs[0])
    pair = paired(single, name, over=over)
    values = params.values()
    other = {PREFIX + name: old.get(PREFIX + name, values[name])}
    session.open(pair, pair.simulation.params.from_mapping(values | other), session.seed, session.k)


def part(session: Session) -> None:
    """Go on with A alone."""
    if isinstance(session.params, PairParams) and session.pair is not None:
        session.open(session.pair.single, session.params.sides()[0], session.seed, session.k)


def toggle(session: Session) -> None:
    """Two runs, or one again."""
    if session.pair is not None:
        part(session)
    else:
        compare(session)
