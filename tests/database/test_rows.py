import asyncio
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from flowlike.database.connect import Database
from flowlike.database.rows import insert_rows
from flowlike.database.schema.meta import meta


def test_any_number_of_rows(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        total = 0
        for count in (0, 1, 2, 3, 17, 255, 256, 300, 1_000):
            rows = [(f"name-{total + number}", b"%d" % number) for number in range(count)]
            await database.transact(partial(insert_rows, table=meta, rows=rows))
            total += count
            async with database.read() as connection:
                assert (await connection.execute(select(func.count(meta.c.name)))).scalar() == total
                if rows:
                    last = select(meta).where(meta.c.name == rows[-1][0])
                    assert (await connection.execute(last)).one() == rows[-1]
        await database.close()

    asyncio.run(scenario())


def test_all_of_them_or_none(place: str) -> None:
    async def scenario() -> None:
        database = await Database.open(place)
        rows = [(f"name-{number % 20}", b"") for number in range(21)]

        with pytest.raises(IntegrityError):
            await database.transact(partial(insert_rows, table=meta, rows=rows))
        async with database.read() as connection:
            assert (await connection.execute(select(meta))).all() == []
        await database.close()

    asyncio.run(scenario())
