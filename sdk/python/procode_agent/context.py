"""What a function is told about its invocation."""

from __future__ import annotations

import threading
import time
from typing import Optional

from .identity import Identity
from .logs import Logger


class Context:
    """The second argument of an agent's function. Safe to use from any thread."""

    def __init__(self, identity: Identity, seconds: float, log: Logger):
        self.request_id: str = identity.request_id
        #: To be sent on as the header ``traceparent`` of requests that this invocation makes; with ``tracestate`` unless that is None.
        self.traceparent: str = identity.traceparent
        self.tracestate: Optional[str] = identity.tracestate
        self.log = log
        self._end = time.monotonic() + seconds
        self._cancelled = threading.Event()

    @property
    def remaining(self) -> float:
        """Seconds until the time limit; never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def cancelled(self) -> bool:
        """True when nobody waits for the result any more: the caller has gone, the time is over, the agent stops."""
        return self._cancelled.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleeps, but not longer than until the invocation is cancelled; true when it is. (In async functions use asyncio.sleep.)"""
        return self._cancelled.wait(seconds)

    def _cancel(self) -> None:
        self._cancelled.set()
