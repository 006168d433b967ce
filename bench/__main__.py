"""``python -m bench [NAME …] [--json] [--seconds S]``: takes figures and prints them."""

import argparse
import sys
from collections.abc import Callable, Sequence

import msgspec

from bench import boards_service, compiling, editor, engine, execution, http, queue, runs, start
from bench.harness import Taken, Task, UnavailableError, machine, take

BENCHES: dict[str, Callable[[], list[Task]]] = {
    "engine": engine.tasks,
    "compile": compiling.tasks,
    "start": start.tasks,
    "dispatch": execution.tasks,
    "installed": start.installed,
    "boards": boards_service.tasks,
    "queue": queue.tasks,
    "runs": runs.tasks,
    "http": http.tasks,
    "editor": editor.tasks,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Takes the figures asked for; without names it lists what there is."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure speed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a bench, or one figure of it")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--seconds", type=float, default=2.0, help="about this long a figure")
    options = parser.parse_args(arguments)
    if not options.names:
        _list()
        return 0
    tasks = _chosen(options.names)
    if not tasks:
        parser.error(
            f"there is no bench {' '.join(options.names)}; there are: {', '.join(BENCHES)}"
        )
    if not options.json:
        print(machine())
    for task in tasks:
        print(_told(task, options.seconds, as_json=options.json), flush=True)
    return 0


def _told(task: Task, seconds: float, *, as_json: bool) -> str:
    try:
        taken = take(task, seconds)
    except UnavailableError as missing:
        if as_json:
            return msgspec.json.encode({"bench": task.name, "unavailable": str(missing)}).decode()
        return f"{task.name:<26} unavailable: {missing}"
    return _json(taken) if as_json else _line(taken)


def _list() -> None:
    for name, tasks in BENCHES.items():
        print(f"{name}: {', '.join(task.name for task in tasks())}")


def _chosen(names: Sequence[str]) -> list[Task]:
    every = [task for tasks in BENCHES.values() for task in tasks()]
    return [
        task
        for task in every
        if any(task.name == name or task.name.startswith(f"{name}.") for name in names)
    ]


def _json(taken: Taken) -> str:
    return msgspec.json.encode(taken.figure).decode()


def _line(taken: Taken) -> str:
    figure = taken.figure
    bar = "" if taken.bar is None else f"  bar {taken.bar:,.10g}"
    noisy = f"  noisy: rounds {taken.spread:.0%} apart" if taken.noisy else ""
    value = f"{figure.value:,.0f}" if figure.value >= 1_000 else f"{figure.value:,.3g}"
    return (
        f"{figure.bench:<26} {value:>12} {figure.unit:<7} {figure.ratio:>10.4g} x loop{bar}{noisy}"
    )


if __name__ == "__main__":
    sys.exit(main())
