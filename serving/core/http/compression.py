"""Bodies in pieces, compressed as they are sent: nothing but the compressor's window is held."""

import zlib
from collections.abc import AsyncGenerator, Callable

import brotli
import zstandard

from serving.core.http.cached_answer import BROTLI_QUALITY, GZIP_LEVEL, ZSTD_LEVEL
from serving.core.http.exchange import Coding

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


async def compressed_pieces(pieces: AsyncGenerator[bytes], coding: Coding) -> AsyncGenerator[bytes]:
    """The pieces in a coding, one for each or fewer; a body that is broken off is not ended in its coding either."""
    compress, finish = _compressor(coding)
    try:
        async for piece in pieces:
            if made := compress(piece):
                yield made
        if rest := finish():
            yield rest
    finally:
        await pieces.aclose()


def _compressor(coding: Coding) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    if coding == "zstd":
        zstd = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()
        return zstd.compress, zstd.flush
    if coding == "br":
        br = brotli.Compressor(quality=BROTLI_QUALITY)
        return br.process, br.finish
    if coding == "gzip":
        gzip = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
        return gzip.compress, gzip.flush
    return bytes, bytes
