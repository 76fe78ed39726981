"""A real chromium before real gateways. Tests here are synchronous and marked `browser`; `make test-browser` runs them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.web.devtools import evaluate_apart, fonts_of
from tests.gateway.web.gateways import CHROMIUM, FLAGS, real_app, serving, wait_until_ready
from tests.gateway.web.states import ScriptedStates, scripted_app

playwright_sync = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright  # noqa: E402

WIDGET_SOURCE = Path("gateway/web/widget")
AXE = WIDGET_SOURCE / "node_modules/axe-core/axe.min.js"
PATIENCE_MS = 30_000
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = launched.new_page()
        page.set_content("<p id=letters>ƏəĞğİıŞşÇçÖöÜü</p>")
        if not fonts_of(page, "#letters"):
            pytest.skip("chromium finds no font with the letters of Azerbaijani: apt install fonts-noto-core")
        page.close()
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def states() -> ScriptedStates:
    """What the scripted gateway answers, and how its tests change that."""
    return ScriptedStates()


@pytest.fixture(scope="session")
def scripted_url(states: ScriptedStates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A gateway whose pilots answer by script, for states that real pilots reach seldom."""
    with serving(scripted_app(states, tmp_path_factory.mktemp("scripted"))) as url:
        yield url


@pytest.fixture(scope="session")
def real_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The packaged pilots for citizens on embedded defaults."""
    with serving(real_app(tmp_path_factory.mktemp("real"))) as url:
        wait_until_ready(url)
        yield url


@dataclass
class Watched:
    """A page, with everything that it asked of anyone and everything that went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def foreign_requests(self, *origins: str) -> list[str]:
        """Return the requests that went anywhere but to these origins; blobs and inline data go nowhere."""
        own = (*origins, "blob:", "data:", "about:")
        return [url for url in self.requests if not url.startswith(own)]


OpenPage = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open pages in fresh contexts; every option of `Browser.new_context` may be given."""
    contexts: list[BrowserContext] = []

    def open_(url: str, *, viewport: dict[str, int] | None = None, **options: Any) -> Watched:
        given: dict[str, Any] = {"viewport": viewport or DESKTOP, "locale": "az-AZ", "reduced_motion": "reduce"}
        context = browser.new_context(**(given | options))
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watched = Watched(context.new_page())

        def on_request(request: Request) -> None:
            watched.requests.append(request.url)

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                watched.errors.append(message.text)

        def on_fault(fault: object) -> None:
            watched.errors.append(str(fault))

        context.on("request", on_request)
        watched.page.on("console", on_console)
        watched.page.on("pageerror", on_fault)
        watched.page.goto(url)
        return watched

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe_script() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make widget-tools")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def check_accessibility(axe_script: str) -> Callable[[Page], None]:
    """Return what fails with the rule, the elements and the reason of every WCAG 2.2 AA violation that axe finds on a page."""

    def check(page: Page) -> None:
        # Apart from the page, so that its own policy for scripts stays as it is.
        tags = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]'
        run = f"axe.run(document, {{runOnly: {{type: 'tag', values: {tags}}}, resultTypes: ['violations']}})"
        brief = "r => JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => [n.target, n.failureSummary])]))"
        violations = evaluate_apart(page, axe_script, f"{run}.then({brief})")
        assert violations == "[]", violations

    return check
