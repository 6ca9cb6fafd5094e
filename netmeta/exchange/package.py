"""Data packages (https://specs.frictionlessdata.io/data-package/): the whole catalogue in a folder.

    datapackage.json            what is here, with sizes and check sums
    data/sources.jsonl          the sources, as the catalogue holds them
    data/records.jsonl.gz       the records, with the words they were made of: what import reads
    data/deleted.jsonl.gz       identities of records that are gone, so that import can follow
    data/records.csv.gz         the same as a table, for spreadsheets

A package is a folder, or a zip of one. The same catalogue gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

from netmeta.errors import InputError
from netmeta.exchange.tables import COLUMNS
from netmeta.texts import t

FORMAT: Final = 1
DESCRIPTOR: Final = "datapackage.json"
RECORDS: Final = "data/records.jsonl.gz"
DELETED: Final = "data/deleted.jsonl.gz"
TABLE: Final = "data/records.csv.gz"
SOURCES: Final = "data/sources.jsonl"
_LINES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    SOURCES: (
        ("name", "string"), ("kind", "string"), ("url", "string"), ("title", "string"),
        ("spider", "string"), ("homepage", "string"), ("language", "string"),
        ("timezone", "string"), ("licence", "string"), ("options", "object"),
        ("paused", "boolean"),
    ),
    RECORDS: (
        ("source", "string"), ("external_id", "string"), ("first_seen", "datetime"),
        ("record", "object"), ("words", "object"), ("origin", "object"), ("edited", "object"),
    ),
    DELETED: (
        ("source", "string"), ("url", "string"), ("external_id", "string"),
        ("deleted", "datetime"),
    ),
}  # fmt: skip
"""(name, type in the words of Table Schema) of what stands in a line of each file."""

_BLOCK: Final = 1 << 20
_LEVEL: Final = 6
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Time of members of a zip, so that equal packages are equal files."""


# --- out --------------------------------------------------------------------------------------


def write(
    folder: Path,
    *,
    lines: Iterable[tuple[str, Iterable[str]]],
    title: str,
    repository: str,
    created: str,
) -> None:
    """Write a package into a folder, which is made.

    Args:
        lines: (path, its lines) of each file; those that end with .gz are compressed.
        repository: name of the catalogue it came from.
        created: when, "2026-01-31T07:05:00Z".

    Raises: InputError if it cannot be written.
    """
    try:
        resources = [_file(folder, path, content) for path, content in lines]
        descriptor = {
            "name": "netmeta-catalogue",
            "id": f"{repository}@{created}",
            "title": title,
            "created": created,
            "profile": "data-package",
            "netmeta": {"format": FORMAT, "repository": repository},
            "resources": resources,
        }
        text = json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"
        (folder / DESCRIPTOR).write_text(text, "utf-8")
    except OSError as error:
        raise InputError(t("Cannot write {path}", path=folder), why=error.strerror) from error


