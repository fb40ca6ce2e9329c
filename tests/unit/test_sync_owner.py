"""A process that runs a sync is recognised as gone, and never a living one."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from catalog.services.sync.owner import is_gone, this_process

JUDGE = """
import os, sys
from catalog.services.sync.owner import is_gone
os.setgid(65534)  # nobody
os.setuid(65534)
sys.exit(10 + is_gone(sys.argv[1]))
"""


def owner_of(pid: int, start: int | str | None = None) -> str:
    """Return how a process of this machine names itself."""
    boot, namespace, *_ = this_process().split("/")
    if start is None:
        start = started(pid)
    return f"{boot}/{namespace}/{pid}/{start}"


def started(pid: int) -> int:
    """Return the start of a process as the kernel tells it: in clock ticks after boot."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


@contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"], stdout=-1)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process
    finally:
        process.kill()
        process.wait(5)
        process.stdout.close()


def test_this_process_lives_and_has_the_name_that_earlier_versions_gave_it() -> None:
    assert this_process() == owner_of(os.getpid())
    assert not is_gone(this_process())


def test_a_process_lives_until_it_ends() -> None:
    with sleeper() as process:
        owner = owner_of(process.pid)
        assert not is_gone(owner)
    assert is_gone(owner)


def test_a_zombie_is_gone() -> None:
    with sleeper() as process:
        owner = owner_of(process.pid)
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
        assert is_gone(owner)


def test_a_stopped_process_is_not_gone() -> None:
    with sleeper() as process:
        process.send_signal(signal.SIGSTOP)
        assert not is_gone(owner_of(process.pid))


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_pid_that_belongs_to_another_process_now_is_gone(shift: int) -> None:
    assert is_gone(owner_of(os.getpid(), started(os.getpid()) + shift))


def test_a_pid_is_not_judged_in_another_namespace_or_after_another_boot() -> None:
    boot, namespace, *_ = this_process().split("/")
    assert not is_gone(f"{boot}/pid:[1]/999999999/1")
    assert not is_gone(f"another-boot/{namespace}/999999999/1")
    assert is_gone(f"{boot}/{namespace}/999999999/1")


def test_where_an_earlier_version_knew_no_start_the_pid_alone_counts() -> None:
    with sleeper() as process:
        owner = owner_of(process.pid, "running")
        assert not is_gone(owner)
    assert is_gone(owner)


# Processes of other users


def refused(pid: int) -> psutil.Process:
    """Fail as psutil does where /proc is mounted with hidepid=1."""
    raise psutil.AccessDenied(pid)


def hidden(pid: int) -> psutil.Process:
    """Fail as psutil does where /proc is mounted with hidepid=2."""
    raise psutil.NoSuchProcess(pid)


@pytest.mark.parametrize("find", [refused, hidden])
def test_a_process_that_may_not_be_looked_at_lives(find: Callable[[int], psutil.Process]) -> None:
    with sleeper() as process:
        owner = owner_of(process.pid)
        assert not is_gone(owner, find)
    assert is_gone(owner, hidden)


def can_mount() -> bool:
    if os.geteuid() != 0:
        return False
    command = ["unshare", "--mount", "mount", "-t", "proc", "-o", "hidepid=2", "proc", "/proc"]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="only root may mount /proc")
@pytest.mark.parametrize("hidepid", [0, 1, 2])
def test_a_process_of_another_user_lives_whatever_proc_hides(hidepid: int) -> None:
    """A second user looks at a process of root, in a mount namespace where /proc hides it."""

    def gone(owner: str) -> bool:
        script = f'mount -t proc -o hidepid={hidepid} proc /proc && exec "$0" -c "$1" "$2"'
        command = ["unshare", "--mount", "sh", "-c", script, sys.executable, JUDGE, owner]
        judged = subprocess.run(command, check=False, capture_output=True, timeout=60)
        assert judged.returncode in {10, 11}, judged.stderr.decode()
        return judged.returncode == 11

    with sleeper() as process:
        owner = owner_of(process.pid)
        assert not gone(owner)
    assert gone(owner)
