"""The contract's server: its life from start to stop, and what each path answers."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import logging
import signal
import threading
import time
from typing import Any, Callable, Optional, Set, Tuple

from . import logs
from .agent import Agent
from .answers import Exchange, choose_form
from .context import Context
from .failures import Failure, InvalidInput, busy, caller_gone, not_ready, timed_out
from .identity import CURRENT, Identity
from .invocation import Invocation, Workers
from .request import Request
from .settings import Settings
from .wire import Connection, Gone

_MAX_CONNECTIONS = 1000
_IDLE_FACTOR = 5
_READING_FACTOR = 4
_LOOK_SECONDS = 0.02
_LAST_WORDS_SECONDS = 1.0
_MAX_DIGITS = 1000
_METHODS = {"/invoke": ("POST",), "/health": ("GET", "HEAD"), "/ready": ("GET", "HEAD"), "/manifest": ("GET", "HEAD")}


class Server:
    def __init__(self, agent: Agent, settings: Settings):
        self._agent = agent
        self._settings = settings
        self._workers = Workers()
        self._connections: Set[Connection] = set()
        self._invocations: Set[Invocation] = set()
        self._reading = 0
        self._state = "starting"
        self._cut_off = False
        self._code = 0

    def run(self) -> Tuple[int, bool]:
        """Returns the exit code, and whether threads were left that don't end by themselves."""
        return asyncio.run(self._serve()), bool(self._invocations) or self._state == "starting"

    # From start to stop.

    async def _serve(self) -> int:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._take_signals()
        try:
            listener = await self._loop.create_server(lambda: Connection(self._loop, self._accept), self._settings.host, self._settings.port, backlog=256)
        except OSError as wrong:
            logs.event("agent.refused", f"can't listen on {self._settings.host} port {self._settings.port}: {wrong.strerror}", logging.ERROR)
            return 1
        port = listener.sockets[0].getsockname()[1]
        logs.event("agent.started", f"{self._agent.name} {self._agent.version} listens on port {port}", port=port)

        starting = self._loop.create_task(self._start_up())
        await self._stop.wait()
        if self._code == 0:
            logs.event("agent.stopping", "no new invocations from now on")
        was_starting, self._state = self._state == "starting", "stopping"
        starting.cancel()
        await self._let_finish()
        listener.close()
        await self._hang_up()
        logs.event("agent.stopped", "stopped")
        if was_starting:
            self._state = "starting"  # Its thread may still be at it.
        return 1 if self._cut_off else self._code

    def _take_signals(self) -> None:
        def stop() -> None:
            (self._hurry if self._stop.is_set() else self._stop).set()

        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                self._loop.add_signal_handler(number, stop)
            except NotImplementedError:  # Windows.
                signal.signal(number, lambda *_: self._loop.call_soon_threadsafe(stop))

    async def _start_up(self) -> None:
        function = self._agent.startup_function
        failure: Optional[BaseException] = None
        if inspect.iscoroutinefunction(function):
            failure = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_outcome_of(function), self._workers.loop()))
        elif function is not None:
            failure = await self._in_thread(function)
        if failure is not None:
            logs.event("agent.failed", "the start-up function failed", logging.ERROR, failure)
            self._code = 1
            self._stop.set()
            return
        self._state = "ready"

    async def _in_thread(self, function: Any) -> Optional[BaseException]:
        # A daemon, unlike those of an executor: it can't keep the process from ending.
        done: "asyncio.Future[Optional[BaseException]]" = self._loop.create_future()

        def run() -> None:
            outcome: Optional[BaseException] = None
            try:
                function()
            except BaseException as raised:
                outcome = raised
            with contextlib.suppress(RuntimeError):  # The server has stopped without waiting for it.
                self._loop.call_soon_threadsafe(lambda: done.done() or done.set_result(outcome))

        threading.Thread(target=run, name="procode-startup", daemon=True).start()
        return await done

    async def _let_finish(self) -> None:
        """Until everything that runs has ended and been answered; for the stop limit, or until the second signal."""
        await self._wait_while(self._is_busy, self._settings.stop_seconds, self._hurry)
        if self._is_busy():
            self._cut_off = True
            for invocation in list(self._invocations):
                invocation.interrupt(not_ready("stopping"))
            await self._wait_while(self._is_busy, _LAST_WORDS_SECONDS)

    def _is_busy(self) -> bool:
        return bool(self._invocations) or any(connection.busy for connection in self._connections)

    async def _hang_up(self) -> None:
        for connection in list(self._connections):
            connection.hang_up()
        await self._wait_while(lambda: bool(self._connections), _LAST_WORDS_SECONDS)

    async def _wait_while(self, holds: Callable[[], bool], seconds: float, hurry: Optional[asyncio.Event] = None) -> None:
        end = self._loop.time() + seconds
        while holds() and self._loop.time() < end and not (hurry and hurry.is_set()):
            await asyncio.sleep(_LOOK_SECONDS)

    # Connections.

    def _accept(self, connection: Connection) -> None:
        if len(self._connections) >= _MAX_CONNECTIONS:
            connection.abort()
            return
        self._connections.add(connection)
        task = self._loop.create_task(self._talk(connection))
        task.add_done_callback(lambda _: self._connections.discard(connection))

    async def _talk(self, connection: Connection) -> None:
        seconds = self._settings.read_seconds
        idle = seconds
        try:
            while True:
                exchange = self._open(connection, None)
                try:
                    request = await connection.read_request(idle, seconds)
                    connection.busy = True
                    exchange = self._open(connection, request)
                    await self._answer(exchange, request)
                except Gone:
                    return
                except Failure as failure:
                    exchange.fail(failure)
                except Exception as failure:
                    # A fault of ours must show in the log and end with an answer, not with a silent connection.
                    logs.event("agent.fault", "the SDK failed", logging.ERROR, failure)
                    exchange.fail(Failure(500, "AGENT_FAILED", "The agent failed; its log has the cause under this request id."))
                if exchange.closes:
                    await connection.close()
                    return
                if not await connection.drain_within(seconds):
                    connection.abort()
                    return
                connection.busy = False
                idle = seconds * _IDLE_FACTOR
        finally:
            connection.busy = False
            connection.hang_up()

    def _open(self, connection: Connection, request: Optional[Request]) -> Exchange:
        names = ("x-request-id", "traceparent", "tracestate")
        identity = Identity.of(*(request.all(name) if request is not None else [] for name in names))
        CURRENT.set(identity)
        return Exchange(connection, request, identity, stopping=self._state == "stopping")

    # Requests.

    async def _answer(self, exchange: Exchange, request: Request) -> None:
        methods = _METHODS.get(request.path)
        if methods is None:
            raise Failure(404, "NOT_FOUND", "There is nothing at this path.")
        if request.method not in methods:
            raise Failure(405, "METHOD_NOT_ALLOWED", f"This path takes {' and '.join(methods)}.", headers={"Allow": ", ".join(methods)})
        if request.path == "/invoke":
            await self._answer_invoke(exchange, request)
        elif request.path == "/health":
            exchange.json(200, {"status": "ok", "name": self._agent.name, "version": self._agent.version})
        elif request.path == "/ready":
            exchange.json(200 if self._state == "ready" else 503, {"status": self._state})
        else:
            exchange.json(200, self._agent.manifest())

    async def _answer_invoke(self, exchange: Exchange, request: Request) -> None:
        began = time.monotonic()
        _require_json(request)
        exchange.as_stream = choose_form(request.list("accept"), self._agent.streaming)
        failure: Optional[Failure] = None
        try:
            self._require_ready()
            body = await self._read_body(exchange, request)
            value = _parse(body)
            try:
                self._agent.check_input(value)
            except InvalidInput as wrong:
                raise Failure(400, "INVALID_INPUT", "The input is not what the agent's schema says.", wrong.details) from None
            self._require_ready()
            if len(self._invocations) >= self._settings.max_invocations:
                raise busy()
            failure = await self._invoke(exchange, value)
        except Failure as refused:
            failure = refused
            exchange.fail(failure)
        finally:
            took = round((time.monotonic() - began) * 1000, 1)
            status = exchange.status or (failure.status if failure else 500)
            logs.event("invocation.finished", "invocation finished", status=status, durationMs=took, error=failure.code if failure else None)

    def _require_ready(self) -> None:
        if self._state != "ready":
            raise not_ready(self._state)

    async def _read_body(self, exchange: Exchange, request: Request) -> bytes:
        # Bodies that trickle in hold memory; all connections together must not hold more than a few of them.
        if self._reading >= _READING_FACTOR * self._settings.max_invocations:
            raise busy()
        self._reading += 1
        try:
            return await exchange.connection.read_body(request, self._settings.max_body, self._settings.read_seconds)
        finally:
            self._reading -= 1

    async def _invoke(self, exchange: Exchange, value: Any) -> Optional[Failure]:
        context = Context(exchange.identity, self._settings.invoke_seconds, logs.Logger(self._agent.name))
        invocation = Invocation(self._agent, context, value, self._workers, self._ended)
        self._invocations.add(invocation)
        limit = self._loop.call_later(self._settings.invoke_seconds, lambda: invocation.interrupt(timed_out()))
        exchange.connection.on_gone = lambda: invocation.interrupt(caller_gone())
        if exchange.connection.is_gone:
            invocation.interrupt(caller_gone())
        try:
            invocation.start()
            return await exchange.send_steps(invocation, self._agent.streaming, self._settings.max_output)
        finally:
            limit.cancel()
            exchange.connection.on_gone = None
            # Whatever ended the answer ends the function too; if that has ended, nothing happens.
            invocation.interrupt(caller_gone())

    def _ended(self, invocation: Invocation) -> None:
        self._invocations.discard(invocation)


async def _outcome_of(function: Any) -> Optional[BaseException]:
    """Returned, not raised: a SystemExit would end the loop that it came through."""
    try:
        await function()
    except BaseException as raised:
        return raised
    return None


def _require_json(request: Request) -> None:
    types = request.all("content-type")
    parts = [part.strip().lower() for part in types[0].split(";")] if len(types) == 1 else [""]
    kind = parts[0]
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    charsets = [part.split("=", 1)[1].strip('" ') for part in parts[1:] if part.startswith("charset=")]
    if not is_json or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise Failure(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8.")


def _parse(body: bytes) -> Any:
    def refuse(_: str) -> Any:
        raise ValueError("not JSON")

    def integer(text: str) -> int:
        # Longer ones would take time with the square of their length.
        return int(text) if len(text) <= _MAX_DIGITS else refuse(text)

    try:
        return json.loads(body.decode("utf-8"), parse_constant=refuse, parse_int=integer)
    except (ValueError, RecursionError):
        raise Failure(400, "INVALID_JSON", "The body is not valid JSON in UTF-8.") from None
