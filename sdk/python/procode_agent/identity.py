"""Who a request is: its id and its place in a trace."""

from __future__ import annotations

import contextvars
import re
import secrets
from typing import List, NamedTuple, Optional

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[ -~]*)?\Z")


class Identity(NamedTuple):
    request_id: str
    trace_id: str
    span_id: str
    sampled: bool
    tracestate: Optional[str]

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    @staticmethod
    def of(request_ids: List[str], traceparents: List[str], tracestates: List[str]) -> "Identity":
        """From the values of the three headers; whatever is missing or wrong is made anew."""
        given = request_ids[0] if len(request_ids) == 1 else ""
        request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(16)
        span_id = _not_zero(8)
        match = _TRACEPARENT.match(traceparents[0]) if len(traceparents) == 1 else None
        if match is None or match[1] == "ff" or (match[1] == "00" and match[5]) or not match[2].strip("0") or not match[3].strip("0"):
            return Identity(request_id, _not_zero(16), span_id, False, None)
        state = ",".join(tracestates)
        return Identity(request_id, match[2], span_id, bool(int(match[4], 16) & 1), state if 0 < len(state) <= 4096 else None)


def _not_zero(length: int) -> str:
    while True:
        text = secrets.token_hex(length)
        if text.strip("0"):
            return text


CURRENT: "contextvars.ContextVar[Optional[Identity]]" = contextvars.ContextVar("procode_identity", default=None)
"""The request that this task or thread works for; log lines take their ids from it."""
