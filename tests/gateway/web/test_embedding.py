"""The widget on pages of other sites: those that a manifest names, under a strict policy, by one script tag with integrity; and in a frame."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import expect

from gateway.app import create_app
from gateway.settings import Settings
from gateway.web.assets import WIDGET, load_assets
from pilots.manifest import Web
from tests.gateway.web.conftest import OpenPage
from tests.gateway.web.gateways import serving
from tests.gateway.web.states import FACTS, ScriptedStates, StatedPipeline, scripted_pilots
from tests.gateway.web.widget_page import Widget

PAGE = """<!doctype html><html lang="az"><head><meta charset="utf-8"><title>Nazirlik</title>
<script defer src="{src}" integrity="{integrity}" crossorigin="anonymous"></script></head>
<body><main><h1>Nazirlik</h1>{body}</main></body></html>"""


@pytest.fixture(scope="module")
def ministry() -> Iterator[tuple[str, FastAPI]]:
    """Another site, with a page whose policy admits only what embedding needs."""
    app = FastAPI()
    with serving(app) as url:
        yield url, app


@pytest.fixture(scope="module")
def gateway_url(ministry: tuple[str, FastAPI], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A gateway whose citizen_chat may stand on the ministry's pages, and whose hurried_pilot may not."""
    pilots = scripted_pilots()
    chat = pilots["citizen_chat"]
    pilots["citizen_chat"] = replace(chat, manifest=chat.manifest.model_copy(update={"web": Web(origins=(ministry[0],))}))
    settings = Settings(data_dir=tmp_path_factory.mktemp("embedding"), sessions_per_minute=10_000, log_level="warning")
    app = create_app(settings, served_pilots=pilots, pipelines=dict.fromkeys(pilots, StatedPipeline(ScriptedStates())))
    with serving(app) as url:
        yield url


@pytest.fixture(scope="module")
def page_url(ministry: tuple[str, FastAPI], gateway_url: str) -> str:
    url, app = ministry
    widget = load_assets()[WIDGET]

    @app.get("/{kind}/{pilot}")
    async def show(kind: str, pilot: str, request: Request) -> Response:
        body = f'<korpu-chat pilot="{pilot}"></korpu-chat>' if kind == "widget" else f'<iframe src="{gateway_url}/embed/az/{pilot}"></iframe>'
        integrity = widget.integrity if "broken" not in request.query_params else "sha384-" + "A" * 64
        policy = f"default-src 'none'; style-src 'self'; script-src {gateway_url}; connect-src {gateway_url}; frame-src {gateway_url}"
        html = PAGE.format(src=gateway_url + widget.path, integrity=integrity, body=body)
        return Response(html, media_type="text/html", headers={"content-security-policy": policy})

    assert callable(show)
    return url


def test_one_script_tag_is_enough_under_a_strict_policy(page_url: str, gateway_url: str, open_page: OpenPage) -> None:
    watched = open_page(f"{page_url}/widget/citizen_chat")
    widget = Widget(watched.page)
    widget.open()
    expect(widget.ask("answered").locator("li").first).to_contain_text(FACTS[0])
    background = watched.page.locator(".answer .badge").evaluate("e => getComputedStyle(e).backgroundColor")
    assert background not in ("rgba(0, 0, 0, 0)", "transparent"), "the widget has no style under this policy"
    widget.button("person").click()
    widget.button("person_handover").click()
    expect(watched.page.locator(".handover-code")).to_be_visible()
    assert watched.foreign_requests(page_url, gateway_url) == []
    assert watched.errors == []
    assert watched.page.context.cookies() == []


def test_a_changed_file_does_not_run(page_url: str, open_page: OpenPage) -> None:
    watched = open_page(f"{page_url}/widget/citizen_chat?broken")
    assert watched.page.evaluate("() => customElements.get('korpu-chat') === undefined")
    assert any("integrity" in error for error in watched.errors)


def test_a_page_that_no_manifest_names_gets_nothing(page_url: str, open_page: OpenPage) -> None:
    watched = open_page(f"{page_url}/widget/hurried_pilot")
    Widget(watched.page).button("open").click()
    expect(watched.page.get_by_role("status")).to_contain_text("İnternet bağlantısı yoxdur")
    assert any("CORS" in error for error in watched.errors)


def test_a_frame_is_shown_on_named_pages_only(page_url: str, open_page: OpenPage) -> None:
    watched = open_page(f"{page_url}/frame/citizen_chat", viewport={"width": 800, "height": 900})
    frame = watched.page.frame_locator("iframe")
    frame.get_by_label("Sualınız").fill("answered")
    frame.get_by_role("button", name="Göndər").click()
    expect(frame.locator(".answer li").first).to_contain_text(FACTS[0])
    refused = open_page(f"{page_url}/frame/hurried_pilot")
    refused.page.wait_for_timeout(300)
    assert any(re.search("frame-ancestors|Refused to frame|Framing", error) for error in refused.errors), refused.errors


def test_the_shipped_widget_is_small() -> None:
    from gateway.web.check_widget import MOST_GZIPPED_BYTES, gzipped_bytes

    body = load_assets()[WIDGET].body
    assert gzipped_bytes(body) <= MOST_GZIPPED_BYTES
    assert b"https://" not in body
    assert (Path("gateway/web/static") / WIDGET).read_bytes() == body
