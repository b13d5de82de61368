import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import textwrap
import time
import unittest

ROOT = pathlib.Path(__file__).parent.parent


class RunningAgent:
    """An agent from a few lines of source, as its own process; everything it logs is kept."""

    def __init__(self, source, **settings):
        program = "from procode_agent import Agent, Refusal\nagent = Agent('tested', version='1')\n" + textwrap.dedent(source) + "\nagent.run()\n"
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": "0", "PROCODE_HOST": "127.0.0.1", **settings}
        self.process = subprocess.Popen([sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True)
        self.port = self.line("agent.started")["port"]

    def line(self, what):
        for text in self.process.stdout:
            line = json.loads(text)
            if what in (line.get("event"), line["message"]):
                return line
        raise AssertionError(f"no line {what!r}")

    def invoke(self, value, accept="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/invoke", json.dumps(value), {"Content-Type": "application/json", "Accept": accept})
        return connection, connection.getresponse()

    def value(self, value):
        connection, response = self.invoke(value)
        with contextlib.closing(connection):
            return response.status, json.loads(response.read())

    def __enter__(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", "/ready")
            if connection.getresponse().status == 200:
                connection.close()
                return self
            connection.close()
        raise AssertionError("not ready")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class FunctionKindTests(unittest.TestCase):
    def test_an_async_function_answers(self):
        with RunningAgent("""
            import asyncio
            @agent.invoke()
            async def f(value, context):
                await asyncio.sleep(0)
                return [value, context.request_id != '']
        """) as agent:
            self.assertEqual((200, [5, True]), agent.value(5))

    def test_an_async_function_that_blocks_leaves_health_alone(self):
        with RunningAgent("""
            import time
            @agent.invoke()
            async def f(value, context):
                context.log.info('blocking')
                time.sleep(30)
        """) as agent:
            connection = http.client.HTTPConnection("127.0.0.1", agent.port)
            connection.request("POST", "/invoke", "1", {"Content-Type": "application/json"})
            agent.line("blocking")
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", agent.port, timeout=10)) as other:
                other.request("GET", "/health")
                self.assertEqual(200, other.getresponse().status)
            connection.close()

    def test_an_async_function_over_its_time_is_cancelled(self):
        with RunningAgent("""
            import asyncio
            @agent.invoke()
            async def f(value, context):
                try:
                    await asyncio.sleep(60)
                finally:
                    context.log.info('tidied up')
        """, PROCODE_INVOKE_SECONDS="0.2") as agent:
            self.assertEqual(504, agent.value(5)[0])
            agent.line("tidied up")

    def test_a_plain_generator_streams_and_is_closed_when_the_caller_goes(self):
        with RunningAgent("""
            @agent.invoke()
            def f(value, context):
                try:
                    while True:
                        yield 1
                        context.wait(0.01)
                finally:
                    context.log.info('tidied up')
        """) as agent:
            connection, response = agent.invoke(1, "text/event-stream")
            self.assertEqual(b"event: message\n", response.readline())
            response.close()
            connection.close()
            agent.line("tidied up")

    def test_an_async_generator_that_waits_is_closed_when_the_caller_goes(self):
        with RunningAgent("""
            import asyncio
            @agent.invoke()
            async def f(value, context):
                try:
                    yield 1
                    await asyncio.sleep(60)
                finally:
                    await asyncio.sleep(0)
                    context.log.info('tidied up')
        """) as agent:
            connection, response = agent.invoke(1, "text/event-stream")
            response.readline()
            response.close()
            connection.close()
            agent.line("tidied up")

    def test_a_function_that_raises_system_exit_is_a_failed_invocation(self):
        with RunningAgent("""
            import sys
            @agent.invoke()
            def f(value):
                sys.exit(3)
        """) as agent:
            for _ in range(2):
                status, body = agent.value(1)
                self.assertEqual((500, "AGENT_FAILED"), (status, body["error"]))

    def test_an_async_function_that_raises_system_exit_is_a_failed_invocation(self):
        with RunningAgent("""
            import sys
            @agent.invoke()
            async def f(value):
                sys.exit(3)
        """) as agent:
            self.assertEqual(500, agent.value(1)[0])
            self.assertEqual(500, agent.value(1)[0])

    def test_a_large_answer_arrives_whole_at_a_slow_reader(self):
        with RunningAgent("""
            @agent.invoke()
            def f(value):
                return 'x' * value
        """) as agent:
            connection = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=20)
            connection.request("POST", "/invoke", "15000000", {"Content-Type": "application/json", "Connection": "close"})
            response = connection.getresponse()
            total = 0
            while part := response.read(1 << 20):
                total += len(part)
                time.sleep(0.1)
            self.assertEqual(15_000_002, total)
            connection.close()

    def test_an_async_startup_runs_in_the_functions_loop(self):
        with RunningAgent("""
            import asyncio
            @agent.startup
            async def load():
                global lock
                lock = asyncio.get_running_loop()
            @agent.invoke()
            async def f(value):
                return lock is asyncio.get_running_loop()
        """) as agent:
            self.assertEqual((200, True), agent.value(1))


class ServerTests(unittest.TestCase):
    def test_a_silent_stream_is_kept_alive(self):
        with RunningAgent("""
            import procode_agent.answers
            procode_agent.answers._KEEP_ALIVE_SECONDS = 0.05
            @agent.invoke()
            def f(value, context):
                context.wait(0.5)
                return 1
        """) as agent:
            connection, response = agent.invoke(1, "text/event-stream")
            text = response.read().decode()
            connection.close()
            self.assertGreater(text.count(":\n\n"), 1)
            self.assertTrue(text.endswith("event: message\ndata: 1\n\nevent: end\ndata: {}\n\n"), text)

    def test_bodies_that_trickle_in_are_bounded_all_together(self):
        with RunningAgent("agent.invoke()(lambda value: value)", PROCODE_MAX_INVOCATIONS="1") as agent:
            head = b"POST /invoke HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
            with contextlib.ExitStack() as stack:
                for _ in range(4):
                    slow = stack.enter_context(socket.create_connection(("127.0.0.1", agent.port), timeout=20))
                    slow.sendall(head)
                    self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 100"))
                self.assertEqual(503, agent.value(1)[0])
                slow.sendall(b"12345")
                self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 200"))
                self.assertEqual(200, agent.value(1)[0])

    def test_a_fault_of_the_sdk_is_an_answer_and_a_line_in_the_log(self):
        with RunningAgent("""
            agent.manifest = lambda: {'name': {1, 2}}
            agent.invoke()(lambda value: value)
        """) as agent:
            connection = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=20)
            for _ in range(2):
                connection.request("GET", "/manifest")
                response = connection.getresponse()
                self.assertEqual((500, "AGENT_FAILED"), (response.status, json.loads(response.read())["error"]))
            connection.close()
            self.assertIn("TypeError", agent.line("agent.fault")["trace"])


