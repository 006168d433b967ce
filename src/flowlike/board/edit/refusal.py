"""Why an edit is refused: the codes of ``CommandError``, each with what to do next."""

from enum import StrEnum

from flowlike.errors import CommandError, Where


class Refused(StrEnum):
    """Codes. ``docs/board-commands.md`` says which command gives which."""

    BAD_ID = "command.bad-id"
    ID_TAKEN = "command.id-taken"
    UNKNOWN_ENTITY = "command.unknown-entity"
    UNKNOWN_TYPE = "command.unknown-type"
    UNKNOWN_PIN = "command.unknown-pin"
    UNKNOWN_WIRE = "command.unknown-wire"
    UNKNOWN_LAYER = "command.unknown-layer"
    WIRE_REFUSED = "command.wire-refused"
    SELF_WIRE = "command.self-wire"
    WIRE_EXISTS = "command.wire-exists"
    BAD_ORDER = "command.bad-order"
    BAD_VALUE = "command.bad-value"
    BAD_NAME = "command.bad-name"
    BAD_PIN = "command.bad-pin"
    FIXED_PINS = "command.fixed-pins"
    LEAST_PINS = "command.least-pins"
    NOT_EDITABLE = "command.not-editable"
    SECRET_VALUE = "command.secret-value"  # noqa: S105 - a code, not a secret
    LAYER_CYCLE = "command.layer-cycle"
    MIXED_LAYERS = "command.mixed-layers"
    BAD_UPGRADE = "command.bad-upgrade"
    CONFLICT = "command.conflict"
    TOO_LARGE = "command.too-large"


_REMEDY = {
    Refused.BAD_ID: "Use 1 to 64 letters, digits, '-' or '_', the first a letter or digit.",
    Refused.ID_TAKEN: "Mint a fresh id.",
    Refused.UNKNOWN_ENTITY: "Load the board again; it may have been removed.",
    Refused.UNKNOWN_TYPE: "Install the package that has this node type.",
    Refused.UNKNOWN_PIN: "Look up the pins of the node; add the pin first if it may be repeated.",
    Refused.UNKNOWN_WIRE: "Load the board again; the wire may have been removed.",
    Refused.UNKNOWN_LAYER: "Name an existing layer, or none for the board itself.",
    Refused.WIRE_REFUSED: "Choose pins of fitting types, or put a conversion node between them.",
    Refused.SELF_WIRE: "Wire to another node.",
    Refused.WIRE_EXISTS: "Nothing is to be done.",
    Refused.BAD_ORDER: "Give exactly the endpoints the output leads to, each once.",
    Refused.BAD_VALUE: "Give a value the field can hold.",
    Refused.BAD_NAME: "Give another name.",
    Refused.BAD_PIN: "Give the pin another name or definition.",
    Refused.FIXED_PINS: "Choose a node whose pins people may change.",
    Refused.LEAST_PINS: "Keep the pins the type begins with.",
    Refused.NOT_EDITABLE: "Choose a variable that is editable.",
    Refused.SECRET_VALUE: "Store the value in the secret store of the host that runs the board.",
    Refused.LAYER_CYCLE: "Choose a layer that does not lie inside the moved one.",
    Refused.MIXED_LAYERS: "Select entities of one layer, at least one.",
    Refused.BAD_UPGRADE: "Choose an installed version that is newer than the node's.",
    Refused.CONFLICT: "Load the board again; somebody changed the same part later.",
    Refused.TOO_LARGE: "Split the board or the value.",
}


def refusal(
    code: Refused, message: str, *, node: str = "", pin: str = "", path: str = ""
) -> CommandError:
    """The error to raise for a refused edit. Messages name places, never values."""
    return CommandError(
        str(code), message, remedy=_REMEDY[code], where=Where(node=node, pin=pin, path=path)
    )
