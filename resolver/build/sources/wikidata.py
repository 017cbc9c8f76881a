"""The live Wikidata, through pywikibot: the only file that imports it.

Requests go out raw (`wbgetentities`, `wbsearchentities`, SPARQL), so that one answer serves fifty items and nothing is
asked twice. pywikibot is told to be quiet and tidy: no user-config.py is read, its side files go to our cache folder,
nobody is logged in, and every request carries our own User-Agent.

Who waits for what:

    lagging database (maxlag), HTML instead of JSON, cut answers, 5xx    pywikibot, doubling its wait each time
    429 and Retry-After                                                  pywikibot's throttle; ours for SPARQL
    too many tries                                                       `SourceError`, one line

Wikidata asks tools to say who runs them: https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from resolver import __version__
from resolver.config import cache_dir
from resolver.errors import ConfigError, SourceError

WIKIDATA = "https://www.wikidata.org/w"
QUERY_SERVICE = "https://query.wikidata.org/sparql"
API_VARIABLE = "RESOLVER_WIKIDATA"
SPARQL_VARIABLE = "RESOLVER_SPARQL"
CONTACT_VARIABLE = "RESOLVER_CONTACT"
BATCH = 50
"""Items in one request: the limit of the service for anybody who is not logged in."""

_RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_SPARQL_JSON = "application/sparql-results+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where Wikidata is, and how patient to be with it.

    Attributes:
        api: Address of the wiki, with the path of its api.php if that is not `/w`.
        sparql: Address of the query service.
        contact: How the operators of Wikidata can reach whoever runs this: a mail address or a page.
        retries: How often a failed request is repeated.
        wait: Seconds before the first repetition; each further one waits twice as long, at most `longest_wait`.
        longest_wait: Seconds; a Retry-After longer than this ends the run instead, so that nobody waits for hours.
        maxlag: Seconds the databases may lag behind before we wait for them.
        timeout: Seconds to wait for an answer.
        pause: Least seconds between two requests.
    """

    api: str = WIKIDATA
    sparql: str = QUERY_SERVICE
    contact: str = ""
    retries: int = 6
    wait: float = 5.0
    longest_wait: float = 120.0
    maxlag: int = 5
    timeout: float = 70.0
    pause: float = 0.1

    @classmethod
    def from_environment(cls, contact: str | None = None) -> Service:
        """The service named by RESOLVER_WIKIDATA, RESOLVER_SPARQL and RESOLVER_CONTACT, else Wikidata itself."""
        return cls(
            api=os.environ.get(API_VARIABLE) or WIKIDATA,
            sparql=os.environ.get(SPARQL_VARIABLE) or QUERY_SERVICE,
            contact=contact or os.environ.get(CONTACT_VARIABLE) or "",
        )

    @property
    def user_agent(self) -> str:
        """What we call ourselves: `qid-resolver/0.1 (contact)`."""
        return f"qid-resolver/{__version__} ({self.contact or 'no contact given'})"


