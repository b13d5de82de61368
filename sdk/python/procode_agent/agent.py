"""The definition of an agent."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import json
import logging
import os
import sys
from typing import Any, Callable, Dict, List, Optional

from . import logs
from .context import Context
from .failures import InvalidInput, InvalidOutput
from .identity import Identity
from .schema import SchemaError, check_schema, validate
from .settings import Settings, SettingsError

CONTRACT = 1
_REFUSED = 78  # EX_CONFIG of sysexits.h


class Agent:
    """An agent of one function::

        agent = Agent("greeter", version="1.0.0")

        @agent.invoke(input={"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]})
        def greet(input, context):
            return {"greeting": f"Hello, {input['name']}!"}

        if __name__ == "__main__":
            agent.run()

    The function takes the input, and the Context if it has a second parameter. It may be async. A generator, async or not, makes a streaming agent.
    """

    def __init__(self, name: str, version: str, description: str = ""):
        self.name = name
        self.version = version
        self.description = description
        self.input: Dict[str, Any] = {}
        self.output: Dict[str, Any] = {}
        self.function: Optional[Callable[..., Any]] = None
        self.startup_function: Optional[Callable[[], Any]] = None

    def invoke(self, input: Optional[Dict[str, Any]] = None, output: Optional[Dict[str, Any]] = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Makes the decorated function the agent's. The schemas are in the contract's subset of JSON Schema; without one, anything goes."""

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            if self.function is not None:
                raise ValueError("an agent has one function")
            is_plain = inspect.isroutine(function) or isinstance(function, functools.partial)
            self.function = function if is_plain else function.__call__
            self.input = {} if input is None else input
            self.output = {} if output is None else output
            return function

        return decorate

    def startup(self, function: Callable[[], Any]) -> Callable[[], Any]:
        """The decorated function runs once before the agent is ready: to load a model, to open a connection. If it fails, the agent ends."""
        self.startup_function = function
        return function

    @property
    def streaming(self) -> bool:
        function = self._inner()
        return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)

    @property
    def asynchronous(self) -> bool:
        function = self._inner()
        return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)

    def _inner(self) -> Any:
        """What a decorator such as a retry was put around: that says of what kind the function is."""
        return inspect.unwrap(self.function) if self.function is not None else None

    def manifest(self) -> Dict[str, Any]:
        from . import __version__

        return {
            "contract": CONTRACT,
            "name": self.name,
            "version": self.version,
            "description": self.description,
            "streaming": self.streaming,
            "input": self.input,
            "output": self.output,
            "sdk": {"language": "python", "version": __version__},
        }

    def call(self, value: Any, context: Optional[Context] = None) -> Any:
        """Runs the function without a server, for tests: the output, or the list of a streaming agent's values. Raises InvalidInput, InvalidOutput,
        and whatever the function raises."""
        self.check()
        # What comes over HTTP has been JSON, so that a test must not pass with what can't.
        value = json.loads(json.dumps(value))
        self.check_input(value)
        context = context or Context(Identity.of([], [], []), 120.0, logs.Logger(self.name))
        result = self.start(value, context)
        if self.streaming and self.asynchronous:
            return [json.loads(self.encode(item)) for item in asyncio.run(_collect(result))]
        if self.streaming:
            with contextlib.closing(result):
                return [json.loads(self.encode(item)) for item in result]
        return json.loads(self.encode(asyncio.run(_result(result)) if inspect.isawaitable(result) else result))

    def run(self) -> None:
        """Serves until SIGTERM; does not return."""
        try:
            settings = Settings.read(os.environ)
        except SettingsError as wrong:
            self._refuse(str(wrong))
        logs.configure(settings.log_level, os.environ)
        try:
            self.check()
        except (SchemaError, ValueError) as wrong:
            self._refuse(str(wrong))
        from .server import Server  # Here, because a test that only calls the function needs no server.

        code, left_over = Server(self, settings).run()
        sys.stdout.flush()
        if left_over:
            os._exit(code)  # A thread that takes no notice of being cancelled would keep the interpreter from ending.
        sys.exit(code)

    def check(self) -> None:
        """Raises ValueError for an agent that can't run."""
        if self.function is None:
            raise ValueError("the agent has no function: decorate one with @agent.invoke()")
        for what, text, most in (("name", self.name, 100), ("version", self.version, 100), ("description", self.description, 2000)):
            if not isinstance(text, str) or len(text) > most or (what != "description" and not text.strip()):
                raise ValueError(f"the agent's {what} must be a text of at most {most} characters")
        for what, schema in (("input", self.input), ("output", self.output)):
            try:
                check_schema(schema)
            except SchemaError as wrong:
                raise SchemaError(f"the {what} schema can't be used: {wrong}") from None

    def check_input(self, value: Any) -> None:
        details = validate(self.input, value)
        if details:
            raise InvalidInput(details)

    def start(self, value: Any, context: Context) -> Any:
        """Calls the function: its value, or the coroutine or generator that makes it."""
        return self.function(value, context) if self._takes_context() else self.function(value)

    def encode(self, value: Any) -> bytes:
        """An output as one line of JSON; InvalidOutput when it isn't what the schema says."""
        details = validate(self.output, value)
        if details:
            raise InvalidOutput("; ".join(f"{detail['field'] or 'the output'} {detail['issue']}" for detail in details))
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError) as wrong:
            raise InvalidOutput(f"the output can't be written as JSON: {wrong}") from None
        return text.encode("utf-8", "backslashreplace")  # A lone surrogate becomes \udXXX, as JSON writes it.

    def _takes_context(self) -> bool:
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(self.function).parameters.values()
        positional: List[inspect.Parameter] = [parameter for parameter in parameters if parameter.kind in kinds]
        return len(positional) > 1 or any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters)

    @staticmethod
    def _refuse(why: str) -> None:
        logs.configure("info", os.environ)
        logs.event("agent.refused", why, logging.ERROR)
        sys.exit(_REFUSED)


async def _collect(values: Any) -> list:
    return [value async for value in values]


async def _result(value: Any) -> Any:
    return await value
