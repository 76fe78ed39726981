"""The browser's debugging protocol, for what a page's own policy would not let a test do in it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Protocol, cast

from playwright.sync_api import Page

TRIES, PAUSE_MS = 50, 100.0


class Send(Protocol):
    def __call__(self, method: str, params: dict[str, Any] | None = None, /) -> dict[str, Any]: ...


@contextmanager
def debugging(page: Page) -> Generator[Send]:
    """Yield what sends a command to a page and returns its result."""
    session = page.context.new_cdp_session(page)
    yield cast("Send", session.send)  # pyright: ignore[reportUnknownMemberType]
    session.detach()


def evaluate_apart(page: Page, script: str, expression: str) -> Any:
    """Run a script in a world of its own beside the page's, and return what an expression comes to there."""
    with debugging(page) as send:
        frame: str = send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world: int = send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "test"})["executionContextId"]
        send("Runtime.evaluate", {"expression": script, "contextId": world})
        result = send("Runtime.evaluate", {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True})
    return result["result"].get("value", result)


def fonts_of(page: Page, selector: str) -> list[str]:
    """Return the fonts that draw an element's text, waited for until it is drawn; none when no font has its letters."""
    page.locator(selector).wait_for(state="attached")
    with debugging(page) as send:
        send("DOM.enable")
        send("CSS.enable")
        root: int = send("DOM.getDocument")["root"]["nodeId"]
        node: int = send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        for _ in range(TRIES):
            if fonts := [font["familyName"] for font in send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]]:
                return fonts
            page.wait_for_timeout(PAUSE_MS)
    return []
