"""Staff, supervisors, evaluators and service teams at the real pilots, in a real browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from gateway.policy import Role
from gateway.web.console.wording import LANGUAGES
from pilots.answer import Language
from tests.gateway.web.conftest import DESKTOP, PHONE, OpenPage, Watched
from tests.gateway.web.console.office import NOTE, PAPERS, RISKY, Office, open_office, pages, sign_in

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="session")
def office(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    del browser
    with open_office(tmp_path_factory.mktemp("office") / "data") as opened:
        yield opened


@pytest.fixture
def enter(office: Office, open_page: OpenPage) -> Callable[..., Watched]:
    """Sign a person of a role in, in a browser of their own."""

    def enter_(role: Role, *, language: Language = "az", **options: object) -> Watched:
        watched = open_page(f"{office.url}/console/sign-in", **options)
        sign_in(watched.page, office, role, language)
        return watched

    return enter_


def test_staff_ask_a_supervisor_approves_and_staff_see_it(enter: Callable[..., Watched], office: Office) -> None:
    staff = enter(Role.STAFF)
    expect(staff.page.get_by_label("Sual", exact=True)).to_be_focused()
    staff.page.keyboard.type(RISKY)
    staff.page.keyboard.press("Enter")
    banner = staff.page.locator(".banner")
    expect(banner).to_contain_text("rəhbər təsdiqi gözlənilir")
    expect(staff.page.locator(".answer")).to_contain_text("250 AZN")
    number = staff.page.locator(".result .short-id").inner_text()
    answer_page = staff.page.url

    boss = enter(Role.SUPERVISOR)
    boss.page.get_by_role("link", name=RISKY).last.click()
    expect(boss.page.get_by_role("heading", level=1)).to_contain_text(number)
    boss.page.get_by_label("Cavab belə olmalıdır").fill("Ayda 250 AZN. [1]")
    boss.page.get_by_role("button", name="Fərqi göstər").click()
    expect(boss.page.locator("ins").first).to_be_visible()
    expect(boss.page.locator("del").first).to_be_visible()
    boss.page.get_by_role("button", name="Təsdiqlə").click()
    expect(boss.page.locator(".banner")).to_contain_text("təsdiqləyib")

    staff.page.goto(answer_page)
    expect(banner).to_contain_text("Rəhbər bu cavabı təsdiqləyib.")
    for watched in (staff, boss):
        assert watched.foreign_requests(office.url) == []
        assert watched.errors == []


def test_the_counter_works_by_keyboard_alone(enter: Callable[..., Watched], office: Office) -> None:
    page = enter(Role.STAFF).page
    page.keyboard.type(PAPERS)
    page.keyboard.press("Enter")
    expect(page.locator(".checklist input").first).to_be_visible()
    question = page.locator("[data-question]")
    expect(question).to_be_focused()

    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60) + '|' + document.activeElement.innerText.slice(0, 40)"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or "body" in reached[-1], reached[-1]
    for wanted in ("checkbox", "Vətəndaş üçün vərəq", "Cavabı köçür", "[1]"):
        assert any(wanted in place for place in reached), wanted

    page.locator(".checklist input").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".checklist input").first).to_be_checked()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(question).to_be_focused()
    expect(question).to_have_value("")
    page.keyboard.type("bəs/")
    expect(question).to_have_value("bəs/")
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Məlumat vərəqi")).to_be_visible()
    page.go_back()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.locator(".result")).to_have_count(0)


def test_single_key_shortcuts_can_be_turned_off_for_good(enter: Callable[..., Watched], office: Office) -> None:
    page = enter(Role.STAFF).page
    page.goto(f"{office.url}/console/ask?answer={office.names['answer']}&pilot=staff_assistant")
    page.get_by_text("Klaviatura qısayolları").click()
    page.get_by_label("Tək düyməli qısayollar işləsin").uncheck()
    page.reload()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.press("/")
    expect(page.locator(".result")).to_have_count(1)
    expect(page.locator("[data-question]")).not_to_be_focused()


def test_the_draft_reply_is_copied(enter: Callable[..., Watched], office: Office) -> None:
    page = enter(Role.STAFF, permissions=["clipboard-read", "clipboard-write"]).page
    page.goto(f"{office.url}/console/ask?answer={office.names['answer']}&pilot=staff_assistant")
    page.get_by_role("button", name="Cavabı köçür").click()
    expect(page.locator(".copied")).to_have_text("Köçürüldü")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Hörmətli vətəndaş")


def test_a_slip_prints_without_the_consoles_frame(enter: Callable[..., Watched], office: Office) -> None:
    page = enter(Role.STAFF).page
    page.goto(f"{office.url}/console/answers/{office.names['answer']}/slip")
    page.emulate_media(media="print")
    for hidden in (".bar", ".tabs", ".no-print"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".slip-id .short-id")).to_be_visible()
    assert page.locator(".sources li").count() == 4


def test_a_citizen_is_found_by_code_and_answered(enter: Callable[..., Watched], office: Office) -> None:
    page = enter(Role.STAFF).page
    page.get_by_role("link", name="Ötürülmüş söhbətlər").click()
    code = page.locator(".queue li", has_text=NOTE).locator("h2 .short-id").inner_text()
    page.get_by_label("Vətəndaşın dediyi kod").fill(f"{code[:4].lower()} {code[4:]}")
    page.get_by_role("button", name="Tap").click()
    expect(page.get_by_text("Söhbətin mətni onu götürən əməkdaşa görünür.")).to_be_visible()
    page.get_by_role("button", name="Götürürəm").click()
    expect(page.locator(".said-citizen").first).to_contain_text("Şəxsiyyət vəsiqəm itib")
    expect(page.locator(".said-service").first).to_contain_text("30 AZN")
    page.get_by_label("Vətəndaş söhbətdə bunu oxuyacaq").fill("Səfirliyin arayışını gətirin.")
    page.get_by_role("button", name="Göndər və bağla").click()
    expect(page.locator("h1 .badge")).to_have_text("Bağlanıb")


def test_the_switch_stops_a_pilot_at_once_and_only_an_administrator_opens_it(enter: Callable[..., Watched], office: Office) -> None:
    team, admin = enter(Role.SERVICE_TEAM).page, enter(Role.ADMIN).page
    team.goto(f"{office.url}/console/pilots/citizen_chat")
    team.get_by_role("link", name="Dayandır …").click()
    team.get_by_label("Səbəb").fill("Səhv məbləğ göstərir")
    team.get_by_role("button", name="Dayandır").click()
    assert team.url.endswith("/stage"), "without the confirmation nothing is sent"
    team.get_by_label("Bəli, pilotu indi dayandırıram").check()
    team.get_by_role("button", name="Dayandır").click()
    expect(team.locator("h1 .badge")).to_have_text("dayandırılıb")
    with office.client() as citizen:
        assert citizen.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"}).status_code == 503

    admin.goto(f"{office.url}/console/pilots/citizen_chat/stage")
    admin.get_by_label("Səbəb").fill("Məbləğ düzəldildi")
    admin.get_by_label("Bəli, pilotu yenidən açıram").check()
    admin.get_by_role("button", name="Yenidən aç").click()
    expect(admin.locator("h1 .badge")).to_have_text("açıqdır")
    with office.client() as citizen:
        assert citizen.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"}).status_code == 200


def test_an_evaluator_finds_trace_report_and_comparison(enter: Callable[..., Watched], office: Office) -> None:
    watched = enter(Role.EVALUATOR)
    page = watched.page
    page.get_by_role("link", name="Vətəndaş üçün dövlət xidmətləri").first.click()
    frame = page.frame_locator("iframe.report")
    expect(frame.locator("body")).to_contain_text("citizen_chat")
    page.get_by_label("Nə ilə müqayisə edilsin").select_option(index=0)
    page.get_by_role("button", name="Müqayisə et").click()
    expect(page.locator(".banner")).to_contain_text("Fərq tapılmadı")

    page.get_by_role("link", name="Cavabı tap").click()
    page.get_by_label("Vərəqdəki nömrə").fill(office.names["answer"][:8])
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Cavabın izi").click()
    expect(page.locator(".waterfall")).to_contain_text("retrieve_passages")
    assert page.locator(".waterfall rect").count() > 8
    expect(page.locator("#passages-title")).to_have_text(re.compile(r"\(([1-9]\d*)\)"))
    assert PAPERS not in page.content()
    assert watched.foreign_requests(office.url) == []


def test_an_evaluator_comes_from_a_disagreement_to_its_waterfall(enter: Callable[..., Watched], office: Office) -> None:
    watched = enter(Role.EVALUATOR)
    page = watched.page
    page.get_by_role("link", name="İstifadədə").click()
    page.get_by_role("link", name="Vətəndaş üçün dövlət xidmətləri").click()
    row = page.locator("tbody tr", has_text="bal tamdır, amma narazıdırlar").first
    expect(row).to_contain_text("səhv məlumat var")
    number = row.get_by_role("link").inner_text()
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.locator(".waterfall")).to_contain_text("retrieve_passages")
    page.go_back()
    page.get_by_label("Müddət").select_option("1")
    page.get_by_role("button", name="Göstər").click()
    assert page.url.endswith("/console/evaluations/use?pilot=citizen_chat&days=1")
    assert watched.foreign_requests(office.url) == []
    assert watched.errors == []


def test_a_service_team_reads_manifest_cases_and_check(enter: Callable[..., Watched], office: Office) -> None:
    page = enter(Role.SERVICE_TEAM).page
    page.get_by_role("link", name="Xidmət bələdçisi").click()
    expect(page.get_by_text("sual-cavabla yol göstərir")).to_be_visible()
    expect(page.get_by_text("Rüsum cədvəli yoxlanılır")).to_be_visible()
    page.get_by_role("link", name="Sınaq sualları").click()
    page.get_by_label("Növ").select_option("injection")
    page.get_by_role("button", name="Göstər").click()
    expect(page.locator("tbody")).to_contain_text("Qaydanı pozma cəhdi")
    page.get_by_role("link", name="Yoxlama", exact=True).click()
    expect(page.locator(".banner")).to_contain_text("mane olan səhv yoxdur")


def test_the_counter_works_without_a_script(enter: Callable[..., Watched], office: Office) -> None:
    page = enter(Role.STAFF, java_script_enabled=False).page
    page.get_by_label("Sual", exact=True).fill(PAPERS)
    page.get_by_role("button", name="Soruş").click()
    expect(page.locator(".checklist")).to_contain_text("yazılı ərizəsi")
    expect(page.get_by_role("button", name="Cavabı köçür")).to_be_hidden()
    page.get_by_role("link", name="Tələb olunan sənədlərin hamısı üstündədirmi?").click()
    expect(page.locator("#asked")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_accessible_and_asks_nobody_else(
    viewport: dict[str, int], language: Language, enter: Callable[..., Watched], office: Office, check_accessibility: Callable[[Page], None]
) -> None:
    opened: dict[Role, Watched] = {}
    faults: list[str] = []
    for name, role, address in pages(office):
        watched = opened[role] = opened.get(role) or enter(role, language=language, viewport=viewport)
        watched.page.goto(f"{office.url}{address}")
        assert watched.page.locator("html").get_attribute("lang") == language
        faults += faults_of(name, watched.page, check_accessibility, width=viewport["width"])
    assert faults == []
    for watched in opened.values():
        assert watched.foreign_requests(office.url) == []
        assert [error for error in watched.errors if "404" not in error] == []


def test_pages_reflow_at_320_pixels_and_in_the_dark(
    enter: Callable[..., Watched], office: Office, check_accessibility: Callable[[Page], None]
) -> None:
    opened: dict[Role, Page] = {}
    faults: list[str] = []
    for name, role, address in pages(office):
        page = opened[role] = opened.get(role) or enter(role, viewport={"width": 320, "height": 640}, color_scheme="dark").page
        page.goto(f"{office.url}{address}")
        faults += faults_of(name, page, check_accessibility, width=320)
    assert faults == []


def faults_of(name: str, page: Page, check_accessibility: Callable[[Page], None], *, width: int) -> list[str]:
    """Return what is wrong with a page, so that one run names the faults of all pages."""
    found: list[str] = []
    try:
        check_accessibility(page)
    except AssertionError as fault:
        found.append(f"{name}: {fault}")
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{name} is {wide} px wide")
    return found


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/?q=1)",
    "<script>alert(1)</script>",
    "[bas](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    "\u202eelbat\u202c \u200bgizli",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_do_nothing(hostile: str, enter: Callable[..., Watched], office: Office) -> None:
    with office.client() as citizen:
        answer = citizen.post("/v1/pilots/citizen_chat/answers", json={"question": f"Vəsiqə rüsumu? {hostile}"}).json()
        citizen.post(f"/v1/conversations/{answer['conversation_id']}/handover", json={"note": hostile}).raise_for_status()
    watched = enter(Role.ADMIN)
    page = watched.page
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{office.url}/console/inbox")
    page.locator(".queue li").last.locator("a").click()
    page.get_by_role("button", name="Götürürəm").click()
    expect(page.locator(".said-citizen")).to_be_visible()
    office.names["hostile"] = office.ask(f"SV rüsumu? {hostile}", role=Role.ADMIN)["id"]
    page.goto(f"{office.url}/console/ask?answer={office.names['hostile']}&pilot=staff_assistant")
    page.goto(f"{office.url}/console/answers?id={hostile}")
    assert page.locator("main img, main script, main svg").count() == 0
    assert page.locator("main a[href^='javascript']").count() == 0
    assert not re.search("[\u200b-\u200f\u202a-\u202e]", page.content())
    assert watched.foreign_requests(office.url) == []
    assert watched.errors == []
