"""Compare every claim of theory with the simulation; the exit code is 1 if one does not hold."""

import argparse
import json
from typing import Any

from app import claims
from app.progress import Progress
from core.claims import Claim
from core.recording import plain


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("scenes", metavar="SCENE", nargs="*", help="only these scenes; all of them if none is named")
    parser.add_argument("--json", action="store_true", help="for programs: one JSON document")


def run(options: argparse.Namespace) -> int:
    """Gather, print, judge."""
    progress = Progress("verifying")
    try:
        found = claims.gather(options.scenes, progress)
    finally:
        progress.close()
    failed = [claim for claim in found if not claim.holds]
    if options.json:
        print(json.dumps({"claims": [described(claim) for claim in found]}, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(table(found)))
        print(f"{len(found) - len(failed)} of {len(found)} claims hold")
    return 1 if failed else 0


def described(claim: Claim) -> dict[str, Any]:
    """A claim as the JSON shows it; a number that is not finite is its name ("nan", "inf")."""
    body = {
        "name": claim.name,
        "scene": claim.scene,
        "source": claim.source,
        "predicted": float(claim.predicted),
        "measured": float(claim.measured),
        "error": float(claim.error),
        "tolerance": float(claim.tolerance),
        "holds": bool(claim.holds),
    }
    return {name: plain(value) for name, value in body.items()}


def table(found: list[Claim]) -> list[str]:
    """The claims as lines of text, by scene."""
    heads = ("", "claim", "predicted", "measured", "error", "tolerance", "source")
    lines: list[str] = []
    for scene in dict.fromkeys(claim.scene for claim in found):
        own = [claim for claim in found if claim.scene == scene]
        rows = [heads] + [
            (
                "✓" if claim.holds else "✗",
                claim.name,
                f"{claim.predicted:.8g}",
                f"{claim.measured:.8g}",
                f"{claim.error:.2g}",
                f"{claim.tolerance:.2g}",
                claim.source,
            )
            for claim in own
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
        lines.append(f"{scene}")
        for row in rows:
            cells = [
                cell.rjust(width) if 2 <= column <= 5 else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  " + "  ".join(cells).rstrip())
        lines.append("")
    return lines
