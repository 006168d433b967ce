"""Threat 6: somebody who can write into the folder of compiled programs puts code there.

Artifacts are code. One that was not made here must not run, whoever made it.
"""

import asyncio
import hmac
import marshal  # noqa: TID251 - the attacker writes code
from pathlib import Path

import msgspec
import pytest
import zstandard

from flowlike.engine import artifact as module
from flowlike.engine.plan import make_plan
from flowlike.engine.program import Program
from flowlike.execution.cache import CompileCache
from flowlike.execution.dispatch import Dispatcher
from flowlike.execution.jobs import Outcome
from tests.engine.drawing import Types
from tests.execution import offenders
from tests.execution.dispatching import SMALL, job, source

KEY = b"k" * 32
POISON = "def u0(r, c, s0, s1):\n    return 1, ().__class__.__name__\n"
GIVEN = source(offenders.greeting())


def run(cache: CompileCache) -> Outcome:
    async def work() -> Outcome:
        made = Dispatcher(SMALL, cache)
        await made.start()
        try:
            return await made.run(job({"name": "Ada"}), GIVEN)
        finally:
            await made.stop()

    return asyncio.run(work())


def poisoned(honest: bytes) -> bytes:
    """The artifact with other code in it, everything else as it was."""
    head, _, body = zstandard.decompress(honest).partition(b"\n")
    stored = msgspec.msgpack.decode(body)
    program = Program(make_plan(offenders.greeting(), Types(), "start"), GIVEN.level)
    code = compile(POISON, program.filename, "exec")
    stored[-1] = marshal.dumps(code)
    return zstandard.compress(head + b"\n" + msgspec.msgpack.encode(stored))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache that holds one program, and its file is poisoned."""
    folder = tmp_path / "cache"
    assert run(CompileCache(folder, KEY)).outputs == b'"Hello Ada"'
    [path] = folder.iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:32] + poisoned(content[32:]))
    return folder


def test_the_attack_works_without_the_mac(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The defence patched away: every MAC is right.
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    assert run(CompileCache(folder, KEY)).outputs == b'"tuple"'


def test_a_poisoned_program_is_refused_removed_and_compiled_again(folder: Path) -> None:
    before = [path.read_bytes() for path in folder.iterdir()]
    cache = CompileCache(folder, KEY)
    assert run(cache).outputs == b'"Hello Ada"'
    assert cache.stats.refused == 1
    [path] = folder.iterdir()
    assert path.read_bytes() not in before
    assert run(CompileCache(folder, KEY)).outputs == b'"Hello Ada"'


def test_an_honest_program_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    run(CompileCache(folder, KEY))
    [path] = folder.iterdir()
    stamp = module._head("").decode()  # noqa: SLF001 - any other stamp will do
    other = folder / f"{CompileCache.name_of(GIVEN.code, stamp)}.program"
    path.rename(other)
    cache = CompileCache(folder, KEY)
    assert cache.get(other.name.removesuffix(".program")) is None
    assert cache.stats.refused == 1


def test_a_program_of_another_engine_is_compiled_again(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    run(CompileCache(folder, KEY))
    [path] = folder.iterdir()
    name = path.name.removesuffix(".program")
    cache = CompileCache(folder, KEY)
    honest = cache.get(name)
    assert honest is not None
    older = zstandard.decompress(honest).replace(b"flowlike-program 1", b"flowlike-program 0", 1)
    cache.put(name, zstandard.compress(older))
    assert run(CompileCache(folder, KEY)).outputs == b'"Hello Ada"'
    assert CompileCache(folder, KEY).get(name) == honest
