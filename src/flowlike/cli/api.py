"""The API process of ``flowlike serve``: ``python -m flowlike.cli.api LIFELINE``.

No command for people: the supervisor starts it. What it says, and its exit codes, are those of the
command.
"""

import sys

from flowlike.cli import main, output
from flowlike.server.lifeline import receive


def run(descriptor: int) -> int:
    """Serves until a signal or the end of the supervisor; gives the exit code."""
    try:
        lifeline = receive(descriptor)
    except EOFError:
        return main.DONE  # the supervisor is gone before anything began

    def work() -> int:
        from flowlike.server.launch import serve

        return serve(lifeline, _say, _show)

    return main.guarded(work, [])


def _say(line: str) -> None:
    output.result(line)
    output.finish()


def _show(address: str) -> None:
    """Opens the person's browser; where there is none, the link was printed."""
    import webbrowser

    webbrowser.open(address)


if __name__ == "__main__":
    output.begin()
    sys.exit(run(int(sys.argv[1])))