class Wikidata:
    """One connection; nothing leaves the machine before the first request.

    Args:
        service: Where and how.
        notice: Called with one line whenever a request has to wait.

    Raises:
        ConfigError: An address that is none.
    """

    def __init__(self, service: Service | None = None, notice: Callable[[str], None] | None = None) -> None:
        self.service = service or Service()
        self._notice = notice or (lambda _line: None)
        self._site: Any = None
        parts = urlsplit(self.service.api)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ConfigError(f"{API_VARIABLE} is {self.service.api!r}; expected an address such as {WIKIDATA}")

    def call(self, **parameters: Any) -> dict[str, Any]:
        """One request to the API.

        Raises:
            SourceError: No usable answer after all tries, or the service refuses the request.
        """
        if self._site is None:
            self._site = _connect(self.service, self._notice)
        from pywikibot.data.api import Request

        try:
            # use_get spares the request that would ask the service which of its actions may be read.
            request = Request(site=self._site, parameters=parameters, use_get=True)
            return dict(request.submit())
        except SourceError:
            raise
        except (
            Exception
        ) as error:  # an answer that pywikibot can't digest is the source's fault, whatever it trips over
            raise SourceError(_reason(self.service.api, error), retry_after=self._retry_after()) from error

    def entities(self, qids: list[str], *, props: str, languages: str = "") -> dict[str, Any]:
        """The part `entities` of one answer for at most fifty ids."""
        more = {"languages": languages} if languages else {}
        answer = self.call(action="wbgetentities", ids=qids, props=props, redirects="yes", **more)
        found = answer.get("entities")
        if not isinstance(found, dict):
            raise SourceError(f"{self.service.api}: the answer about {qids[0]} and others holds no entities; try again")
        return found

    def search(self, text: str, *, language: str, limit: int, kind: str = "item") -> list[dict[str, Any]]:
        """Items whose label or alias starts with `text`, the service's best first."""
        answer = self.call(
            action="wbsearchentities", search=text, language=language, uselang=language, type=kind, limit=min(limit, 50)
        )
        return list(answer.get("search") or ())

    def select(self, query: str) -> list[dict[str, str]]:
        """Rows of one SPARQL query: variable -> value.

        Raises:
            SourceError: Refused, unreachable, or cut off in the middle, as the service does when a query takes
                longer than it allows.
        """
        if self._site is None:
            self._site = _connect(self.service, self._notice)
        return _select(self.service, query, self._notice)

    def _retry_after(self) -> float | None:
        return float(self._site.throttle.retry_after) or None if self._site is not None else None


def _reason(where: str, error: Exception) -> str:
    words = " ".join(str(error).split())
    if "Maximum retries" in words:
        words = "no usable answer after all tries; it may be down or overloaded, try again later"
    return f"{where}: {words[:300] or type(error).__name__}"


def _connect(service: Service, notice: Callable[[str], None]) -> Any:
    """The site object, made in code: no user-config.py, no family file, no login."""
    _import_quietly(notice)
    from pywikibot import config, family
    from pywikibot.site import DataSite

    config.user_agent_description = service.user_agent
    config.user_agent_format = "{script_comments} {pwb} {http_backend} {python}"
    config.max_retries = service.retries
    config.retry_wait = service.wait
    config.retry_max = service.longest_wait
    config.read_maxlag = service.maxlag
    config.minthrottle = service.pause
    config.socket_timeout = (min(10.0, service.timeout), service.timeout)
    parts = urlsplit(service.api)
    address, path = parts.netloc, parts.path.rstrip("/").removesuffix("/api.php")

    class _Family(family.SingleSiteFamily, family.DefaultWikibaseFamily):  # type: ignore[misc]
        name = "resolver" + "".join(c if c.isalnum() else "0" for c in address)
        domain = address

        def protocol(self, code: str) -> str:  # noqa: ARG002 - the signature is pywikibot's
            return parts.scheme

        def scriptpath(self, code: str) -> str:  # noqa: ARG002
            return path

        def interface(self, code: str) -> str:  # noqa: ARG002
            return "DataSite"

    class _Site(DataSite):  # type: ignore[misc]
        def login(self, *_args: Any, **_more: Any) -> None:
            """Nobody logs in; the site would ask who we are before we have said how long we wait."""

    site = _Site(_Family.name, _Family())
    # A killed run is counted for ten minutes as one that still runs, and would halve our speed.
    site.throttle.process_multiplicity = 1

    def wait(seconds: float) -> None:
        if seconds > service.longest_wait:
            raise SourceError(
                f"{service.api}: asked to wait {seconds:.0f} s; try again then", retry_after=float(seconds)
            )
        if seconds > 1:
            notice(f"Waiting {seconds:.0f} seconds, as Wikidata asks")
        time.sleep(max(0.0, seconds))

    site.throttle.wait = wait
    return site


