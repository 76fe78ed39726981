"""The widget as a test handles it, in any of its languages."""

from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Locator, Page

from gateway.web.words import Words, load_words

Language = Literal["az", "en", "ru"]


@dataclass
class Widget:
    page: Page
    language: Language = "az"

    @property
    def words(self) -> Words:
        return load_words(self.language)

    @property
    def field(self) -> Locator:
        return self.page.get_by_label(self.words("question"), exact=True)

    @property
    def answer(self) -> Locator:
        """The newest answer."""
        return self.page.locator(".turn:last-child .answer")

    @property
    def status(self) -> Locator:
        return self.page.locator(".status")

    def button(self, word: str) -> Locator:
        return self.page.get_by_role("button", name=self.words(word), exact=True)

    def open(self) -> None:
        self.button("open").click()
        self.field.wait_for()

    def go_offline(self) -> None:
        """Cut the network once the widget stands: before that it has no field to type in."""
        self.field.wait_for()
        self.page.context.set_offline(True)

    def go_online(self) -> None:
        self.page.context.set_offline(False)

    def send(self, question: str) -> None:
        self.field.fill(question)
        self.button("send").click()

    def ask(self, question: str) -> Locator:
        """Ask, wait for how it ends, and return the answer."""
        turns = self.page.locator(".turn").count()
        self.send(question)
        self.page.locator(".turn").nth(turns).locator(".answer-foot > *").first.wait_for()
        return self.answer
