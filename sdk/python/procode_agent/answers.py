"""How an answer is written: one JSON value, or an event stream."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Dict, List, Optional, Tuple

from .failures import Failure, output_too_large
from .identity import Identity
from .invocation import Invocation, Step
from .request import Request
from .wire import Connection

_KEEP_ALIVE_SECONDS = 15.0
_QUALITY = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)\Z")


def choose_form(accept: List[str], streaming: bool) -> bool:
    """Whether the answer is an event stream; Failure when the caller takes neither form."""
    if not accept:
        return False
    qualities: Dict[str, float] = {}
    for item in accept:
        name, *parameters = [part.strip() for part in item.split(";")]
        given = [parameter[2:].strip() for parameter in parameters if parameter.startswith("q=")]
        quality = (float(given[0]) if _QUALITY.match(given[0]) else 0.0) if given else 1.0
        qualities[name] = max(quality, qualities.get(name, 0.0))
    stream = qualities.get("text/event-stream", 0.0)
    value = qualities.get("application/json", qualities.get("application/*", qualities.get("*/*", 0.0)))
    if stream == 0 and value == 0:
        raise Failure(406, "NOT_ACCEPTABLE", "The answer is application/json or text/event-stream.")
    return stream > value or (stream == value and streaming)


class Exchange:
    """One request's answer."""

    def __init__(self, connection: Connection, request: Optional[Request], identity: Identity, stopping: bool = False):
        self.connection = connection
        self.identity = identity
        self.status: Optional[int] = None
        self.as_stream = False
        self._head = request is not None and request.method == "HEAD"
        self._chunked = request is not None and not request.old
        self._closes = request is None or request.old or stopping or "close" in request.list("connection")

    @property
    def closes(self) -> bool:
        """Whether the connection ends with this answer."""
        return self._closes or self.connection.has_unread_body

    def json(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace"), [])

    def fail(self, failure: Failure) -> None:
        """As an answer of its own; when one has begun, the connection can only be closed."""
        if self.status is not None:
            self._closes = True
            return
        if failure.status in (408, 413, 431) or failure.code == "BAD_REQUEST":
            self._closes = True
        body = json.dumps(failure.body(self.identity.request_id), ensure_ascii=False).encode("utf-8", "backslashreplace")
        self._send(failure.status, body, list(failure.headers.items()))

    async def send_steps(self, invocation: Invocation, streaming: bool, max_output: int) -> Optional[Failure]:
        """What the function comes to, in the caller's form; returns the failure that was told, if any."""
        if self.as_stream:
            return await self._send_events(invocation)
        values: List[bytes] = []
        length = 1
        while True:
            step = await self._next(invocation, None)
            if step.value is not None:
                length += len(step.value) + 1
                if length > max_output:
                    step = Step(failure=output_too_large(max_output))
            if step.failure is not None:
                self._fail_unless_gone(step.failure)
                return step.failure
            if step.value is None:
                break
            values.append(step.value)
            _take(step)
        self._send(200, b"[" + b",".join(values) + b"]" if streaming else values[0], [])
        return None

    async def _send_events(self, invocation: Invocation) -> Optional[Failure]:
        while True:
            try:
                step = await self._next(invocation, _KEEP_ALIVE_SECONDS)
            except asyncio.TimeoutError:
                self._send_part(b":\n\n")
                continue
            if step.failure is not None and self.status is None:
                self._fail_unless_gone(step.failure)
                return step.failure
            if step.failure is not None:
                error = json.dumps(step.failure.body(self.identity.request_id), ensure_ascii=False).encode("utf-8", "backslashreplace")
                self._send_last(b"event: error\ndata: " + error + b"\n\n")
                return step.failure
            if step.value is None:
                self._send_last(b"event: end\ndata: {}\n\n")
                return None
            self._send_part(b"event: message\ndata: " + step.value + b"\n\n")
            # The next value is asked for when this one is on its way: a slow reader slows the function down.
            await _first(invocation, self.connection.drain(), None)
            _take(step)

    async def _next(self, invocation: Invocation, seconds: Optional[float]) -> Step:
        step = await _first(invocation, invocation.next(), seconds)
        return step if step is not None else Step(failure=invocation.interrupted.result())

    def _fail_unless_gone(self, failure: Failure) -> None:
        if failure.code == "CALLER_GONE":
            self.status, self._closes = failure.status, True
        else:
            self.fail(failure)

    def _send(self, status: int, body: bytes, headers: List[Tuple[str, str]]) -> None:
        self.status = status
        self.connection.send(status, [("Content-Type", "application/json"), *headers, *self._common()], body, with_body=not self._head)

    def _send_part(self, data: bytes) -> None:
        if self.status is None:
            self.status = 200
            headers = [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no"), *self._common()]
            self.connection.send_head(200, [*headers, ("Transfer-Encoding", "chunked")] if self._chunked else headers)
        self.connection.send_part(data, self._chunked)

    def _send_last(self, data: bytes) -> None:
        self._send_part(data)
        self.connection.send_last(self._chunked)

    def _common(self) -> List[Tuple[str, str]]:
        headers = [("X-Request-Id", self.identity.request_id), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        return [*headers, ("Connection", "close")] if self.closes else headers


def _take(step: Step) -> None:
    if step.taken is not None and not step.taken.done():
        step.taken.set_result(True)


async def _first(invocation: Invocation, other: Any, seconds: Optional[float]) -> Any:
    """What comes first: the other one's result, or None when the invocation is interrupted. TimeoutError after the seconds."""
    task = asyncio.ensure_future(other)
    try:
        done, _ = await asyncio.wait({task, invocation.interrupted}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise asyncio.TimeoutError()
        return None if invocation.interrupted in done else task.result()
    finally:
        task.cancel()
