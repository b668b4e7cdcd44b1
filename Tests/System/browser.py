"""A client like a browser without a screen: keeps cookies, fills in the forms that it is shown."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests
from stage.people import Person


class FormReader(HTMLParser):
    """The forms of a page: where each goes, and its fields with their values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append((attributes.get("action") or "", {}))
        elif tag == "input" and self.forms and attributes.get("name"):
            self.forms[-1][1].setdefault(attributes["name"], attributes.get("value") or "")


@dataclass
class Browser:
    """One person's browser at the stage's address."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.headers["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"

    def get(self, path: str, **more) -> requests.Response:
        return self.session.get(urljoin(self.address, path), allow_redirects=False, timeout=30, **more)

    def submit(self, page: requests.Response, action: str, **values: str) -> requests.Response:
        """Sends the form of `page` whose action begins with `action`, hidden fields included, as a browser would."""
        target, fields = next(
            (urljoin(page.url, to), fields) for to, fields in FormReader(page.text).forms if to.split("?")[0] == action
        )
        return self.session.post(
            target,
            data={**fields, **values},
            headers={"Origin": self.address, "Referer": page.url, "Sec-Fetch-Site": "same-origin"},
            allow_redirects=False,
            timeout=30,
        )

    def sign_in(self, person: Person, rd: str | None = None, password: str | None = None) -> requests.Response:
        """The answer to the form with name and password; `rd` as it shall stand in the query."""
        page = self.get("/login" + (f"?rd={rd}" if rd is not None else ""))
        return self.submit(page, "/login", username=person.name, password=password or person.password)

    def sign_out(self) -> requests.Response:
        return self.submit(self.get("/account"), "/logout")

    @property
    def cookie(self) -> str:
        """The session cookie as a header line."""
        return f"Cookie: diycloud={self.session.cookies['diycloud']}"