class StopTests(unittest.TestCase):
    def test_an_answer_on_its_way_arrives_whole(self):
        with RunningAgent("""
            @agent.invoke()
            def f(value):
                return 'x' * value
        """) as agent:
            connection = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=20)
            connection.request("POST", "/invoke", "12000000", {"Content-Type": "application/json"})
            response = connection.getresponse()
            agent.process.terminate()
            agent.line("agent.stopping")
            total = 0
            while part := response.read(1 << 20):
                total += len(part)
                time.sleep(0.2)
            self.assertEqual(12_000_002, total)
            self.assertEqual(0, agent.process.wait(10))
            connection.close()

    def test_sigint_stops_as_sigterm_does(self):
        with RunningAgent("agent.invoke()(lambda value: value)") as agent:
            agent.process.send_signal(signal.SIGINT)
            self.assertEqual(0, agent.process.wait(10))

    def test_a_start_up_that_exits_ends_with_1(self):
        for kind in ("def", "async def"):
            program = f"from procode_agent import Agent\nimport sys\na = Agent('x', version='1')\na.invoke()(lambda v: v)\n@a.startup\n{kind} s():\n    sys.exit(0)\na.run()"
            env = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": "0", "PROCODE_HOST": "127.0.0.1"}
            ended = subprocess.run([sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True, timeout=20)
            self.assertEqual((1, True), (ended.returncode, "agent.failed" in ended.stdout), kind)

    def test_a_taken_port_ends_with_1(self):
        with RunningAgent("agent.invoke()(lambda value: value)") as first:
            env = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(first.port), "PROCODE_HOST": "127.0.0.1"}
            program = "from procode_agent import Agent\na = Agent('x', version='1')\na.invoke()(lambda v: v)\na.run()"
            second = subprocess.run([sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True, timeout=20)
            self.assertEqual((1, "agent.refused"), (second.returncode, json.loads(second.stdout)["event"]))
