import contextlib
import io
import json
import logging
import unittest
from unittest import mock

from procode_agent import logs
from procode_agent.identity import CURRENT, Identity
from procode_agent.logs import Masks


class MasksTests(unittest.TestCase):
    def test_values_of_secret_variables_are_replaced_longest_first(self):
        masks = Masks({"API_KEY": "abcdefgh", "DB_PASSWORD": "abcdefghijkl", "my_token": "tok-tok-tok", "PATH": "/usr/local/bin", "SHORT_SECRET": "seven77"})
        self.assertEqual("*** *** *** /usr/local/bin seven77", masks.text("abcdefgh abcdefghijkl tok-tok-tok /usr/local/bin seven77"))

    def test_a_secret_at_the_cut_leaves_nothing_of_itself(self):
        masked = Masks({"KEY": "s" * 50}).text("x" * (16 * 1024 - 10) + "s" * 50)
        self.assertNotIn("s", masked)

    def test_anything_becomes_json(self):
        class Broken:
            def __str__(self):
                raise RuntimeError()

        cyclic = []
        cyclic.append(cyclic)
        json.dumps(Masks({}).json({1: float("nan"), "b": Broken(), "c": {1, 2}, "d": cyclic, "e": b"x", "f": (1,)}), allow_nan=False)

    def test_secrets_deep_inside_are_replaced(self):
        self.assertEqual({"a": [{"***": "x***"}]}, Masks({"KEY": "12345678"}).json({"a": [{"12345678": "x12345678"}]}))


class LineTests(unittest.TestCase):
    def write(self, do, level="info", env=None):
        buffer = io.BytesIO()
        root = logging.getLogger()
        handlers, before = list(root.handlers), root.level
        out = mock.Mock(buffer=buffer)
        try:
            with mock.patch("sys.stdout", out):
                logs.configure(level, env or {})
            do()
        finally:
            root.handlers[:] = handlers
            root.setLevel(before)
        return [json.loads(line) for line in buffer.getvalue().splitlines()]

    def test_a_line_of_the_standard_library_is_json_with_the_ids(self):
        token = CURRENT.set(Identity("id-1", "a" * 32, "b" * 16, False, None))
        try:
            line, = self.write(lambda: logging.getLogger("library").warning("%s of %d\n100%%", "one", 2))
        finally:
            CURRENT.reset(token)
        self.assertEqual(("warning", "one of 2\n100%", "id-1", "a" * 32, "b" * 16), tuple(line[name] for name in ("level", "message", "requestId", "traceId", "spanId")))

    def test_a_format_that_does_not_fit_is_still_a_line(self):
        line, = self.write(lambda: logging.getLogger("library").error("%d", "x"))
        self.assertEqual("%d", line["message"])

    def test_fields_cannot_pose_as_the_sdks_own(self):
        line, = self.write(lambda: logs.Logger("agent").info("100%", requestId="forged", event="agent.stopped"))
        self.assertNotIn("event", line)
        self.assertNotIn("requestId", line)
        self.assertEqual({"requestId": "forged", "event": "agent.stopped"}, line["fields"])

    def test_an_exception_is_a_masked_trace(self):
        def log():
            try:
                raise ValueError("the key is 12345678")
            except ValueError:
                logs.Logger("agent").exception("it failed")

        line, = self.write(log, env={"API_KEY": "12345678"})
        self.assertIn("ValueError: the key is ***", line["trace"])

    def test_lines_below_the_level_are_not_written(self):
        def log():
            logs.Logger("agent").info("no")
            logs.event("agent.stopping", "always")

        self.assertEqual(["always"], [line["message"] for line in self.write(log, level="error")])

    def test_a_lone_surrogate_is_written(self):
        line, = self.write(lambda: logs.Logger("agent").info("\ud800"))
        self.assertEqual("\ud800", line["message"])

    def test_an_output_that_nobody_reads_does_not_fail_the_caller(self):
        with contextlib.redirect_stderr(io.StringIO()) as errors, mock.patch("sys.stdout", mock.Mock()):
            handler = logs._JsonHandler(Masks({}))
            handler._out.write.side_effect = BrokenPipeError()
            handler.handle(logging.LogRecord("a", logging.INFO, "", 0, "x", (), None))
            handler._out.write.assert_called_once()
        self.assertEqual("", errors.getvalue())
