"""Photographs of every page and state of the citizens' half: `make screenshots`. Names say the state, the language and the width."""

import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from gateway.web.words import load_words
from tests.gateway.web.gateways import CHROMIUM, FLAGS, REPOSITORY, real_app, serving, wait_until_ready
from tests.gateway.web.states import SAID, ScriptedStates, scripted_app
from tests.gateway.web.widget_page import Widget

FOLDER = REPOSITORY / "docs" / "screenshots" / "citizen"
ANSWERED = "İtirilmiş vəsiqənin bərpası neçəyədir?"
QUESTION = "Şəxsiyyət vəsiqəm itib, təzəsi neçəyədir?"
WIDTHS = {390: 844, 1280: 800}
COLOURS = 256


@dataclass
class Camera:
    browser: Browser
    real: str
    scripted: str
    states: ScriptedStates

    @contextmanager
    def page(self, url: str, width: int, **options: Any) -> Generator[Page]:
        given: dict[str, Any] = {"viewport": {"width": width, "height": WIDTHS[width]}, "reduced_motion": "reduce", "locale": "az-AZ"}
        context = self.browser.new_context(**(given | options))
        page = context.new_page()
        page.goto(url)
        yield page
        context.close()

    def shoot(self, page: Page, name: str, width: int, *, full: bool = False) -> None:
        path = FOLDER / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=full)
        with Image.open(path) as image:
            image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def open_chat(page: Page, language: str = "az") -> None:
    words = load_words("ru" if language == "ru" else "en" if language == "en" else "az")
    page.get_by_role("button", name=words("open")).click()
    page.get_by_label(words("question"), exact=True).wait_for()


def ask(page: Page, question: str, language: str = "az") -> None:
    words = load_words("ru" if language == "ru" else "en" if language == "en" else "az")
    page.get_by_label(words("question"), exact=True).fill(question)
    page.get_by_role("button", name=words("send")).click()
    page.locator(".turn:last-child .answer-foot > *").first.wait_for()


def demo(camera: Camera, width: int) -> None:
    with camera.page(f"{camera.real}/demo/az", width) as page:
        camera.shoot(page, "demo-az", width)
        open_chat(page)
        camera.shoot(page, "opened-az", width)
        ask(page, QUESTION)
        camera.shoot(page, "answered-az", width)
        page.locator(".cite").first.click()
        camera.shoot(page, "source-az", width)
        page.get_by_role("button", name="İnsanla danışın").click()
        camera.shoot(page, "person-az", width)
        page.get_by_role("button", name="Söhbəti əməkdaşa ötür").click()
        page.locator(".handover-code").wait_for()
        camera.shoot(page, "handover-az", width)
    with camera.page(f"{camera.real}/demo/az", width, color_scheme="dark") as page:
        open_chat(page)
        ask(page, QUESTION)
        camera.shoot(page, "answered-dark-az", width)
    for language, question in (("ru", "Потерял удостоверение личности, сколько стоит новое?"), ("en", "How much does a new passport cost?")):
        with camera.page(f"{camera.real}/demo/{language}", width) as page:
            open_chat(page, language)
            ask(page, question, language)
            camera.shoot(page, f"answered-{language}", width)


def navigator(camera: Camera, width: int) -> None:
    with camera.page(f"{camera.real}/embed/az/service_navigator", width) as page:
        ask(page, "xarici pasport almaq istəyirəm")
        camera.shoot(page, "navigator-az", width)


def plain(camera: Camera, width: int) -> None:
    with camera.page(f"{camera.real}/chat/az/citizen_chat", width, java_script_enabled=False) as page:
        camera.shoot(page, "plain-az", width, full=True)
        page.get_by_label("Sualınız").fill(QUESTION)
        page.get_by_role("button", name="Göndər").click()
        camera.shoot(page, "plain-answered-az", width, full=True)


def states(camera: Camera, width: int) -> None:
    for question, status in SAID.items():
        with camera.page(f"{camera.scripted}/embed/az/citizen_chat", width) as page:
            ask(page, question)
            camera.shoot(page, f"state-{status}-az", width)
    with camera.page(f"{camera.scripted}/embed/az/citizen_chat", width) as page:
        ask(page, ANSWERED)
        page.get_by_role("button", name="Xeyr").click()
        page.locator(".reasons button").scroll_into_view_if_needed()
        camera.shoot(page, "feedback-az", width)
        page.get_by_role("button", name="Söhbəti sil").click()
        camera.shoot(page, "delete-az", width)
    with camera.page(f"{camera.scripted}/embed/az/hurried_pilot", width) as page:
        ask(page, ANSWERED)
        ask(page, ANSWERED)
        camera.shoot(page, "rate-limited-az", width)
    with camera.page(f"{camera.scripted}/embed/az/citizen_chat", width) as page:
        Widget(page).go_offline()
        ask(page, QUESTION)
        camera.shoot(page, "offline-az", width)
    camera.states.pause_s = 0.7
    with camera.page(f"{camera.scripted}/embed/az/citizen_chat", width) as page:
        page.get_by_label("Sualınız").fill(ANSWERED)
        page.get_by_role("button", name="Göndər").click()
        page.locator(".sentences li").first.wait_for()
        camera.shoot(page, "arriving-az", width)
        page.get_by_role("button", name="Dayandır").click()
        page.locator(".answer[data-state=stopped]").wait_for()
        camera.shoot(page, "stopped-az", width)
    camera.states.pause_s = 0
    with camera.page(f"{camera.scripted}/chat/az/stopped_pilot", width) as page:
        camera.shoot(page, "plain-paused-az", width)
    with camera.page(f"{camera.scripted}/embed/az/stopped_pilot", width) as page:
        page.locator(".warning").wait_for()
        camera.shoot(page, "paused-az", width)


ALBUM: tuple[Callable[[Camera, int], None], ...] = (demo, navigator, plain, states)


def main(chosen: list[str]) -> None:
    """Photograph everything, or the named parts of the album."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not chosen:
        for old in FOLDER.glob("*.png"):
            old.unlink()
    scripted_states = ScriptedStates()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        real, scripted = real_app(Path(folder) / "real"), scripted_app(scripted_states, Path(folder) / "scripted")
        with serving(real) as real_url, serving(scripted) as scripted_url:
            wait_until_ready(real_url)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            camera = Camera(browser, real_url, scripted_url, scripted_states)
            for take in ALBUM:
                if not chosen or take.__name__ in chosen:
                    for width in WIDTHS:
                        take(camera, width)
            browser.close()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
