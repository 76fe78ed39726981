"""Processes that this one starts, with everything that they start, ended together.

Ray and vLLM start processes that outlive their parents: `ray stop --force` left engines behind. Here orphans come back to this
process instead of to init, so that all of them can be found and ended.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36
"""prctl(2), Linux."""

SHARED_MEMORY = "/dev/shm/"  # noqa: S108 (Linux's, not a place for files of ours)

SWEEPS = 10
"""How often the end is repeated while a dying process still starts another."""


def adopt_orphans() -> bool:
    """Let orphaned descendants become children of this process; return False where the system cannot (not Linux)."""
    if sys.platform != "linux":
        return False
    return ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


class ProcessTree:
    """One tree a process: whatever descends from this process after the tree was made belongs to it."""

    def __init__(self) -> None:
        adopt_orphans()
        self._before = {process.pid for process in psutil.Process().children(recursive=True)}
        self._started: list[subprocess.Popen[bytes]] = []
        self._segments: set[Path] = set()

    def start(
        self, command: Sequence[str], *, environment: Mapping[str, str], log: Path | None, folder: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a process in a session of its own, so that Ctrl-C reaches this process only; without `log` it writes where this one does."""
        with contextlib.ExitStack() as files:
            output = files.enter_context(log.open("ab")) if log else None
            process = subprocess.Popen(  # noqa: S603 (commands are built here, not typed)
                list(command),
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def members(self) -> list[psutil.Process]:
        """Return every living process of the tree."""
        found = [process for process in psutil.Process().children(recursive=True) if process.pid not in self._before]
        return [process for process in found if _is_alive(process)]

    def reap(self) -> None:
        """Collect adopted processes that have ended, so that none stays as a zombie."""
        own = {process.pid for process in self._started}
        for child in psutil.Process().children():
            if child.pid not in own and child.pid not in self._before and not _is_alive(child):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(child.pid, os.WNOHANG)

    def note_shared_memory(self) -> None:
        """Remember what the tree has mapped by now: of a process that dies before the end nothing tells it any more."""
        self._segments |= _shared_memory(self.members())

    def end(self, *, grace_s: float) -> None:
        """End all: the last started first and each given `grace_s` to close what it holds, then whatever is left, by force.

        Shared memory that they had mapped is removed: an engine that is killed leaves its segments for as long as the machine runs.
        """
        self.note_shared_memory()
        for process in reversed(self._started):
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=grace_s)
        for sweep in range(SWEEPS):
            left = self.members()
            if not left:
                break
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.terminate() if sweep == 0 else process.kill()
            psutil.wait_procs(left, timeout=min(grace_s, 3))
        for process in self._started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)
        self.reap()
        for segment in self._segments:
            segment.unlink(missing_ok=True)


def _shared_memory(processes: Sequence[psutil.Process]) -> set[Path]:
    """Return the named segments and semaphores that these processes have mapped."""
    found: set[Path] = set()
    for process in processes:
        with contextlib.suppress(psutil.Error, OSError):
            found |= {Path(area.path) for area in process.memory_maps() if area.path.startswith(SHARED_MEMORY)}
    return found


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
