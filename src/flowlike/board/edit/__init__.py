"""Change a board by commands: each refused with a reason or applied with its exact inverse."""

from flowlike.board.edit.apply import Applied, apply
from flowlike.board.edit.change import Change
from flowlike.board.edit.commands import Batch, Command, Fragment, Restore
from flowlike.board.edit.draft import Derives, Migrates
from flowlike.board.edit.partly import partly
from flowlike.board.edit.paste import copy
from flowlike.board.edit.refusal import Refused
from flowlike.board.edit.replay import replay
from flowlike.board.edit.upgrade import UpgradePlan, plan_upgrade

__all__ = [
    "Applied",
    "Batch",
    "Change",
    "Command",
    "Derives",
    "Fragment",
    "Migrates",
    "Refused",
    "Restore",
    "UpgradePlan",
    "apply",
    "copy",
    "partly",
    "plan_upgrade",
    "replay",
]
