import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

OUTLIVES_ITS_PARENT = """
import subprocess, sys
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", stubborn], start_new_session=True)
print(child.pid, flush=True)
"""

SUPERVISOR = """
import os, sys, time
from pathlib import Path
from serving.process_tree import ProcessTree

folder = Path(sys.argv[1])
tree = ProcessTree()
parent = tree.start([sys.executable, "-c", (folder / "child.py").read_text()], environment=os.environ, log=folder / "child.log")
parent.wait()
print(len(tree.members()), flush=True)
tree.end(grace_s=1)
print(len(tree.members()), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives orphans back")
def test_an_orphan_that_ignores_sigterm_in_a_session_of_its_own_is_found_and_ended(tmp_path: Path):
    (tmp_path / "child.py").write_text(textwrap.dedent(OUTLIVES_ITS_PARENT))
    result = subprocess.run([sys.executable, "-c", SUPERVISOR, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == ["1", "0"]
    orphan = int((tmp_path / "child.log").read_text())
    assert not is_alive(orphan)


@pytest.mark.skipif(sys.platform != "linux", reason="where Linux keeps it")
def test_shared_memory_of_a_killed_process_goes_with_it_and_nobody_elses(tmp_path: Path):
    holder = """
import signal, sys, time
from multiprocessing import resource_tracker, shared_memory
signal.signal(signal.SIGTERM, signal.SIG_IGN)
segment = shared_memory.SharedMemory(create=True, size=64)
resource_tracker.unregister(segment._name, "shared_memory")
print(segment.name, flush=True)
time.sleep(600)
"""
    script = """
import os, sys, time
from multiprocessing import shared_memory
from pathlib import Path
from serving.process_tree import ProcessTree
folder = Path(sys.argv[1])
own = shared_memory.SharedMemory(create=True, size=64)
tree = ProcessTree()
tree.start([sys.executable, str(folder / "holder.py")], environment=os.environ, log=folder / "holder.log")
while not (name := (folder / "holder.log").read_text().strip()):
    time.sleep(0.05)
print(Path("/dev/shm", name).exists(), flush=True)
tree.end(grace_s=0.2)
print(Path("/dev/shm", name).exists(), Path("/dev/shm", own.name).exists(), flush=True)
own.close()
own.unlink()
"""
    (tmp_path / "holder.py").write_text(holder)
    result = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == ["True", "False", "True"]


def test_shared_memory_of_a_process_that_died_before_the_end_goes_too(tmp_path: Path):
    holder = """
import os, signal
from multiprocessing import resource_tracker, shared_memory
segment = shared_memory.SharedMemory(create=True, size=64)
resource_tracker.unregister(segment._name, "shared_memory")
print(segment.name, flush=True)
signal.pause()
"""
    script = """
import os, sys, time
from pathlib import Path
from serving.process_tree import ProcessTree
folder = Path(sys.argv[1])
tree = ProcessTree()
process = tree.start([sys.executable, str(folder / "holder.py")], environment=os.environ, log=folder / "holder.log")
while not (name := (folder / "holder.log").read_text().strip()):
    time.sleep(0.05)
tree.note_shared_memory()
process.kill()
process.wait()
print(Path("/dev/shm", name).exists(), flush=True)
tree.end(grace_s=0.2)
print(Path("/dev/shm", name).exists(), flush=True)
"""
    (tmp_path / "holder.py").write_text(holder)
    result = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == ["True", "False"]


def test_what_was_there_before_is_left_alone(tmp_path: Path):
    script = """
import os, subprocess, sys
from serving.process_tree import ProcessTree
bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
tree = ProcessTree()
tree.start([sys.executable, "-c", "import time; time.sleep(600)"], environment=os.environ, log=None)
tree.end(grace_s=1)
print(bystander.poll())
bystander.kill()
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.strip() == "None"


def test_a_child_does_not_hear_the_interrupt_of_this_terminal(tmp_path: Path):
    script = """
import os, signal, sys
from serving.process_tree import ProcessTree
signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell's background job starts with it ignored.
tree = ProcessTree()
child = tree.start([sys.executable, "-c", "import time; time.sleep(600)"], environment=os.environ, log=None)
print(child.pid, flush=True)
try:
    child.wait()
except KeyboardInterrupt:
    print(child.poll(), flush=True)
tree.end(grace_s=1)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline().strip() == "None"
        assert process.wait(timeout=30) == 0
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
