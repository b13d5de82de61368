"""What can go wrong, by the codes of the contract."""

from __future__ import annotations

import re
from typing import Dict, List, Optional

Details = List[Dict[str, str]]
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}\Z")


class Refusal(Exception):
    """Raised by an agent's function to refuse its input on purpose: 422 with this code and message, which the caller sees."""

    def __init__(self, code: str, message: str):
        if not _CODE.match(code):
            raise ValueError("a code is 1-64 capital letters, digits and underscores, and begins with a letter")
        super().__init__(message)
        self.code = code
        self.message = str(message)


class InvalidInput(ValueError):
    """An input that breaks the agent's input schema; ``details`` says where."""

    def __init__(self, details: Details):
        super().__init__("; ".join(f"{detail['field'] or 'the input'} {detail['issue']}" for detail in details))
        self.details = details


class InvalidOutput(ValueError):
    """An output that breaks the agent's output schema, or can't be written as JSON."""


class Failure(Exception):
    """An answer other than success."""

    def __init__(self, status: int, code: str, message: str, details: Optional[Details] = None, headers: Optional[Dict[str, str]] = None):
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers or {}

    def body(self, request_id: str) -> dict:
        body = {"error": self.code, "message": self.message, "requestId": request_id}
        if self.details is not None:
            body["details"] = self.details
        return body


def bad_request(message: str) -> Failure:
    return Failure(400, "BAD_REQUEST", message)


def not_ready(what: str) -> Failure:
    return Failure(503, "NOT_READY", f"The agent is {what}.", headers={"Retry-After": "1"})


def busy() -> Failure:
    return Failure(503, "BUSY", "The agent runs as many invocations as it may.", headers={"Retry-After": "1"})


def too_large(limit: int) -> Failure:
    return Failure(413, "BODY_TOO_LARGE", f"The body is longer than {limit} bytes.")


def too_slow() -> Failure:
    return Failure(408, "REQUEST_TIMEOUT", "The request was not complete in time.")


def timed_out() -> Failure:
    return Failure(504, "TIMED_OUT", "The invocation took longer than its limit.")


def agent_failed() -> Failure:
    return Failure(500, "AGENT_FAILED", "The agent failed; its log has the cause under this request id.")


def invalid_output() -> Failure:
    return Failure(500, "INVALID_OUTPUT", "The agent's output is not what its schema says; its log has the cause under this request id.")


def output_too_large(limit: int) -> Failure:
    return Failure(500, "OUTPUT_TOO_LARGE", f"The agent's output is longer than {limit} bytes; as an event stream it may come piece by piece.")


def caller_gone() -> Failure:
    """Nobody sees this one but the log."""
    return Failure(499, "CALLER_GONE", "The caller closed the connection.")
