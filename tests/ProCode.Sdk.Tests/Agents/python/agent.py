"""The conformance agent in Python; ../README.md says what it does."""

import asyncio
import os
import pathlib
import time

from procode_agent import Agent, Context, Refusal

MODE = os.environ["CONFORMANCE_MODE"]
INPUT = {
    "type": "object",
    "required": ["do"],
    "additionalProperties": False,
    "properties": {
        "do": {"type": "string"},
        "value": {},
        "count": {"type": ["integer", "null"], "minimum": 1, "maximum": 100},
        "ratio": {"type": "number", "minimum": -0.5, "maximum": 0.5},
        "name": {"type": "string", "minLength": 2, "maxLength": 4},
        "kind": {"enum": ["a", 1, None, {"x": [1.0]}]},
        "fixed": {"const": True},
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        },
    },
}
if MODE == "bad-schema":
    INPUT["properties"]["name"]["pattern"] = "^a"

agent = Agent("conformance", version="1.2.3", description="Does what the suite asks.")


def plain(request: dict, context: Context):
    what, value = request["do"], request.get("value")
    if what == "echo":
        return {"echo": value}
    if what == "context":
        return {
            "requestId": context.request_id,
            "traceparent": context.traceparent,
            "tracestate": context.tracestate,
            "deadline": context.remaining,
            "cancelled": context.cancelled,
        }
    if what == "log":
        context.log.info(value, again=value)
        return {}
    if what in ("wait", "block"):
        context.log.info("wait began")
        file = pathlib.Path(value)
        while not file.exists():
            if what == "block":
                time.sleep(0.02)
            elif context.wait(0.02):
                context.log.info("wait cancelled")
                break
        return {}
    return special(what, value)


async def streaming(request: dict, context: Context):
    what, value = request["do"], request.get("value")
    n = 0
    try:
        if what == "fail-first":
            raise RuntimeError("before the first value")
        while True:
            n += 1
            yield {"n": n}
            if what == "count" and n == request["count"]:
                return
            if what == "wait":
                if n == 2:
                    return
                while not os.path.exists(value):
                    await asyncio.sleep(0.02)
            elif what == "forever":
                await asyncio.sleep(0.01)
            elif what != "count":
                yield special(what, value)
    finally:
        context.log.info("generator closed")


def special(what: str, value):
    if what == "fail":
        raise RuntimeError(value)
    if what == "refuse":
        raise Refusal("NO_SUCH_CITY", "There is no such city.")
    if what == "wrong":
        return "wrong"
    if what == "unwritable":
        return {"n": float("nan")}
    raise ValueError(f"unknown: {what}")


agent.invoke(input=INPUT, output={"type": "object"})(streaming if MODE == "stream" else plain)

if MODE == "slow-start":

    @agent.startup
    def wait_for_the_file():
        while not os.path.exists(os.environ["CONFORMANCE_FILE"]):
            time.sleep(0.02)

elif MODE == "failing-start":

    @agent.startup
    def fail():
        raise RuntimeError("the model is missing")


if __name__ == "__main__":
    agent.run()
