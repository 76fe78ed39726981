"""Photographs of every page of the console: `make screenshots`. Names say the page, the language, the width."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from gateway.policy import Role
from gateway.web.console.wording import wording
from pilots.answer import Language
from tests.gateway.web.console.office import RISKY, Office, open_office, pages, sign_in
from tests.gateway.web.gateways import CHROMIUM, FLAGS, REPOSITORY

FOLDER = REPOSITORY / "docs" / "screenshots" / "console"
WIDTHS = {390: 844, 1280: 800}
COLOURS = 128
WHOLE = ("asked", "slip", "trace", "review", "decided", "team", "pilot", "comparison", "draft", "use-pilot")
"""Pages that are shown to their end; of the others the first screen says enough."""
LONGEST = 2400
PAINTING_MS = 2000
"""A frame has its words before they are painted."""
OTHER_LANGUAGES: tuple[tuple[str, Language], ...] = (("asked", "ru"), ("pilots", "ru"), ("reviews", "en"), ("comparison", "ru"), ("comparison", "en"))


def photograph(browser: Browser, office: Office, *, width: int, language: Language = "az", only: tuple[str, ...] = (), dark: bool = False) -> None:
    options: dict[str, Any] = {
        "viewport": {"width": width, "height": WIDTHS[width]},
        "reduced_motion": "reduce",
        "locale": "az-AZ",
        "color_scheme": "dark" if dark else "light",
    }
    opened: dict[Role, Page] = {}
    for name, role, address in pages(office):
        if only and name not in only:
            continue
        if role not in opened:
            opened[role] = browser.new_context(**options).new_page()
            if len(opened) == 1 and not only:
                opened[role].goto(f"{office.url}/console/sign-in")
                shoot(opened[role], f"sign-in-{language}", width)
            sign_in(opened[role], office, role, language)
        page = opened[role]
        page.goto(f"{office.url}{address}")
        if name == "trace":
            page.locator(".waterfall").wait_for()
        shoot(page, f"{name}-{language}{'-dark' if dark else ''}", width, whole=name in WHOLE)
        if name == "evaluation":
            page.locator("iframe.report").scroll_into_view_if_needed()
            page.frame_locator("iframe.report").locator("h1").first.wait_for()
            page.wait_for_timeout(PAINTING_MS)
            shoot(page, f"report-{language}", width)
    if not only and Role.SUPERVISOR in opened:
        page = opened[Role.SUPERVISOR]
        page.goto(f"{office.url}/console/reviews")
        page.get_by_role("link", name=RISKY).first.click()
        text = page.locator("#edit-text")
        text.fill(text.input_value().replace("aylıq 250 AZN", "ayda 250 AZN, karta köçürülür"))
        page.locator("button[name=preview]").click()
        shoot(page, f"difference-{language}", width)
    if not only:
        page = opened[Role.STAFF]
        page.goto(f"{office.url}/console/inbox")
        page.locator(".queue a").first.click()
        shoot(page, f"handover-{language}", width, whole=True)
        page.get_by_role("button", name=wording(language)["inbox"]["take"]).click()
        shoot(page, f"handover-taken-{language}", width, whole=True)
    for page in opened.values():
        page.context.close()


def shoot(page: Page, name: str, width: int, *, whole: bool = False) -> None:
    path = FOLDER / f"{name}-{width}.png"
    page.screenshot(path=path, full_page=whole)
    with Image.open(path) as image:
        image.crop((0, 0, image.width, min(image.height, LONGEST))).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            path, optimize=True
        )


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with open_office(Path(folder) / "data") as office:
            for width in WIDTHS:
                photograph(browser, office, width=width)
            for name, language in OTHER_LANGUAGES:
                photograph(browser, office, width=1280, language=language, only=(name,))
            photograph(browser, office, width=1280, only=("asked", "pilot"), dark=True)
        browser.close()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
