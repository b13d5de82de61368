"""Logs as the contract wants them: one JSON object per line on standard output, without secrets."""

from __future__ import annotations

import json
import logging
import math
import sys
import time
import traceback
from typing import Any, List, Mapping, Optional

from .identity import CURRENT

_SECRET_NAMES = ("SECRET", "TOKEN", "PASSWORD", "CREDENTIAL", "KEY")
_MIN_SECRET = 8
_MAX_TEXT = 16 * 1024
_MAX_DEPTH = 10
_LEVELS = {logging.DEBUG: "debug", logging.INFO: "info", logging.WARNING: "warning", logging.ERROR: "error", logging.CRITICAL: "error"}
_NUMBERS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_SDK = logging.getLogger("procode_agent")


class Masks:
    """Replaces the values of secret variables in whatever is logged."""

    def __init__(self, env: Mapping[str, str]):
        found = {value for name, value in env.items() if len(value) >= _MIN_SECRET and any(word in name.upper() for word in _SECRET_NAMES)}
        # Longest first, so that a secret inside another one doesn't leave the rest of it standing.
        self._values: List[str] = sorted(found, key=len, reverse=True)

    def text(self, text: str) -> str:
        # Masked before it is cut: half a secret would no longer be recognized.
        for value in self._values:
            text = text.replace(value, "***")
        return text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "…"

    def json(self, value: Any, depth: int = 0) -> Any:
        """The value as something that JSON can hold."""
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            return {self.text(_str(name)): self.json(item, depth + 1) for name, item in value.items()}
        if isinstance(value, (list, tuple)) and depth < _MAX_DEPTH:
            return [self.json(item, depth + 1) for item in value]
        return self.text(_str(value))


def _str(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # A log line must not fail because of what it tells about.
        return f"<{type(value).__name__}>"


class _JsonHandler(logging.Handler):
    def __init__(self, masks: Masks):
        super().__init__()
        self._masks = masks
        self._out = sys.stdout.buffer

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = json.dumps(self._line(record), ensure_ascii=False, separators=(",", ":"))
            # A lone surrogate can't be UTF-8; as \udXXX it is what JSON calls it.
            self._out.write(line.encode("utf-8", "backslashreplace") + b"\n")
            self._out.flush()
        except (OSError, ValueError):
            pass  # Nobody reads standard output any more; that is no reason to stop serving.

    def _line(self, record: logging.LogRecord) -> dict:
        try:
            message = record.getMessage()
        except Exception:  # A format that doesn't fit its arguments, in whatever library.
            message = _str(record.msg)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{stamp}.{int(record.msecs):03d}Z",
            "level": _LEVELS.get(record.levelno, "info"),
            "message": self._masks.text(message),
        }
        current = CURRENT.get()
        if current is not None:
            line.update(requestId=current.request_id, traceId=current.trace_id, spanId=current.span_id)
        line.update(self._masks.json(getattr(record, "procode_own", {})))
        if getattr(record, "procode_fields", None):
            line["fields"] = self._masks.json(record.procode_fields)
        if record.exc_info and record.exc_info[0] is not None:
            line["trace"] = self._masks.text("".join(traceback.format_exception(*record.exc_info)))
        return line


class Logger:
    """The logger of an invocation: ``log.info("message", city=name)``. The standard library's ``logging`` goes the same way."""

    def __init__(self, name: str):
        self._logger = logging.getLogger(name)

    def debug(self, message: str, **fields: Any) -> None:
        self._write(logging.DEBUG, message, fields)

    def info(self, message: str, **fields: Any) -> None:
        self._write(logging.INFO, message, fields)

    def warning(self, message: str, **fields: Any) -> None:
        self._write(logging.WARNING, message, fields)

    def error(self, message: str, **fields: Any) -> None:
        self._write(logging.ERROR, message, fields)

    def exception(self, message: str, **fields: Any) -> None:
        """At level error, with the exception that is being handled."""
        self._write(logging.ERROR, message, fields, exc_info=True)

    def _write(self, level: int, message: str, fields: dict, exc_info: bool = False) -> None:
        # The message is given as an argument, so that a % in it is only a %.
        self._logger.log(level, "%s", message, exc_info=exc_info, extra={"procode_fields": fields})


def configure(level: str, env: Mapping[str, str]) -> None:
    """From now on everything that goes through ``logging`` is written by the contract."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(_JsonHandler(Masks(env)))
    root.setLevel(_NUMBERS[level])
    # It warns of every caller that goes away while it is being answered.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    # The SDK's own lines are part of the contract whatever the level is.
    _SDK.setLevel(logging.DEBUG)


def event(name: str, message: str, level: int = logging.INFO, exception: Optional[BaseException] = None, **own: Any) -> None:
    """One of the contract's own lines."""
    exc_info = (type(exception), exception, exception.__traceback__) if exception is not None else None
    _SDK.log(level, "%s", message, exc_info=exc_info, extra={"procode_own": {"event": name, **own}})
