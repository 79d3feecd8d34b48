"""The files of a release over HTTP: whole, in ranges (RFC 9110, 14), and decompressed for who cannot."""

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import IO, Final, NamedTuple, cast

import zstandard

from serving.core.http.cached_answer import matches
from serving.core.http.errors import RequestError
from serving.core.http.exchange import CURRENT, IMMUTABLE, Chunks, Stream
from serving.core.http.negotiation import accepts_zstd
from warehouse.model.releases.manifest import FileFormat, ReleaseFile
from warehouse.objects.release_store import ReleaseStore

MEDIA_TYPES: Final[dict[FileFormat, str]] = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
}
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_PIECE: Final = 256 * 1024
_READ: Final = 1024 * 1024


class RangeNotSatisfiable(RequestError):
    """The range that is asked for begins behind the end of the file."""

    status, code = 416, "range_not_satisfiable"
    titles = ("Range not satisfiable", "Plage non satisfaisable")
    meaning_fr = "La plage demandée commence après la fin du fichier."


class FileRequest(NamedTuple):
    """What a caller says of the file they want: header values, None where there is none."""

    accept_encoding: str | None
    if_none_match: str | None
    if_range: str | None
    range: str | None


def answer(
    store: ReleaseStore, file: ReleaseFile, asked: FileRequest, *, as_kept: bool, name: str, is_latest: bool
) -> Stream:
    """The file, or what is wanted of it. `as_kept`: the address says that compressed bytes are what is wanted.

    Raises:
        RangeNotSatisfiable: the range begins behind the end.
    """
    is_coded = file.is_compressed and not as_kept
    decompresses = is_coded and not accepts_zstd(asked.accept_encoding)
    tag = f'"{file.sha256[:32]}{"-zstd" if is_coded and not decompresses else ""}"'.encode()
    headers = [
        (b"etag", tag),
        (b"cache-control", (CURRENT if is_latest else IMMUTABLE).encode()),
        *([(b"vary", b"Accept-Encoding")] if is_coded else []),
    ]
    if asked.if_none_match is not None and matches(asked.if_none_match.encode(), tag):
        return Stream(_nothing, tuple(headers), 304)
    media_type = "application/zstd" if as_kept and file.is_compressed else MEDIA_TYPES[file.format]
    headers += [
        (b"content-type", media_type.encode()),
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
    ]
    if decompresses:
        return Stream(lambda: _decompressed(store, file), (*headers, (b"accept-ranges", b"none")))
    headers.append((b"accept-ranges", b"bytes"))
    if is_coded:
        headers.append((b"content-encoding", b"zstd"))
    wanted = None if asked.if_range not in {None, tag.decode()} else range_of(asked.range, file.bytes)
    if wanted is None:
        return Stream(_bytes(store, file, 0, file.bytes), (*headers, _length(file.bytes)))
    start, length = wanted
    place = f"bytes {start}-{start + length - 1}/{file.bytes}".encode()
    return Stream(_bytes(store, file, start, length), (*headers, _length(length), (b"content-range", place)), 206)


def range_of(text: str | None, size: int) -> tuple[int, int] | None:
    """Start and length of a single range; None where the whole file is to be sent, as for several ranges at once.

    Raises:
        RangeNotSatisfiable: it begins behind the end.
    """
    found = None if text is None else _RANGE.fullmatch(text.strip())
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size or end < start:
        raise RangeNotSatisfiable(
            f"The file has {size} bytes.",
            f"Le fichier a {size} octets.",
            param="Range",
            headers={"content-range": f"bytes */{size}"},
        )
    return start, end - start + 1


def _length(count: int) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % count


def _bytes(store: ReleaseStore, file: ReleaseFile, start: int, length: int) -> Chunks:
    async def chunks() -> AsyncGenerator[bytes]:
        async for piece in store.stream(file, start, length):
            yield piece

    return chunks


async def _decompressed(store: ReleaseStore, file: ReleaseFile) -> AsyncGenerator[bytes]:
    """A piece at a time, in a thread: however well the file compresses, little of it is in memory."""
    source = await asyncio.to_thread(store.opened, file)
    reader = zstandard.ZstdDecompressor().stream_reader(cast("IO[bytes]", source), read_size=_READ)
    while piece := await asyncio.to_thread(reader.read, _PIECE):
        yield piece


async def _nothing() -> AsyncGenerator[bytes]:
    return
    yield b""  # what makes it a generator
