"""The nodes this command may use: built-in ones, and packages the operator lists."""

import os

from flowlike.nodes.catalog import Catalog, default_catalog

PACKAGES = "FLOWLIKE_NATIVE_PACKAGES"
"""Names of distributions, with commas between. From the environment alone: a project's folder may
not make the command import anything."""


def installed() -> Catalog:
    """The catalog. Raises DeclarationError if a listed package cannot be used."""
    listed = os.environ.get(PACKAGES, "").split(",")
    return default_catalog([name.strip() for name in listed if name.strip()])
