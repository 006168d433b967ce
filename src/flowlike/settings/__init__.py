"""What an operator may set, from the user's file, the environment and flags."""

from flowlike.settings.address import Address, parse_address
from flowlike.settings.loading import (
    config_folder,
    data_folder,
    load,
    refuse_project_file,
    user_file,
)
from flowlike.settings.model import (
    Data,
    Database,
    Execution,
    Limits,
    Log,
    Metrics,
    Nodes,
    Otel,
    Runs,
    Server,
    Sessions,
    Setting,
    Settings,
    every,
    groups,
)

__all__ = [
    "Address",
    "Data",
    "Database",
    "Execution",
    "Limits",
    "Log",
    "Metrics",
    "Nodes",
    "Otel",
    "Runs",
    "Server",
    "Sessions",
    "Setting",
    "Settings",
    "config_folder",
    "data_folder",
    "every",
    "groups",
    "load",
    "parse_address",
    "refuse_project_file",
    "user_file",
]
