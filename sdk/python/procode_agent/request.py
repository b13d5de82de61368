"""What stands at the beginning of a request, read strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional

from .failures import Failure, bad_request

MAX_HEAD = 16 * 1024
MAX_HEADERS = 100
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.([01])\Z")
_HEADER = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*\Z")
_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


class Request(NamedTuple):
    method: str
    path: str
    """Without the query, otherwise as it came."""
    headers: Dict[str, List[str]]
    """By lower-case name."""
    length: Optional[int]
    """Of the body; None when it is chunked."""
    old: bool
    """HTTP/1.0."""

    def all(self, name: str) -> List[str]:
        return self.headers.get(name, [])

    def list(self, name: str) -> List[str]:
        """The items of a header that is a comma-separated list, in lower case."""
        return [item for item in (part.strip().lower() for value in self.all(name) for part in value.split(",")) if item]

    @property
    def has_body(self) -> bool:
        return self.length != 0


def parse_head(head: bytes) -> Request:
    lines = head.split(b"\r\n")
    match = _REQUEST_LINE.match(lines[0])
    if match is None:
        raise bad_request("The request line is not HTTP/1.1.")
    if len(lines) - 1 > MAX_HEADERS:
        raise headers_too_large()
    headers: Dict[str, List[str]] = {}
    for line in lines[1:]:
        header = _HEADER.match(line)
        if header is None:
            raise bad_request("A header is not well formed.")
        headers.setdefault(header[1].decode("ascii").lower(), []).append(header[2].decode("latin-1"))
    old = match[3] == b"0"
    if len(headers.get("host", [])) > 1 or (not old and "host" not in headers):
        raise bad_request("There must be one Host header.")
    target = _ABSOLUTE.sub("", match[2].decode("ascii"), count=1)
    return Request(match[1].decode("ascii"), target.split("?", 1)[0] or "/", headers, _body_length(headers, old), old)


def _body_length(headers: Dict[str, List[str]], old: bool) -> Optional[int]:
    """Where two readers could disagree about the end of a body, a second request could hide: such a request is refused."""
    lengths, codings = headers.get("content-length", []), headers.get("transfer-encoding", [])
    if codings:
        if lengths or old or len(codings) > 1 or codings[0].lower() != "chunked":
            raise bad_request("Transfer-Encoding must be chunked, and stand alone.")
        return None
    if not lengths:
        return 0
    if len(lengths) > 1 or not re.fullmatch(r"[0-9]{1,18}", lengths[0]):
        raise bad_request("Content-Length must be one number.")
    return int(lengths[0])


def headers_too_large() -> Failure:
    return Failure(431, "HEADERS_TOO_LARGE", f"Request line and headers must stay under {MAX_HEAD} bytes and {MAX_HEADERS} headers.")
