"""HTTP/1.1 on one connection: strict in what it takes, bounded in what it keeps and how long it waits."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from typing import Callable, Iterator, List, Optional, Tuple

from .failures import Failure, bad_request, too_large, too_slow
from .request import MAX_HEAD, MAX_HEADERS, Request, headers_too_large, parse_head

_MAX_BUFFER = 64 * 1024
_MAX_LINE = 256
_LINGER_SECONDS = 1.0
_FLUSH_SECONDS = 30.0
_LINGER_BYTES = 4 * 1024 * 1024
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[^\x00-\x08\x0a-\x1f\x7f]*)?\Z")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REASONS = {
    100: "Continue", 200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout",
    413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 503: "Service Unavailable", 504: "Gateway Timeout",
}


class Gone(Exception):
    """The other side has closed the connection."""


class Connection(asyncio.Protocol):
    """One client. Everything here runs on the server's event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, opened: Callable[["Connection"], None]):
        self._loop = loop
        self._opened = opened
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._buffer = bytearray()
        self._waiting: Optional[asyncio.Future] = None
        self._writable: Optional[asyncio.Future] = None
        self._ended = False
        self._lost = False
        self._expired = False
        self._discarding: Optional[int] = None
        self._finished: Optional[asyncio.Future] = None
        self._unread = False
        self._expects = False
        #: Called once when the client goes away.
        self.on_gone: Optional[Callable[[], None]] = None
        #: A request is being worked on.
        self.busy = False

    # What the transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._opened(self)

    def data_received(self, data: bytes) -> None:
        if self._discarding is not None:
            self._discarding -= len(data)
            if self._discarding < 0:
                self.abort()
            return
        self._buffer += data
        if len(self._buffer) > _MAX_BUFFER:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._end()
        return True  # What is being answered may still be wanted by a client that only ended its sending side.

    def connection_lost(self, exc: Optional[Exception]) -> None:
        self._lost = True
        self.resume_writing()
        self._end()

    def pause_writing(self) -> None:
        if self._writable is None:
            self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None:
            if not self._writable.done():
                self._writable.set_result(None)
            self._writable = None

    def _end(self) -> None:
        self._ended = True
        self._wake()
        if self._finished is not None and not self._finished.done():
            self._finished.set_result(None)
        if self.on_gone is not None:
            told, self.on_gone = self.on_gone, None
            told()

    # Reading.

    @property
    def is_gone(self) -> bool:
        return self._ended

    async def read_request(self, idle_seconds: float, seconds: float) -> Request:
        """The next request's head. Raises Gone at the end, and Failure for what can't be answered otherwise."""
        try:
            with self._limit(idle_seconds):
                while not self._buffer:
                    await self._more()
        except Failure:
            raise Gone() from None  # It never began a request, so there is nothing to answer.
        with self._limit(seconds):
            while True:
                # A client may send an empty line after a body; RFC 9112 asks to pass over it.
                while self._buffer.startswith(b"\r\n"):
                    del self._buffer[:2]
                end = self._buffer.find(b"\r\n\r\n", 0, MAX_HEAD)
                if end >= 0:
                    break
                if len(self._buffer) >= MAX_HEAD:
                    raise headers_too_large()
                await self._more()
        request = parse_head(self._take(end + 4)[:-4])
        self._unread = request.has_body
        self._expects = not request.old and "100-continue" in request.list("expect")
        return request

    async def read_body(self, request: Request, limit: int, seconds: float) -> bytes:
        if request.length is not None and request.length > limit:
            raise too_large(limit)
        if self._expects and not self._buffer:
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            with self._limit(seconds):
                body = await (self._read_chunks(limit) if request.length is None else self._read_exactly(request.length))
        except Gone:
            raise bad_request("The body ended too early.") from None
        self._unread = False
        return body

    async def _read_exactly(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            if not self._buffer:
                await self._more()
            parts += self._take(min(count - len(parts), len(self._buffer)))
        return bytes(parts)

    async def _read_chunks(self, limit: int) -> bytes:
        parts = bytearray()
        while True:
            match = _CHUNK_SIZE.match(await self._read_line())
            if match is None:
                raise bad_request("A chunk's size is not a number.")
            size = int(match[1], 16)
            if size == 0:
                break
            if len(parts) + size > limit:
                raise too_large(limit)
            parts += await self._read_exactly(size)
            if await self._read_exactly(2) != b"\r\n":
                raise bad_request("A chunk is not as long as it says.")
        for _ in range(MAX_HEADERS):
            if not await self._read_line():
                return bytes(parts)
        raise bad_request("There are too many trailers.")

    async def _read_line(self) -> bytes:
        while True:
            end = self._buffer.find(b"\r\n", 0, _MAX_LINE)
            if end >= 0:
                return self._take(end + 2)[:-2]
            if len(self._buffer) >= _MAX_LINE:
                raise bad_request("A line is too long.")
            await self._more()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        if len(self._buffer) <= _MAX_BUFFER and not self._lost:
            self._transport.resume_reading()
        return taken

    async def _more(self) -> None:
        if self._expired:
            raise too_slow()
        if self._ended:
            raise Gone()
        self._waiting = self._loop.create_future()
        await self._waiting
        if self._expired:
            raise too_slow()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    @contextlib.contextmanager
    def _limit(self, seconds: float) -> Iterator[None]:
        """For everything inside together: sending a byte now and then buys no time."""

        def expire() -> None:
            self._expired = True
            self._wake()

        timer = self._loop.call_later(seconds, expire)
        try:
            yield
        finally:
            timer.cancel()

    # Writing.

    def send_head(self, status: int, headers: List[Tuple[str, str]]) -> None:
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", f"Date: {_date()}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self._write("\r\n".join(lines + ["", ""]).encode("latin-1"))

    def send(self, status: int, headers: List[Tuple[str, str]], body: bytes, with_body: bool = True) -> None:
        self.send_head(status, [*headers, ("Content-Length", str(len(body)))])
        if with_body:
            self._write(body)

    def send_part(self, data: bytes, chunked: bool) -> None:
        self._write(b"%x\r\n%b\r\n" % (len(data), data) if chunked else data)

    def send_last(self, chunked: bool) -> None:
        if chunked:
            self._write(b"0\r\n\r\n")

    async def drain(self) -> None:
        """Waits until the client has taken most of what was sent."""
        if self._writable is not None:
            await asyncio.shield(self._writable)

    async def drain_within(self, seconds: float) -> bool:
        """As drain, but not for ever: false when the client has not taken it in time."""
        if self._writable is None:
            return True
        done, _ = await asyncio.wait({self._writable}, timeout=seconds)
        return bool(done)

    def _write(self, data: bytes) -> None:
        if not self._lost:
            self._transport.write(data)

    # The end.

    @property
    def has_unread_body(self) -> bool:
        return self._unread

    def hang_up(self) -> None:
        """Closes when what was written is on its way, or when the client has not taken it for too long."""
        if not self._lost and not self._transport.is_closing():
            self._transport.close()
            self._loop.call_later(_FLUSH_SECONDS, self.abort)

    def abort(self) -> None:
        if not self._lost:
            self._transport.abort()

    async def close(self) -> None:
        """Closes so that the client gets what was sent: closing on bytes that nobody has read would take the answer away from it."""
        if not self._ended:
            self._discarding = _LINGER_BYTES
            self._buffer.clear()
            self._transport.resume_reading()
            with contextlib.suppress(OSError, NotImplementedError):
                self._transport.write_eof()
            self._finished = self._loop.create_future()
            await asyncio.wait({self._finished}, timeout=_LINGER_SECONDS)
        self.hang_up()


def _date() -> str:
    now = time.gmtime()
    return f"{_DAYS[now.tm_wday]}, {now.tm_mday:02d} {_MONTHS[now.tm_mon - 1]} {now.tm_year} {now.tm_hour:02d}:{now.tm_min:02d}:{now.tm_sec:02d} GMT"
