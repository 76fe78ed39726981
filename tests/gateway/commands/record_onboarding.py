"""Records docs/onboarding-session.md: a service team's real session on a terminal, from an empty folder to a citizen's answer.

`python -m tests.gateway.commands.record_onboarding [EMBEDDINGS]` runs every command for real in a temporary folder. EMBEDDINGS is the
`embeddings.db` of a data folder, which spares the gateway the vectors of the packaged pilots.
"""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.gateway.commands.library import PILOT, QUESTION, READERS_CARD, write_team_files

ROOT = Path(__file__).parents[3]
SESSION = ROOT / "docs" / "onboarding-session.md"
PORT = 18160
FOLDER = f"var/pilots/{PILOT}"
URL = f"http://127.0.0.1:{PORT}"

INTRODUCTION = f"""# A new pilot, recorded

A service team brings a new pilot to citizens beside a gateway that runs all the while. Everything below a `$` was typed, everything else
was printed by the commands; `python -m tests.gateway.commands.record_onboarding` records it again. The library, its cards and its
sources are invented for the test. `korpu` stands for `.venv/bin/korpu`; the gateway listens on port {PORT}.
"""
ANSWERS = (
    "Kitabxana vərəqələri",
    "Library cards",
    "Библиотечные карточки",
    "Answers readers' questions about the test library's card and loans.",
    "Sınaq kitabxanası (test)",
    "oxucu@kitabxana.example",
    *("", "", ""),
)
ASK = f'korpu ask {PILOT} "{QUESTION}" --url {URL}'
ADD_ALIAS = f"sed -i 's/^aliases:/aliases:\\n  - abonement/' {FOLDER}/corpus/oxucu-bileti.yaml"


class Terminal:
    """Types commands into a shell as a person does and keeps what the screen shows."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.shown: list[str] = []
        bin_folder = home / "bin"
        bin_folder.mkdir()
        script = bin_folder / "korpu"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("KORPU_", "OTEL_"))}
        paths = {"PATH": f"{bin_folder}:{own['PATH']}", "PYTHONPATH": str(ROOT)}
        self.environment = own | paths | {"KORPU_DATA_DIR": "var", "KORPU_PORT": str(PORT), "TERM": "dumb", "COLUMNS": "130", "LINES": "50"}

    def say(self, text: str) -> None:
        self.shown.append(text)

    def run(self, command: str, *, typed: Sequence[str] = ()) -> None:
        """Run a command; each of the `typed` lines answers the next prompt."""
        master, slave = pty.openpty()
        process = subprocess.Popen(["/bin/sh", "-c", command], cwd=self.home, env=self.environment, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        screen, answers = b"", list(typed)
        while part := read(master):
            screen += part
            if answers and screen.endswith(b": "):
                os.write(master, f"{answers.pop(0)}\n".encode())
        os.close(master)
        code = process.wait()
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.decode()).replace("\r\n", "\n")
        lines = [line.rstrip() for line in text.splitlines() if not line.startswith("Asking the cases")]
        ending = [f"[exit status {code}]"] if code else []
        self.shown.append("\n".join(("```", f"$ {command}", *lines, *ending, "```")))


def read(descriptor: int) -> bytes:
    """Return what is on the screen next; nothing at the end of the process, which Linux reports as an error."""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


@contextmanager
def gateway(terminal: Terminal) -> Generator[None]:
    with (terminal.home / "gateway.log").open("wb") as log:
        process = subprocess.Popen(["korpu", "serve"], cwd=terminal.home, env=terminal.environment, stdout=log, stderr=log)
        try:
            wait_until_ready(process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def wait_until_ready(process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the gateway has ended")
        try:
            if httpx.get(f"{URL}/readyz", timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(1)
    raise SystemExit("the gateway did not become ready")


def record(terminal: Terminal) -> None:
    folder = terminal.home / FOLDER
    terminal.say("## The folder\n\nThe questions are asked one after another; Enter takes the value in brackets.")
    terminal.run(f"korpu pilots new {PILOT}", typed=ANSWERS)
    terminal.say("A card to fill in, and what `check` says before anything is filled in:")
    terminal.run(f"korpu pilots card {PILOT} oxucu-bileti")
    terminal.run(f"cat {FOLDER}/corpus/oxucu-bileti.yaml")
    terminal.run(f"korpu pilots check {PILOT}")
    terminal.say("## Cards and cases\n\nThe team fills in two cards, ten cases and the README. In one amount it slips:")
    write_team_files(folder)
    card = folder / "corpus" / "oxucu-bileti.yaml"
    card.write_text(READERS_CARD.replace("amount_azn: 3", "amount_azn: 3 manat"), encoding="utf-8")
    terminal.run(f"sed -n 10,22p {FOLDER}/corpus/oxucu-bileti.yaml")
    terminal.run(f"head -3 {FOLDER}/cases.jsonl")
    terminal.run(f"korpu pilots check {PILOT}")
    terminal.say("It corrects the amount:")
    terminal.run(f"sed -i 's/amount_azn: 3 manat/amount_azn: 3/' {FOLDER}/corpus/oxucu-bileti.yaml")
    terminal.run(f"korpu pilots check {PILOT}")
    terminal.say("## Promotion\n\nFor citizens the pilot does not exist yet:")
    terminal.run(ASK)
    terminal.run(f'korpu pilots promote {PILOT} --by "Leyla" --note "first release"')
    terminal.say("Refused: readers say «abonement», and no card has that name. The team adds it as an alias and promotes again:")
    terminal.run(ADD_ALIAS)
    terminal.run(f'korpu pilots promote {PILOT} --by "Leyla" --note "first release"')
    time.sleep(5)
    terminal.say("A few seconds later the gateway that was running all the while answers a citizen:")
    terminal.run(ASK)
    terminal.say("## Stopping\n\nSomebody reports a wrong price. One command closes the pilot, another opens it again:")
    terminal.run(f'korpu pilots stop {PILOT} --by "Leyla" --reason "a reader reports another price"')
    time.sleep(3)
    terminal.run(ASK)
    terminal.run(f'korpu pilots resume {PILOT} --by "Leyla" --reason "the price was right"')
    terminal.run(f"korpu pilots history {PILOT}")
    terminal.run("korpu pilots list")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        terminal = Terminal(Path(name))
        (terminal.home / "var").mkdir()
        if len(sys.argv) > 1:
            shutil.copyfile(sys.argv[1], terminal.home / "var" / "embeddings.db")
        os.environ["PATH"] = terminal.environment["PATH"]
        with gateway(terminal):
            record(terminal)
        text = "\n\n".join((INTRODUCTION.rstrip(), *terminal.shown)) + "\n"
        if name in text or str(ROOT) in text:
            raise SystemExit("the transcript names a folder of this machine")
        SESSION.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
