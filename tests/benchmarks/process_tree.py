"""CPU time and memory of a process with all its descendants."""

import contextlib

import psutil


def cpu_seconds(root_pid: int) -> float:
    """Return the user and system time that the tree has used, ended children included."""
    total = 0.0
    for process in _tree(root_pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def memory_mb(root_pid: int) -> float:
    """Return the tree's proportional set size: pages shared by n processes count 1/n in each."""
    total = 0
    for process in _tree(root_pid):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.uss)
    return total / 1e6


def _tree(root_pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(root_pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
