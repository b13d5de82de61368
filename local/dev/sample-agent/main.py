"""A small agent: it turns the order of words around."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VERSION = (Path(__file__).parent / "version.txt").read_text(encoding="utf-8").strip()
MAX_BODY = 64 * 1024


def answer(text: str) -> dict:
    words = text.split()
    return {"version": VERSION, "output": " ".join(reversed(words)), "words": len(words)}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            self.reply(200, {"status": "ok", "version": VERSION})
        else:
            self.reply(404, {"error": "not found"})

    def do_POST(self) -> None:
        if self.path != "/invoke":
            self.reply(404, {"error": "not found"})
            return
        try:
            self.reply(200, answer(self.read_input()))
        except ValueError as problem:
            self.reply(400, {"error": str(problem)})

    def read_input(self) -> str:
        request = json.loads(self.read_body())
        if not isinstance(request, dict) or not isinstance(request.get("input"), str):
            raise ValueError('expected {"input": "some text"}')
        return request["input"]

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self.read_chunks())
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= MAX_BODY:
            raise ValueError("expected a body of at most 64 KiB")
        return self.rfile.read(length)

    def read_chunks(self):
        # Many HTTP clients send JSON in chunks, which the standard library's server leaves to its user.
        left = MAX_BODY
        while size := int(self.rfile.readline(64).split(b";")[0], 16):
            left -= size
            if size < 0 or left < 0:
                raise ValueError("expected a body of at most 64 KiB")
            yield self.rfile.read(size)
            self.rfile.readline(64)

    def reply(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8080"))
    print(f"sample-agent {VERSION} listens on port {port}", flush=True)
    # All addresses: inside a container, loopback would be out of reach.
    ThreadingHTTPServer(("", port), Handler).serve_forever()
