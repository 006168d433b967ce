"""Artifacts in memory and on disk."""

import asyncio
from pathlib import Path

from flowlike.execution.artifacts import Artifacts
from flowlike.execution.cache import CompileCache


def test_artifacts_come_from_disk_and_stay_in_memory(tmp_path: Path) -> None:
    async def work() -> None:
        cache = CompileCache(tmp_path / "cache", b"k" * 32)
        first = Artifacts(cache)
        assert not first.is_known("code", "stamp")
        news: list[int] = []
        for number in range(3):  # asked for thrice, looked for once
            first.fetch("code", "stamp", lambda number=number: news.append(number))  # type: ignore[misc]  # a default
        await asyncio.sleep(0.1)
        assert (news, cache.stats.misses) == ([0, 1, 2], 1)
        assert first.is_known("code", "stamp")
        assert first.get("code", "stamp") == b""
        first.keep("code", "stamp", b"artifact")
        assert first.get("code", "stamp") == b"artifact"
        first.close()
        second = Artifacts(cache)
        second.fetch("code", "stamp", lambda: news.append(9))
        await asyncio.sleep(0.1)
        assert second.get("code", "stamp") == b"artifact"
        assert not second.is_known("code", "other stamp")
        second.keep_none("code", "stamp")
        assert second.get("code", "stamp") == b""
        second.close()

    asyncio.run(work())


def test_without_a_cache_artifacts_are_kept_in_memory_within_a_bound() -> None:
    async def work() -> None:
        artifacts = Artifacts(None, most_bytes=1_000)
        assert artifacts.is_known("a", "s")
        for code in "abc":
            artifacts.keep(code, "s", b"x" * 400)
        assert [len(artifacts.get(code, "s")) for code in "abc"] == [0, 400, 400]
        called: list[int] = []
        artifacts.fetch("d", "s", lambda: called.append(1))
        assert called == [1]
        artifacts.close()

    asyncio.run(work())
