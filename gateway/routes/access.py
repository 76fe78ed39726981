"""What a route may ask for: the running gateway and the caller that its policy admitted."""

from typing import Annotated

from fastapi import Depends, Request

from gateway.composition import Gateway
from gateway.policy import Caller


def running_gateway(request: Request) -> Gateway:
    return request.app.state.gateway


def admitted_caller(request: Request) -> Caller:
    return request.state.caller


def possible_caller(request: Request) -> Caller | None:
    return request.state.caller


Running = Annotated[Gateway, Depends(running_gateway)]
Admitted = Annotated[Caller, Depends(admitted_caller)]
PossibleCaller = Annotated[Caller | None, Depends(possible_caller)]
