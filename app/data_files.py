"""Data files: a recording as .npz, .csv or .json, every array of it and the facts that belong to it.

NumPy (.npz): the arrays as they are, and `meta`, a JSON text. The same recording gives the same bytes: no time stamps.

Tidy table (.csv): one row for each number. `quantity` is the array's name; then one column for each axis that any array has,
empty where an array lacks it; then `value` and its `unit`. An index is a whole number, or a name where the recording names
what lies along the axis (axis `method`, fact `methods`). The first row is the quantity `meta`, whose JSON stands under
`unit`. Padding after a run broke off is NaN, infinities are Inf and −Inf, as pandas and R both read them.

JSON (.json): `arrays` with `axes`, `unit`, `shape` and nested `values`, and `meta`. NaN is null, infinities are "inf" and
"-inf".
"""

import csv
import json
import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.failure import UsageError
from app.files import replacing
from app.version import VERSION
from core.recording import Recording

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip archive can hold


def write(recording: Recording, slug: str, target: Path) -> None:
    """Write `recording` of the scene `slug`; the ending of `target` chooses the format."""
    writer = writer_for(target)
    with replacing(target) as part:
        writer(recording, meta_text(recording, slug), part)


def writer_for(target: Path) -> Callable[[Recording, str, Path], None]:
    """The writer of the format that `target` ends in."""
    if target.suffix.lower() not in WRITERS:
        raise UsageError(f"{target.name!r} does not end in .npz, .csv or .json")
    return WRITERS[target.suffix.lower()]


def meta_text(recording: Recording, slug: str) -> str:
    """The facts of a recording as JSON: scene, version, params, seed, outcomes and its own."""
    return json.dumps({"scene": slug, "version": VERSION, **recording.meta()}, ensure_ascii=False, allow_nan=False)


def write_npz(recording: Recording, meta: str, part: Path) -> None:
    """Arrays and `meta`, for `numpy.load`."""
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, values in [*recording.arrays().items(), ("meta", np.array(meta))]:
            entry = zipfile.ZipInfo(f"{name}.npy", FIRST_DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same bytes on every system
            with archive.open(entry, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(values).reshape(values.shape), allow_pickle=False)


def write_csv(recording: Recording, meta: str, part: Path) -> None:
    """A tidy table, UTF-8."""
    kind = type(recording)
    arrays = recording.arrays()
    axes = list(dict.fromkeys(axis for name in arrays for axis in kind.axes(name)))
    with part.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["quantity", *axes, "value", "unit"])
        table.writerow(["meta", *("" for _ in axes), "", meta])
        for name, values in arrays.items():
            own, unit = kind.axes(name), kind.unit(name)
            labels = [_labels(recording, axis, size) for axis, size in zip(own, values.shape, strict=True)]
            places = [own.index(axis) if axis in own else None for axis in axes]
            flat = values.ravel().tolist()
            for index, value in zip(np.ndindex(values.shape), flat, strict=True):
                row = ["" if place is None else labels[place][index[place]] for place in places]
                table.writerow([name, *row, _number(value), unit])


def write_json(recording: Recording, meta: str, part: Path) -> None:
    """Plain JSON, UTF-8, one array a line."""
    kind = type(recording)
    with part.open("w", encoding="utf-8") as file:
        file.write('{"meta": ' + meta + ',\n"arrays": {\n')
        for number, (name, values) in enumerate(recording.arrays().items()):
            body = {"axes": kind.axes(name), "unit": kind.unit(name), "shape": values.shape, "values": _nested(values)}
            file.write((",\n" if number else "") + json.dumps(name) + ": " + json.dumps(body, allow_nan=False))
        file.write("\n}}\n")


def _labels(recording: Recording, axis: str, size: int) -> list[str]:
    names = recording.labels(axis)
    return list(names) if len(names) == size else [str(index) for index in range(size)]


def _number(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    return repr(int(value)) if isinstance(value, bool) else repr(value)


def _nested(values: npt.NDArray[Any]) -> Any:
    if np.isfinite(values).all() if values.dtype.kind == "f" else True:
        return values.tolist()

    def clean(item: Any) -> Any:
        if isinstance(item, list):
            return [clean(entry) for entry in item]
        return item if math.isfinite(item) else None if math.isnan(item) else str(item)

    return clean(values.tolist())


WRITERS: dict[str, Callable[[Recording, str, Path], None]] = {".npz": write_npz, ".csv": write_csv, ".json": write_json}