def _file(folder: Path, path: str, lines: Iterable[str]) -> dict[str, Any]:
    """Write one file and describe it."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as raw:
        if path.endswith(".gz"):
            with gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as packed:
                _pour(lines, packed)
        else:
            _pour(lines, raw)
    digest, size = _digest(place.open("rb"))
    return {**_described(path), "path": path, "bytes": size, "hash": f"sha256:{digest}"}


def _pour(lines: Iterable[str], out: IO[bytes] | gzip.GzipFile) -> None:
    for line in lines:
        out.write(line.encode("utf-8", "surrogatepass"))


def _described(path: str) -> dict[str, Any]:
    name = PurePosixPath(path).name
    kind = {
        "name": name.removesuffix(".gz").replace(".", "-"),
        "format": name.removesuffix(".gz").rpartition(".")[2],
        "encoding": "utf-8",
    }
    if path.endswith(".gz"):
        kind["compression"] = "gz"
    keys = {"primaryKey": ["name"] if path == SOURCES else ["source", "external_id"]}
    if kind["format"] != "csv":
        schema = {"fields": _fields(_LINES[path]), **keys}
        # A file and no table: the base of tools for data packages reads tables from CSV only.
        return {**kind, "type": "file", "mediatype": "application/x-ndjson", "schema": schema}
    schema = {"fields": _fields(COLUMNS), "missingValues": [""], **keys}
    return {**kind, "mediatype": "text/csv", "profile": "tabular-data-resource", "schema": schema}


def _fields(columns: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": of} for name, of in columns]


def pack(folder: Path, target: Path) -> None:
    """Zip a package. Raises: InputError."""
    try:
        with zipfile.ZipFile(target, "w") as archive:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
                with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as out:
                    while block := source.read(_BLOCK):
                        out.write(block)
    except OSError as error:
        raise InputError(t("Cannot write {path}", path=target), why=error.strerror) from error


# --- in ---------------------------------------------------------------------------------------


class Package:
    """An opened package whose files are all there and unharmed. Made by `opened`."""

    def __init__(self, root: Path | zipfile.Path, descriptor: Mapping[str, Any]) -> None:
        self._root, self.descriptor = root, descriptor

    def has(self, path: str) -> bool:
        """Whether the package has a file; those of earlier versions lack some."""
        return path in {one["path"] for one in self.descriptor["resources"]}

    def lines(self, path: str) -> Iterator[tuple[int, bytes]]:
        """(number from 1, line) of a file of JSON Lines."""
        with _open(self._root, path) as raw:
            stream: IO[bytes] = raw
            if path.endswith(".gz"):  # its own buffer is shorter than most lines
                unpacked = cast(io.RawIOBase, gzip.GzipFile(fileobj=raw))
                stream = io.BufferedReader(unpacked, _BLOCK)
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line


def is_package(path: Path) -> bool:
    """Whether a path looks like a package: a folder, its descriptor, or a zip."""
    return path.is_dir() or path.name == DESCRIPTOR or path.suffix.lower() == ".zip"


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a package and check it: version, files, sizes, check sums.

    Raises: InputError with what is wrong; nothing was taken from the package then.
    """
    try:
        if path.is_dir() or path.name == DESCRIPTOR:
            yield _checked(path if path.is_dir() else path.parent, path)
        else:
            with zipfile.ZipFile(path) as archive:
                yield _checked(zipfile.Path(archive), path)
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise InputError(
            t("Cannot read {path}", path=path), why=str(error), cure=t("Check the path.")
        ) from error


def _open(root: Path | zipfile.Path, path: str) -> IO[bytes]:
    return root.joinpath(path).open("rb")


def _checked(root: Path | zipfile.Path, path: Path) -> Package:
    def bad(why: str) -> InputError:
        return InputError(t("{path} is no usable data package", path=path), why=why)

    if not root.joinpath(DESCRIPTOR).is_file():
        raise bad(t("{name} is missing", name=DESCRIPTOR))
    try:
        with _open(root, DESCRIPTOR) as file:
            descriptor = json.load(file)
        ours = descriptor["netmeta"]
        version, resources = int(ours["format"]), list(descriptor["resources"])
        files = {str(one["path"]): (str(one["hash"]), int(one["bytes"])) for one in resources}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise bad(t("{name} is not one that netmeta wrote", name=DESCRIPTOR)) from error
    if version > FORMAT:
        raise bad(t("it was written by a newer netmeta (format {n})", n=version))
    for name in (SOURCES, RECORDS):
        if name not in files:
            raise bad(t("{name} is missing", name=name))
    for name, (wanted, size) in files.items():
        # The specification forbids paths that leave the package.
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise bad(t("{name} lies outside", name=name))
        if not root.joinpath(name).is_file():
            raise bad(t("{name} is missing", name=name))
        digest, there = _digest(_open(root, name))
        if there != size or f"sha256:{digest}" != wanted:
            raise bad(t("{name} has been changed or damaged: its check sum is wrong", name=name))
    return Package(root, descriptor)


def _digest(file: IO[bytes]) -> tuple[str, int]:
    """(SHA-256 in hex, bytes) of a file, which is closed."""
    made, size = hashlib.sha256(), 0
    with file:
        while block := file.read(_BLOCK):
            made.update(block)
            size += len(block)
    return made.hexdigest(), size
