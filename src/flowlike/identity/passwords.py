"""Passwords: which are strong enough, and how they are hashed.

Hashing takes a quarter of a second and 64 MiB on purpose, so at most two run at once and few may
wait; a flood of guesses cannot take the machine (threat 27). Source: RFC 9106, NIST SP 800-63B.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from flowlike.errors import PasswordRefused, WaitError

SHORT = "identity.password-short"
LONG = "identity.password-long"
COMMON = "identity.password-common"
BUSY = "identity.busy"

LEAST, MOST = 12, 256
_REMEDY = "Take four or more words that do not belong together, or let a password manager make one."

# What the lists of leaked passwords are made of, once digits and marks at both ends are gone.
_LIST = """
    abcdef access admin administrator alexander amanda andrea angel apple arsenal asdfgh ashley
    autumn azerty babygirl banana baseball basketball batman beautiful berlin bitcoin buster
    butterfly changeme charlie chelsea chocolate christmas computer cookie corvette cowboys daniel
    default diamond dolphin dragon element eminem facebook falcon family ferrari flower flowlike
    football forever freedom friends gandalf george gibson ginger google guest hannah harley
    hello hockey hunter iloveyou instagram internet jackson jasmine jennifer jessica jordan joshua
    killer letmein letmeinnow liverpool london login lovely loveyou madison maggie master matrix
    matthew mercedes merlin michael michelle monkey mustang mypassword naruto nicole nintendo
    ninja nothing oliver orange pass passphrase password passwort patrick peanut pepper phoenix
    pikachu pokemon princess purple qazwsx qwert qwerty qwertz ranger robert samantha samsung
    scooter secret secure server shadow silver skywalker slipknot snoopy snowball soccer spring
    starwars steelers summer sunflower sunshine superman superstar swordfish taylor test testing
    thomas thunder tigger trinity trustnoone unicorn user vanessa victoria welcome whatever
    william winter winner yankees zxcvbn zaq
"""
_WORDS = frozenset(_LIST.split())
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_RUN = 4  # characters of a keyboard row that count as one run
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_REPEATS = re.compile(r"(.+?)\1+", re.DOTALL)
_RUN_MARK, _END_MARK, _WORD_MARKS = "\ue000", "\ue001", 0xE100  # private characters
_LEAST_SUBSTANCE = 6

T = TypeVar("T")


class HashCosts(msgspec.Struct, frozen=True):
    """Costs of argon2id: passes, memory in KiB, lanes. Default: RFC 9106, second choice."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


def check(password: str, names: tuple[str, ...] = ()) -> None:
    """Refuse a password that is short, long or common. ``names`` count as common words.

    Raises PasswordRefused. The message never holds the password.
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < LEAST:
        message = f"A password has at least {LEAST} characters."
        raise PasswordRefused(SHORT, message, remedy=_REMEDY)
    if len(text) > MOST:
        message = f"A password has at most {MOST} characters."
        raise PasswordRefused(LONG, message, remedy="Shorten it.")
    if is_common(text, names):
        message = "The password is one that guessers try first."
        raise PasswordRefused(COMMON, message, remedy=_REMEDY)


def is_common(password: str, names: tuple[str, ...] = ()) -> bool:
    """Whether little is left of a password once words, keyboard rows and repeats are gone."""
    text = password.casefold()
    words = sorted(_WORDS | {name.casefold() for name in names if len(name) > 2}, key=len)[::-1]
    spellings = {text, text.translate(_LEET), _ENDS.sub(_END_MARK, text).translate(_LEET)}
    return any(_substance(each, words) < _LEAST_SUBSTANCE for each in spellings)


def _substance(text: str, words: list[str]) -> int:
    """About how many choices a guesser has to make: two a common word, one a run or letter."""
    left = text
    for place, word in enumerate(words):
        left = left.replace(word, chr(_WORD_MARKS + place))
    left = _ENDS.sub(_END_MARK, _without_runs(left))  # a year or a mark before or after
    left = _REPEATS.sub(r"\1", left)
    kinds = set(left)
    return len(kinds) + sum(ord(kind) in range(_WORD_MARKS, _WORD_MARKS + 0x700) for kind in kinds)


def _without_runs(text: str) -> str:
    for row in _ROWS:
        for way in (row, row[::-1]):
            for size in range(len(way), _RUN - 1, -1):
                for start in range(len(way) - size + 1):
                    text = text.replace(way[start : start + size], _RUN_MARK)
    return text


class Hasher:
    """Hashes and verifies, in threads.

    Args:
        costs: of argon2id.
        at_once: how many hashes are computed at the same time.
        waiting: how many more may wait for their turn.
    """

    def __init__(self, costs: HashCosts, *, at_once: int = 2, waiting: int = 8) -> None:
        self._argon = PasswordHasher(costs.passes, costs.memory_kib, costs.lanes)
        self._slots = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._working: set[asyncio.Task[object]] = set()

    async def hash(self, password: str) -> str:
        """The hash to store, with salt and costs. Raises WaitError ``identity.busy``."""
        text = unicodedata.normalize("NFKC", password)
        return await self._run(lambda: self._argon.hash(text))

    async def verify(self, kept: str, password: str) -> bool:
        """Whether the password is the one that was hashed. Raises WaitError."""
        text = unicodedata.normalize("NFKC", password[: 4 * MOST])

        def work() -> bool:
            try:
                return self._argon.verify(kept, text)
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(work)

    def is_stale(self, kept: str) -> bool:
        """Whether the hash was made with other costs than today's."""
        return self._argon.check_needs_rehash(kept)

    async def _run(self, work: Callable[[], T]) -> T:
        if len(self._working) >= self._most:
            message = "Too many people are signing in at this moment."
            raise WaitError(BUSY, message, remedy="Try again in a moment.", seconds=1)
        task = asyncio.create_task(self._in_turn(work))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        # A thread cannot be stopped: who hangs up while it works frees no place for another.
        return await asyncio.shield(task)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        async with self._slots:
            return await asyncio.to_thread(work)
