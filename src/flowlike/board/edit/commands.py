"""The verbs that change a board, as data. ``docs/board-commands.md`` describes each.

A command is JSON with the tag ``command``. Clients mint the ids of what they add. ``UNSET`` fields
stay as they are. Spec: engine, section 5.
"""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from flowlike.board.definition import NodeDefinition, PinDefinition
from flowlike.board.edit.change import Change
from flowlike.board.model import (
    BoardSettings,
    Comment,
    Layer,
    Node,
    Place,
    Variable,
)


def _tag(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class _Command(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="command",
    tag=_tag,
):
    """Base of the commands; the tag is the class name in snake case."""


Direction = Literal["in", "out"]
Setting = Literal["disabled", "pinned", "retry", "timeout_ms", "on_body_error", "trace"]


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """New coordinates of one entity; UNSET ones stay.

    ``entry`` and ``exit`` belong to layers only, ``width`` and ``height`` to comments only; None
    clears them.
    """

    x: float | UnsetType = UNSET
    y: float | UnsetType = UNSET
    z: float | UnsetType = UNSET
    width: float | UnsetType | None = UNSET
    height: float | UnsetType | None = UNSET
    entry: tuple[float, float] | UnsetType | None = UNSET
    exit: tuple[float, float] | UnsetType | None = UNSET


class AddNode(_Command, frozen=True, kw_only=True):
    """Place a node of an installed type."""

    id: str
    type: str
    layer: str = ""
    name: str = ""
    place: Place | None = None


class Remove(_Command, frozen=True):
    """Remove nodes, layers (with all inside) and comments, and every wire and reference to them."""

    ids: tuple[str, ...]


class SetPinValue(_Command, frozen=True):
    """Write a literal on an input pin."""

    node: str
    pin: str
    value: Any


class ClearPinValue(_Command, frozen=True):
    """Take the literal off an input pin."""

    node: str
    pin: str


class SetNodeSetting(_Command, frozen=True):
    """Change one setting of a node; without a value the default returns."""

    node: str
    setting: Setting
    value: Any | UnsetType = UNSET


class Rename(_Command, frozen=True):
    """Name a node or layer. An empty name gives a node its type's title back."""

    id: str
    name: str


class SetComment(_Command, frozen=True):
    """Write the note on a node or layer."""

    id: str
    comment: str


class MoveMany(_Command, frozen=True):
    """Move nodes, layers and comments. Members of a moved layer keep their own places."""

    moves: dict[str, Move]


class SetLayer(_Command, frozen=True):
    """Put nodes, layers and comments into another layer; empty is the board itself. Wires stay."""

    ids: tuple[str, ...]
    layer: str


class Connect(_Command, frozen=True):
    """Draw a wire. ``index`` is its turn among the wires of the output; the last if absent.

    A wire into an occupied data input replaces the one that is there.
    """

    source: str
    target: str
    index: int | None = None


class Disconnect(_Command, frozen=True):
    """Remove a wire."""

    source: str
    target: str


class OrderWires(_Command, frozen=True):
    """Give the wires of an output another order; ``to`` holds the same endpoints."""

    source: str
    to: tuple[str, ...]


class AddPin(_Command, frozen=True):
    """Add a pin: one more of a variadic ``name``, or an own pin of a layer, start node or call.

    Exactly one of ``name`` and ``pin`` is given. ``index`` is the place among the own pins.
    """

    id: str
    direction: Direction
    name: str = ""
    pin: PinDefinition | None = None
    index: int | None = None


class RemovePin(_Command, frozen=True):
    """Remove a variadic or own pin with its literal and wires; later ones of its name move up."""

    id: str
    direction: Direction
    pin: str


class AddErrorPin(_Command, frozen=True):
    """Give a node the outputs that fire when it fails."""

    node: str


class RemoveErrorPin(_Command, frozen=True):
    """Take the error outputs away, with their wires."""

    node: str


class Fragment(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True
):
    """A copied part of a board: what the clipboard holds. It never holds a secret value.

    ``incoming`` leads from endpoints outside to endpoints inside.
    """

    format: Literal["flowlike.fragment/1"] = "flowlike.fragment/1"
    types: dict[str, NodeDefinition] = {}
    variables: dict[str, Variable] = {}
    nodes: dict[str, Node] = {}
    layers: dict[str, Layer] = {}
    comments: dict[str, Comment] = {}
    layout: dict[str, Place] = {}
    incoming: dict[str, tuple[str, ...]] = {}


class Paste(_Command, frozen=True, kw_only=True):
    """Insert a fragment.

    ``ids`` gives a fresh id for every node, layer and comment, and may give one for a variable that
    the board lacks. ``offset`` (x, y) moves what does not lie inside a pasted layer. ``incoming``
    also draws the data wires that entered the copied part.
    """

    fragment: Fragment
    ids: dict[str, str]
    layer: str = ""
    offset: tuple[float, float] = (0.0, 0.0)
    incoming: bool = False


class Collapse(_Command, frozen=True, kw_only=True):
    """Put entities of one layer into a new one; wires that cross its border get relay pins."""

    id: str
    members: tuple[str, ...]
    name: str = "Layer"
    place: Place | None = None


class Expand(_Command, frozen=True):
    """Dissolve a layer: its members move out and its relays become direct wires."""

    id: str


class UpsertLayer(_Command, frozen=True, kw_only=True):
    """Add a layer, or change one. Wires of pins that vanish are removed."""

    id: str
    name: str | UnsetType = UNSET
    parent: str | UnsetType = UNSET
    kind: Literal["Collapsed", "Function", "Macro"] | UnsetType = UNSET
    comment: str | UnsetType = UNSET
    color: str | UnsetType = UNSET
    inputs: tuple[PinDefinition, ...] | UnsetType = UNSET
    outputs: tuple[PinDefinition, ...] | UnsetType = UNSET
    place: Place | None = None


class UpsertVariable(_Command, frozen=True):
    """Add a variable, or replace one that is editable."""

    id: str
    variable: Variable


class RemoveVariable(_Command, frozen=True):
    """Remove a variable that is editable. Nodes that name it are left; the checks point at them."""

    id: str


class UpsertComment(_Command, frozen=True):
    """Add a comment, or replace one. Its place stays unless one is given."""

    id: str
    comment: Comment
    place: Place | None = None


class SetFunctionReference(_Command, frozen=True):
    """Say which start nodes a node may call."""

    node: str
    functions: tuple[str, ...]


class SetBoard(_Command, frozen=True, kw_only=True):
    """Change the board's own texts and settings."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    version: str | UnsetType = UNSET
    settings: BoardSettings | UnsetType = UNSET


class UpgradeNode(_Command, frozen=True):
    """Bring a node to a newer version of its type. ``plan_upgrade`` says what it would lose."""

    node: str
    version: int


class RecordTypes(_Command, frozen=True):
    """Store the definition of every type in use, so that the board opens without its packages."""


class Restore(_Command, frozen=True):
    """Set recorded values: undo, redo, a difference, a merge.

    Refused unless the board still holds what each change says was there before.
    ``exact`` sets them whatever comes of it, since a file edited by hand may hold wires to nothing.
    """

    changes: tuple[Change, ...]
    exact: bool = False


Command = (
    AddNode
    | Remove
    | SetPinValue
    | ClearPinValue
    | SetNodeSetting
    | Rename
    | SetComment
    | MoveMany
    | SetLayer
    | Connect
    | Disconnect
    | OrderWires
    | AddPin
    | RemovePin
    | AddErrorPin
    | RemoveErrorPin
    | Paste
    | Collapse
    | Expand
    | UpsertLayer
    | UpsertVariable
    | RemoveVariable
    | UpsertComment
    | SetFunctionReference
    | SetBoard
    | UpgradeNode
    | RecordTypes
    | Restore
)


class Batch(_Command, frozen=True):
    """Commands that succeed or fail as one."""

    commands: tuple[Command, ...]