def _import_quietly(notice: Callable[[str], None]) -> None:
    """Import pywikibot without its side files: it looks for a configuration, and makes a folder in the home if none.

    An empty user-config.py in our own cache folder ends that search; it is found by PYWIKIBOT_DIR and never read.
    """
    home = cache_dir() / "wikidata" / "pywikibot"
    try:
        home.mkdir(parents=True, exist_ok=True)
        # The second is where it notes running copies of itself; it wants to read it before it has written it.
        for name in ("user-config.py", "throttle.ctrl"):
            (home / name).touch(mode=0o600)
    except OSError as error:
        raise SourceError(f"can't write to {home} ({error.strerror}); set RESOLVER_CACHE to a folder") from error
    if "pywikibot" not in sys.modules:
        before = {name: os.environ.get(name) for name in ("PYWIKIBOT_DIR", "PYWIKIBOT_NO_USER_CONFIG")}
        arguments = sys.argv
        os.environ.update(PYWIKIBOT_DIR=str(home), PYWIKIBOT_NO_USER_CONFIG="2")
        sys.argv = arguments[:1]  # it would read options of its own
        try:
            import pywikibot  # noqa: F401
        finally:
            sys.argv = arguments
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
    from pywikibot import config

    config.base_dir = str(home)
    _listen(notice)


def _listen(notice: Callable[[str], None]) -> None:
    """Keep pywikibot's own messages off the screen; pass on those that explain a wait."""
    from pywikibot import bot

    bot.init_handlers()

    def heard(record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if record.levelno >= logging.INFO and message.startswith("Waiting"):
            notice(message.partition(",")[0].rstrip("."))
        return False

    logger = logging.getLogger("pywiki")
    logger.filters = [heard]


def _select(service: Service, query: str, notice: Callable[[str], None]) -> list[dict[str, str]]:
    """One SPARQL query, patiently.

    pywikibot's own SparqlQuery takes a cut answer or an error page for an empty result, and does not wait when it is
    told to; only its transport serves here.
    """
    import requests
    from pywikibot.comms import http

    headers = {"accept": _SPARQL_JSON, "user-agent": service.user_agent}
    problem = ""
    retry_after: float | None = None
    for attempt in range(service.retries + 1):
        if attempt:
            wait = max(retry_after or 0.0, min(service.wait * 2 ** (attempt - 1), service.longest_wait))
            if retry_after and retry_after > service.longest_wait:
                break
            notice(f"Waiting {wait:.1f} seconds before retrying ({problem})")
            time.sleep(wait)
        retry_after = None
        response = http.fetch(
            service.sparql, method="POST", data={"query": query}, headers=headers, default_error_handling=False
        )
        if isinstance(response, requests.RequestException):
            problem = "no answer in time" if isinstance(response, requests.Timeout) else "the connection broke"
            continue
        if isinstance(response, Exception):
            raise SourceError(f"{service.sparql}: {' '.join(str(response).split())[:200]}") from response
        if response.status_code in _RETRY_STATUS:
            problem, retry_after = f"status {response.status_code}", _seconds(response.headers.get("retry-after"))
            if "QueryTimeout" in response.text or "TimeoutException" in response.text:
                problem = "the query takes longer than the service allows"
            continue
        if response.status_code != 200:
            said = " ".join(response.text.split())[:200]
            raise SourceError(f"{service.sparql}: status {response.status_code}, query refused: {said}")
        try:
            return _rows(json.loads(response.content))
        except (ValueError, KeyError, TypeError, AttributeError):
            problem = "the answer is cut off"
    hint = f"; asked to wait {retry_after:.0f} s" if retry_after else "; try again later, or with a smaller --page"
    raise SourceError(f"{service.sparql}: {problem}{hint}", retry_after=retry_after)


def _rows(answer: dict[str, Any]) -> list[dict[str, str]]:
    return [{name: cell["value"] for name, cell in row.items()} for row in answer["results"]["bindings"]]


def _seconds(header: str | None) -> float | None:
    """A Retry-After in seconds or as a date."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        from email.utils import parsedate_to_datetime

        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
        except ValueError:
            return None
