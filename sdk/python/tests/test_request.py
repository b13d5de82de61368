import unittest

from procode_agent.answers import choose_form
from procode_agent.failures import Failure
from procode_agent.request import parse_head


class ParseHeadTests(unittest.TestCase):
    def test_a_head_is_taken_apart(self):
        request = parse_head(b"POST /invoke?a=/b HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\nX-A:  1\t\r\nx-a: 2, 3,\r\nX-Empty:")
        self.assertEqual(("POST", "/invoke", 7, False, ["1", "2, 3,"], ["1", "2", "3"], [""]), (
            request.method, request.path, request.length, request.old, request.all("x-a"), request.list("x-a"), request.all("x-empty")))

    def test_targets_are_not_decoded_and_lose_only_their_origin_and_query(self):
        for target, path in ((b"http://x:1/a%2fb?c", "/a%2fb"), (b"HTTPS://x", "/"), (b"*", "*"), (b"/../a//b/.", "/../a//b/."), (b"?x", "/")):
            self.assertEqual(path, parse_head(b"GET " + target + b" HTTP/1.1\r\nHost: a").path)

    def test_what_two_readers_could_understand_differently_is_refused(self):
        for headers in (
            b"", b"Host: a\r\nHost: a", b"Host: a\r\nContent-Length: 1\r\nContent-Length: 1", b"Host: a\r\nContent-Length: 1,1", b"Host: a\r\nContent-Length:",
            b"Host: a\r\nContent-Length: \xb2", b"Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", b"Host: a\r\nTransfer-Encoding: gzip, chunked",
            b"Host: a\r\nTransfer-Encoding: chunked, identity", b"Host: a\r\nTransfer-Encoding:", b"Host: a\r\n Content-Length: 1", b"Host: a\r\nA : b", b"Host: a\r\n: b",
            b"Host: a\r\nA: b\nContent-Length: 5", b"Host: a\r\nA: b\rc", b"Host: a\r\nA: \x00", b"Host: a\r\nA\xe9: b", b"Host: a\r\nno colon",
        ):
            with self.assertRaises(Failure, msg=headers) as caught:
                parse_head(b"POST /invoke HTTP/1.1\r\n" + headers)
            self.assertEqual("BAD_REQUEST", caught.exception.code, headers)

    def test_request_lines_that_are_none_are_refused(self):
        for line in (b"", b"GET", b"GET /", b"GET / HTTP/1.2", b"GET / HTTP/2.0", b"GET  / HTTP/1.1", b"GET / HTTP/1.1 ", b" GET / HTTP/1.1", b"G@T / HTTP/1.1", b"GET /\xc3\xa9 HTTP/1.1"):
            with self.assertRaises(Failure, msg=line):
                parse_head(line + b"\r\nHost: a")

    def test_chunked_over_http_1_0_is_refused(self):
        with self.assertRaises(Failure):
            parse_head(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked")

    def test_too_many_headers_are_refused(self):
        with self.assertRaises(Failure) as caught:
            parse_head(b"GET / HTTP/1.1\r\nHost: a" + b"\r\nA: b" * 100)
        self.assertEqual(431, caught.exception.status)


class ChooseFormTests(unittest.TestCase):
    def test_a_quality_that_is_none_counts_as_not_acceptable(self):
        for quality in ("2", "-1", "nan", "1e0", "", "0.0000"):
            with self.assertRaises(Failure, msg=quality):
                choose_form([f"application/json;q={quality}"], False)

    def test_the_best_of_repeated_types_counts(self):
        self.assertTrue(choose_form(["text/event-stream;q=0.1", "application/json;q=0.5", "text/event-stream;q=0.9"], False))
