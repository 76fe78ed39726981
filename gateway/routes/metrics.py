"""Metrics for Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from gateway.errors import CallerForbidden
from gateway.policy import GuardedRoute
from gateway.routes.access import Admitted

router = APIRouter(route_class=GuardedRoute, tags=["operation"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def scrape(caller: Admitted) -> Response:
    """Return this process's metrics in Prometheus's text format. They are of all pilots: a key for some of them is refused."""
    if caller.pilots is not None:
        raise CallerForbidden("metrics are of all pilots, and this key is for some")
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_PLAIN_0_0_4)
