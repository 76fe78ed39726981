"""The console's pages, one file a noun."""

from fastapi import APIRouter

from gateway.web.console.pages import answers, asking, assets, pilots, reviews, sign_in, teams

CONSOLE_ROUTERS: tuple[APIRouter, ...] = tuple(module.router for module in (sign_in, assets, asking, reviews, answers, pilots, teams))
