"""Reading and writing a kind of document: board, app or event.

msgspec decodes. If the canonical text of the result equals the input, nothing in it was odd: no key
stood twice, no number was bent. Only else the slow strict reader looks. Spec: design, "Reading
board text".
"""

import re
from collections.abc import Callable
from typing import Any, Generic, NoReturn, TypeVar

import msgspec

from flowlike.board.canonical import Blocks, write
from flowlike.board.limits import Limits
from flowlike.board.locate import line_of, path_text, quote
from flowlike.board.misfit import WRONG_TYPE, find_misfit
from flowlike.board.strict import read_json, to_bytes
from flowlike.errors import TextError, Where

UNKNOWN_FORMAT = "text.unknown-format"

D = TypeVar("D", bound=msgspec.Struct)
_FORMAT = re.compile(r"flowlike\.([a-z]+)/([0-9]{1,9})")


class DocumentKind(Generic[D]):
    """A kind of document.

    Args:
        type: its struct; the first field is ``format``.
        noun: what people call it.
        blocks: types that stand as blocks, and their fields that are spread (``canonical.write``).
        settle: brings what was read from non-canonical text into the form kept in memory.
        outline: looks at the text before it is decoded; raises TextError as ``check`` does.
        check: refuses what fits the type but must not be read or written; raises TextError whose
            ``where.path`` is dotted.
    """

    def __init__(
        self,
        type: type[D],  # noqa: A002 - its name in the document's own words
        noun: str,
        *,
        blocks: Blocks,
        check: Callable[[D, Limits], None],
        settle: Callable[[D], D] | None = None,
        outline: Callable[[bytes, Limits], None] | None = None,
    ) -> None:
        self.type = type
        self.noun = noun
        self.format = str(type.__struct_defaults__ and msgspec.structs.fields(type)[0].default)
        self._blocks = blocks
        self._check = check
        self._settle = settle
        self._outline = outline
        self._decode = msgspec.json.Decoder(type).decode

    def dump(self, document: D, limits: Limits) -> str:
        """The canonical text. Raises TextError if the document may not be written."""
        self._check(document, limits)
        return write(document, self._blocks, limits.depth).decode()

    def parse(self, text: bytes | str, limits: Limits, file: str) -> D:
        """The document ``text`` holds. Raises TextError, and nothing else, whatever the text is."""
        raw = to_bytes(text, limits, file)
        try:
            if self._outline:
                self._outline(raw, limits)
        except TextError as error:
            _place(error, raw, file)
        try:
            document = self._decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._parse_slowly(raw, limits, file)
        try:
            self._check(document, limits)
        except TextError as error:
            _place(error, raw, file)
        try:
            canonical = write(document, self._blocks, limits.depth) == raw
        except TextError:  # the slow reader says it better
            canonical = False
        return document if canonical else self._parse_slowly(raw, limits, file)

    def _parse_slowly(self, raw: bytes, limits: Limits, file: str) -> D:
        tree, text = read_json(raw, limits, file)
        self._check_format(tree, text, file)
        try:
            document = msgspec.convert(tree, self.type)
        except msgspec.ValidationError as error:
            misfit = find_misfit(tree, self.type)
            code, message, remedy = misfit.code, misfit.message, misfit.remedy
            line = line_of(text, misfit.path)
            where = Where(file=file, line=line, path=path_text(misfit.path))
            raise TextError(code, message, remedy=remedy, where=where) from error
        try:
            if self._settle:
                document = self._settle(document)
            self._check(document, limits)
        except TextError as error:
            _place(error, raw, file)
        return document

    def _check_format(self, tree: Any, text: str, file: str) -> None:
        """The format is looked at first: fields of another format would only confuse."""
        if not isinstance(tree, dict):
            raise TextError(
                WRONG_TYPE,
                f"This is JSON, but not {_article(self.noun)}: {_article(self.noun)} is an object.",
                remedy=f"Give the file that holds the {self.noun}.",
                where=Where(file=file, line=line_of(text, ())),
            )
        found = tree.get("format")
        if found == self.format:
            return
        where = Where(file=file, line=line_of(text, ("format",)), path="format")
        message, remedy = self._format_words(found)
        raise TextError(UNKNOWN_FORMAT, message, remedy=remedy, where=where)

    def _format_words(self, found: object) -> tuple[str, str]:
        add = f'Write "format": "{self.format}".'
        this = _article(self.noun)
        if found is None:
            return f'The text does not say that it is {this}: "format" is missing.', add
        parts = _FORMAT.fullmatch(found) if isinstance(found, str) else None
        own = _FORMAT.fullmatch(self.format)
        if not isinstance(found, str) or not parts or not own:
            shown = quote(found) if isinstance(found, str) else "what stands here"
            return f"The format is unknown: {shown}.", add
        if parts[1] != own[1]:
            return f"This is {_article(parts[1])}, not {this}.", "Give the right file."
        if int(parts[2]) > int(own[2]):
            message = f"This {self.noun} was written by a newer version of Flowlike."
            return message, "Update Flowlike to read it."
        return f"The format is unknown: {quote(found)}.", add


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _place(error: TextError, raw: bytes, file: str) -> NoReturn:
    """Raises ``error`` again with file and line; the text is known to decode."""
    path = tuple(part for part in error.where.path.split(".") if part)
    line = line_of(raw.decode(errors="replace"), path) if path else 0
    error.where = msgspec.structs.replace(error.where, file=file, line=line)
    raise error
