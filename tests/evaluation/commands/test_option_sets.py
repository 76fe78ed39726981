from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from evaluation.cli import eval_app
from evaluation.commands.option_sets import AskingOptions, ParityOptions, with_options

SHARED = ("--noise", "--parallel", "--label", "--fresh", "--show", "--json")


def told(*arguments: str) -> str:
    app = typer.Typer()

    @app.command()
    @with_options
    def measure(options: ParityOptions, pilot: Annotated[str, typer.Argument()], split: Annotated[str, typer.Option("--split")] = "all") -> None:
        typer.echo(f"{pilot} {split} {options.noise} {options.parallel} {options.base_url}")

    assert callable(measure)
    result = CliRunner().invoke(app, [*arguments])
    return result.output.strip() if result.exit_code == 0 else f"exit {result.exit_code}"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("kicik",), "kicik all ascii,chat,dialect 1 None"),
        (("kicik", "--noise", "typo", "--parallel", "4"), "kicik all typo 4 None"),
        (("--base-url", "http://x", "kicik", "--split", "heldout"), "kicik heldout ascii,chat,dialect 1 http://x"),
        (("kicik", "--parallel", "0"), "exit 2"),
        ((), "exit 2"),
    ],
)
def test_a_command_takes_its_own_options_and_the_shared_ones(typed: tuple[str, ...], expected: str) -> None:
    assert told(*typed) == expected


def test_noise_that_is_none_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="sideways"):
        _ = AskingOptions(noise="ascii, sideways").variants


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("answers", ("--base-url", "--key-file")),
        ("safety", ("--base-url", "--key-file")),
        ("triage", ("--base-url", "--key-file")),
        ("routing", ()),
        ("retrieval", ()),
    ],
)
def test_every_measurement_has_the_shared_options(command: str, more: tuple[str, ...]) -> None:
    group = typer.main.get_group(eval_app)
    names = {name for parameter in group.commands[command].params for name in parameter.opts}
    assert names >= {*SHARED, *more}
