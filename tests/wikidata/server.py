"""A Wikibase on this machine: the API and the query service, from plain dicts, with faults to order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Item = dict[str, Any]


@dataclass
class Fault:
    """One answer that is not what was asked for; `times` of them, then all is well."""

    kind: str
    times: int = 1
    retry_after: str | None = None
    path: str = ""
    seconds: float = 0.0


@dataclass
class FakeWikibase:
    """What the server knows: items by id, redirects, query results, and the faults still to come.

    Attributes:
        rows: Called with the query; returns the ids of all its results, which are then paged.
        asked: Every request, as its parameters.
        agents: Every User-Agent seen.
        most: Items in one answer; the others are left out of it, as when it would get too large.
    """

    items: dict[str, Item] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    rows: Callable[[str], list[str]] = lambda _query: []
    faults: list[Fault] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    most: int = 50
    address: str = ""

    @property
    def api(self) -> str:
        return f"{self.address}/w"

    @property
    def sparql(self) -> str:
        return f"{self.address}/sparql"

    def batches(self) -> list[list[str]]:
        """The ids of every request for entities, in order."""
        return [one["ids"].split("|") for one in self.asked if one.get("action") == "wbgetentities"]

    def answer(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        if path == "/sparql":
            return self._select(asked["query"])
        action = asked.get("action")
        if action == "wbgetentities":
            return self._entities(asked)
        if action == "wbsearchentities":
            return self._search(asked)
        return {"error": {"code": "badvalue", "info": f"Unrecognized value for parameter action: {action}"}}

    def _entities(self, asked: dict[str, str]) -> dict[str, Any]:
        ids = asked["ids"].split("|")
        if len(ids) > 50:
            return {"error": {"code": "toomanyvalues", "info": "Too many values supplied for parameter ids"}}
        found: dict[str, Any] = {}
        for qid in ids:
            target = self.redirects.get(qid, qid)
            if target not in self.items:
                found[qid] = {"id": qid, "missing": ""}
                continue
            item = {"type": "item", "id": target} | self._cut(self.items[target], asked)
            if target != qid:
                item["redirects"] = {"from": qid, "to": target}
            if len(found) < self.most:
                found[qid] = item
        return {"entities": found, "success": 1}

    @staticmethod
    def _cut(item: Item, asked: dict[str, str]) -> Item:
        props = set(asked.get("props", "").split("|"))
        item = {name: part for name, part in item.items() if name in props}
        languages = asked.get("languages")
        for name in ("labels", "aliases", "descriptions"):
            if languages and item.get(name):
                item[name] = {lang: held for lang, held in item[name].items() if lang in languages.split("|")}
        return item

    def _search(self, asked: dict[str, str]) -> dict[str, Any]:
        start = asked["search"].casefold()
        found = []
        for qid, item in self.items.items():
            names = [held["value"] for held in item.get("labels", {}).values()]
            names += [held["value"] for many in item.get("aliases", {}).values() for held in many]
            if any(name.casefold().startswith(start) for name in names):
                found.append({"id": qid, "label": names[0] if names else qid})
        return {"search": found[: int(asked.get("limit", 7))], "success": 1}

    def _select(self, query: str) -> dict[str, Any]:
        words = query.split()
        limit = int(words[words.index("LIMIT") + 1])
        offset = int(words[words.index("OFFSET") + 1])
        page = self.rows(query)[offset : offset + limit]
        cells = [
            {"item": {"type": "uri", "value": f"http://www.wikidata.org/entity/{qid}" if qid[0] == "Q" else qid}}
            for qid in page
        ]
        return {"head": {"vars": ["item"]}, "results": {"bindings": cells}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wikibase: FakeWikibase

    def do_GET(self) -> None:
        self._serve(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("content-length", 0))).decode())

    def _serve(self, encoded: str) -> None:
        path = urlsplit(self.path).path
        asked = {name: values[-1] for name, values in parse_qs(encoded, keep_blank_values=True).items()}
        self.wikibase.asked.append(asked | {"path": path})
        self.wikibase.agents.add(self.headers.get("user-agent", ""))
        faults = [fault for fault in self.wikibase.faults if fault.times and path.endswith(fault.path)]
        if faults:
            faults[0].times -= 1
            self._fail(faults[0], path, asked)
        else:
            self._send(200, json.dumps(self.wikibase.answer(path, asked)).encode())

    def _fail(self, fault: Fault, path: str, asked: dict[str, str]) -> None:
        more = {"retry-after": fault.retry_after} if fault.retry_after else {}
        if fault.kind == "maxlag":
            error = {"code": "maxlag", "info": "Waiting for db1: 7 seconds lagged.", "lag": 0.2}
            self._send(200, json.dumps({"error": error}).encode(), more)
        elif fault.kind == "ratelimited":
            error = {"code": "ratelimited", "info": "You've exceeded your rate limit."}
            self._send(200, json.dumps({"error": error}).encode(), more)
        elif fault.kind == "truncated":
            body = json.dumps(self.wikibase.answer(path, asked)).encode()
            self._send(200, body[: len(body) // 2], more)
        elif fault.kind == "broken":  # fewer bytes than promised, then the connection closes
            body = json.dumps(self.wikibase.answer(path, asked)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif fault.kind == "slow":
            time.sleep(fault.seconds)
            self._send(200, json.dumps(self.wikibase.answer(path, asked)).encode())
        else:
            self._send(int(fault.kind), b"<html>Too busy</html>", more | {"content-type": "text/html"})

    def _send(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
        headers = {"content-type": "application/json; charset=utf-8", "content-length": str(len(body))} | (more or {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        # Header and body in one packet, or every request costs 40 ms.
        self._headers_buffer.append(b"\r\n" + body)
        self.flush_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def serve(wikibase: FakeWikibase) -> Iterator[FakeWikibase]:
    """Run the server on a free port for as long as the block lasts."""
    handler = type("Handler", (_Handler,), {"wikibase": wikibase})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        wikibase.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield wikibase
        finally:
            server.shutdown()
