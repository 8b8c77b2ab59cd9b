"""A process that has loaded the command line and forks for each run: loading takes seconds, a fork none.

`python -m tests.cli.stem SOCKET` listens there. A request is one line of JSON (words, variables, folder) with
three open files (stdin, stdout, stderr); the answer is the exit code as text. It ends with its stdin.
"""

from __future__ import annotations

import gc
import io
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path

import turnabout.cli
import workers.operations  # noqa: F401 -- what most verbs load
from turnabout import client, database, reads  # noqa: F401 -- the same

REQUEST = 2**18
"""Bytes that a request may have."""


def serve(path: str) -> None:
    """Take one request after the other until stdin ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for a run
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.bind(path)
        server.listen(64)
        gc.collect()
        gc.freeze()
        assert len(list(Path("/proc/self/task").iterdir())) == 1, "a process with threads must not fork"
        print("ready", flush=True)  # noqa: T201
        while True:
            readable, _, _ = select.select([server, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            with server.accept()[0] as caller:
                if os.fork() == 0:
                    server.close()
                    wait_for_run(caller)


def wait_for_run(caller: socket.socket) -> None:
    """In a process of its own: fork the run, and tell its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, files, _, _ = socket.recv_fds(caller, REQUEST, 3)
    pid = os.fork()
    if pid == 0:
        caller.close()
        run(json.loads(request), files)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    caller.sendall(str(code).encode())
    os._exit(0)


def run(request: dict[str, object], files: list[int]) -> None:
    """Become the command line: its words, variables, folder and files, and nothing else of ours."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    words, variables, folder = request["words"], request["variables"], request["folder"]
    assert isinstance(words, list)
    assert isinstance(variables, dict)
    assert isinstance(folder, str)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    sys.argv = ["turnabout", *words]
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "w", closefd=False)), encoding="utf-8")
    try:
        turnabout.cli.main()
    finally:  # an error that `main` let through must not return into the code above
        os._exit(70)


if __name__ == "__main__":
    serve(sys.argv[1])
