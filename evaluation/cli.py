"""`korpu eval`: measure, keep, compare and report."""

import typer

from evaluation.commands.calibrating import calibrate
from evaluation.commands.measuring import answers, retrieval, routing, safety, triage
from evaluation.commands.online import online
from evaluation.commands.reporting import judge, report
from evaluation.commands.runs import compare, list_runs, rescore
from evaluation.extractive_command import extractive

eval_app = typer.Typer(name="eval", help="Measure retrieval, routing, answers and safety; every measurement is kept as a run.", no_args_is_help=True)

for command in (answers, routing, triage, safety, retrieval, extractive, calibrate, online, rescore, compare, report, judge):
    eval_app.command()(command)
eval_app.command("runs")(list_runs)
