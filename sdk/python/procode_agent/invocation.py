"""One run of an agent's function, away from the server's event loop: whatever the function does, the server goes on answering."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import inspect
import logging
import threading
from typing import Any, Callable, NamedTuple, Optional

from . import logs
from .agent import Agent
from .context import Context
from .failures import Failure, InvalidOutput, Refusal, agent_failed, invalid_output


class Step(NamedTuple):
    """What the function has come to: a value (as JSON), or its end (with a failure or without)."""

    value: Optional[bytes] = None
    failure: Optional[Failure] = None
    taken: Optional["concurrent.futures.Future[bool]"] = None
    """To be set when the value has been sent: true to go on, false to stop."""


class Workers:
    """A second event loop in a thread of its own for async functions, so that one that blocks doesn't stop the server."""

    def __init__(self) -> None:
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    def loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="procode-async", daemon=True).start()
        return self._loop


class Invocation:
    """Made and used on the server's event loop; the function's side runs elsewhere and comes back by call_soon_threadsafe."""

    def __init__(self, agent: Agent, context: Context, value: Any, workers: Workers, ended: Callable[["Invocation"], None]):
        self._agent = agent
        self._context = context
        self._value = value
        self._workers = workers
        self._ended = ended
        self._server_loop = asyncio.get_running_loop()
        self._steps: "asyncio.Queue[Step]" = asyncio.Queue()
        self._task: Optional["asyncio.Task[None]"] = None
        self._offered: Optional["concurrent.futures.Future[bool]"] = None
        self._cancelled = False
        #: Completes with the reason when the invocation is cancelled.
        self.interrupted: "asyncio.Future[Failure]" = self._server_loop.create_future()

    def start(self) -> None:
        caller = contextvars.copy_context()
        if self._agent.asynchronous:
            self._workers.loop().call_soon_threadsafe(self._start_task, context=caller)
        else:
            threading.Thread(target=caller.run, args=(self._run,), name="procode-invocation", daemon=True).start()

    async def next(self) -> Step:
        return await self._steps.get()

    def interrupt(self, reason: Failure) -> None:
        """Cancels the function as far as that is possible; the first reason counts."""
        if self.interrupted.done():
            return
        self._cancelled = True
        self._context._cancel()
        self.interrupted.set_result(reason)
        if self._offered is not None and not self._offered.done():
            self._offered.set_result(False)
        if self._agent.asynchronous:
            self._workers.loop().call_soon_threadsafe(self._cancel_task)

    # In the server's loop, called from the function's side.

    def _offer(self, step: Step) -> None:
        if step.taken is not None:
            self._offered = step.taken
            if self._cancelled:
                if not step.taken.done():
                    step.taken.set_result(False)
                return
        self._steps.put_nowait(step)

    def _end(self) -> None:
        self._ended(self)

    def _tell(self, callback: Callable[..., None], *arguments: Any) -> None:
        try:
            self._server_loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            pass  # The server has stopped without waiting for us.

    # The function's side.

    def _run(self) -> None:
        """In a thread of its own."""
        step = Step()
        try:
            result = self._agent.start(self._value, self._context)
            if self._agent.streaming:
                try:
                    for value in result:
                        if not self._put(value).result():
                            break
                finally:
                    result.close()
            else:
                self._put(result)
        except BaseException as raised:
            step = Step(failure=self._failure_of(raised))
        self._finish(step)

    def _start_task(self) -> None:
        self._task = self._workers.loop().create_task(self._run_async())
        if self._cancelled:
            self._task.cancel()

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run_async(self) -> None:
        """In the workers' loop."""
        step = Step()
        try:
            result = self._agent.start(self._value, self._context)
            if self._agent.streaming:
                try:
                    async for value in result:
                        if not await asyncio.wrap_future(self._put(value)):
                            break
                finally:
                    await result.aclose()
            else:
                self._put(await result if inspect.isawaitable(result) else result)
        except BaseException as raised:
            step = Step(failure=self._failure_of(raised))
        self._finish(step)

    def _put(self, value: Any) -> "concurrent.futures.Future[bool]":
        taken: "concurrent.futures.Future[bool]" = concurrent.futures.Future()
        self._tell(self._offer, Step(self._agent.encode(value), taken=taken))
        return taken

    def _finish(self, step: Step) -> None:
        self._tell(self._offer, step)
        self._tell(self._end)

    def _failure_of(self, raised: BaseException) -> Failure:
        if isinstance(raised, Refusal):
            return Failure(422, raised.code, raised.message)
        if isinstance(raised, asyncio.CancelledError) and self._cancelled:
            return agent_failed()  # Nobody waits for it; the reason is told by whoever cancelled.
        logs.event("invocation.failed", "the agent's function failed", logging.ERROR, raised)
        return invalid_output() if isinstance(raised, InvalidOutput) else agent_failed()
