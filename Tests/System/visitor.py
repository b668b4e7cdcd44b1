"""One person in front of a real browser, without a screen."""

from conftest import ARTEFACTS
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

SUBMIT = "button[type=submit]"

# Asks the notebook server of the page for a kernel, runs one line in it over the websocket, and tells what it printed.
RUN_IN_A_KERNEL = """
const [code, done] = [arguments[0], arguments[arguments.length - 1]];
(async () => {
  const base = JSON.parse(document.getElementById('jupyter-config-data').textContent).baseUrl;
  const xsrf = (document.cookie.match(/(?:^|; )_xsrf=([^;]*)/) || [])[1];
  const made = await fetch(base + 'api/kernels', {method: 'POST', headers: {'X-XSRFToken': decodeURIComponent(xsrf)}});
  if (!made.ok) return done('no kernel: ' + made.status + ' ' + await made.text());
  const kernel = await made.json();
  const socket = new WebSocket(location.origin.replace('http', 'ws') + base + 'api/kernels/' + kernel.id + '/channels');
  socket.onmessage = event => {
    const message = JSON.parse(event.data);
    if (message.msg_type === 'stream') { socket.close(); done(message.content.text); }
    if (message.msg_type === 'error') { socket.close(); done(message.content.traceback.join('')); }
  };
  socket.onerror = () => done('the websocket failed');
  socket.onopen = () => socket.send(JSON.stringify({
    header: {msg_id: 'one', msg_type: 'execute_request', username: '', session: 'one', version: '5.3'},
    parent_header: {}, metadata: {}, channel: 'shell',
    content: {code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false},
  }));
})().catch(problem => done(String(problem)));
"""


class Visitor:
    """One person in front of one browser window."""

    def __init__(self, host, test_name: str, *, size: str = "1200,900") -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={size}"):
            options.add_argument(argument)
        self.browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        self.host = host
        self.name = test_name
        self.pictures = 0

    def open(self, path: str) -> None:
        self.browser.get(self.host.address + path)

    @property
    def path(self) -> str:
        return self.browser.current_url.removeprefix(self.host.address)

    @property
    def text(self) -> str:
        return self.browser.find_element(By.TAG_NAME, "body").text

    def one(self, selector: str):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def wait(self, condition, seconds: float = 20):
        """Until `condition()` is true; a page that is just being replaced counts as not yet."""
        return WebDriverWait(self.browser, seconds, 0.1, [WebDriverException]).until(lambda _: condition())

    def fill(self, **values: str) -> None:
        """Types into the fields of these names and sends their form."""
        for name, value in values.items():
            field = self.one(f"input[name={name}]")
            field.clear()
            field.send_keys(value)
        old = self.one("html")
        field.find_element(By.XPATH, "ancestor::form").find_element(By.CSS_SELECTOR, SUBMIT).click()
        self.wait(lambda: self.one("html") != old)

    def sign_in(self, name: str, password: str | None = None) -> None:
        self.open("/login")
        self.fill(username=name, password=password or self.host.person(name).password)

    def picture(self, what: str) -> None:
        self.pictures += 1
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.browser.save_screenshot(str(ARTEFACTS / f"{self.name}-{self.pictures:02}-{what}.png"))
