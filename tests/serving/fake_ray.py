"""Plays Ray as far as `run_cluster` sees it: `python fake_ray.py MODE -m ray.scripts.scripts start --dashboard-port=…`.

Its REST interface asks for the token, takes a config and, once asked for its status often enough, serves completions on the config's port
and says that it runs. It starts a process that ignores SIGTERM, as an engine may.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

mode = sys.argv[1]
options = dict(argument.removeprefix("--").split("=", 1) for argument in sys.argv if argument.startswith("--") and "=" in argument)
token = Path(os.environ["RAY_AUTH_TOKEN_PATH"]).read_text()
asked = 0
served: asyncio.Task[None] | None = None
port = 0


def is_known(request: Request) -> bool:
    return request.headers.get("authorization") == f"Bearer {token}"


async def serve(app: Starlette, at: int) -> None:
    await uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=at, log_level="warning", ws="none", lifespan="off")).serve()


async def deploy(request: Request) -> Response:
    global port
    if not is_known(request):
        return Response(status_code=401)
    if mode == "refuse":
        return PlainTextResponse("extra fields not permitted", 400)
    port = (await request.json())["http_options"]["port"]
    return Response()


async def status(request: Request) -> Response:
    global asked, served
    if not is_known(request):
        return Response(status_code=401)
    if mode == "die":
        os._exit(3)
    asked += 1
    state = "DEPLOY_FAILED" if mode == "fail" else "DEPLOYING" if asked < 3 else "RUNNING"
    if state == "RUNNING" and served is None:
        served = asyncio.create_task(serve(Starlette(routes=[Route("/v1/completions", complete, methods=["POST"])]), port))
        await asyncio.sleep(0.2)
    replica = {"replica_id": "r", "state": "RUNNING" if state == "RUNNING" else "STARTING"}
    deployment = {"status": "UPDATING", "message": "engine died" if mode == "fail" else "", "target_num_replicas": 1, "replicas": [replica]}
    return JSONResponse({"applications": {"models": {"status": state, "message": "", "deployments": {"LLMServer:m": deployment}}}})


async def complete(request: Request) -> Response:
    return JSONResponse({"choices": [] if mode == "mute" else [{"index": 0, "text": "a", "finish_reason": "length"}]})


stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", stubborn], start_new_session=True)
path = "/api/serve/applications/"
asyncio.run(serve(Starlette(routes=[Route(path, deploy, methods=["PUT"]), Route(path, status)]), int(options["dashboard-port"])))
