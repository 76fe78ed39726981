"""The console's pages, one file a noun."""

from fastapi import APIRouter

from gateway.web.console.pages import answers, asking, evaluations, in_use, inbox, pilots, reviews, sign_in, teams, traces

CONSOLE_ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router for module in (sign_in, asking, reviews, inbox, answers, traces, pilots, teams, in_use, evaluations)
)
