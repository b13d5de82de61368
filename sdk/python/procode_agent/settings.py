"""The variables of the contract."""

from __future__ import annotations

import math
import re
from typing import List, Mapping, NamedTuple

_LEVELS = ("debug", "info", "warning", "error")


class SettingsError(ValueError):
    """Says which variables can't be used, and why."""


class Settings(NamedTuple):
    port: int
    host: str
    max_body: int
    max_output: int
    max_invocations: int
    invoke_seconds: float
    read_seconds: float
    stop_seconds: float
    log_level: str

    @staticmethod
    def read(env: Mapping[str, str]) -> "Settings":
        problems: List[str] = []

        def whole(name: str, default: int, least: int, most: int) -> int:
            text = env.get(name, str(default))
            if re.fullmatch(r"[0-9]{1,15}", text) and least <= int(text) <= most:
                return int(text)
            problems.append(f"{name} must be a whole number from {least} to {most}")
            return default

        def seconds(name: str, default: float) -> float:
            text = env.get(name, str(default))
            if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) and math.isfinite(float(text)) and float(text) > 0:
                return float(text)
            problems.append(f"{name} must be a positive number of seconds")
            return default

        level = env.get("PROCODE_LOG_LEVEL", "info")
        if level not in _LEVELS:
            problems.append(f"PROCODE_LOG_LEVEL must be one of {', '.join(_LEVELS)}")
        settings = Settings(
            port=whole("PORT", 8080, 0, 65535),
            host=env.get("PROCODE_HOST", "0.0.0.0"),
            max_body=whole("PROCODE_MAX_BODY_BYTES", 1024 * 1024, 1, 1 << 40),
            max_output=whole("PROCODE_MAX_OUTPUT_BYTES", 16 * 1024 * 1024, 1, 1 << 40),
            max_invocations=whole("PROCODE_MAX_INVOCATIONS", 16, 1, 10_000),
            invoke_seconds=seconds("PROCODE_INVOKE_SECONDS", 120),
            read_seconds=seconds("PROCODE_READ_SECONDS", 15),
            stop_seconds=seconds("PROCODE_STOP_SECONDS", 25),
            log_level=level,
        )
        if problems:
            raise SettingsError("; ".join(problems))
        return settings
