"""What commands ask of a data folder: done by the server that holds it, or else directly.

The right to write to the folder is the proof of who may; so an errand acts as the owner.
"""

import msgspec

from flowlike.apps.folders import export_folder, import_folder
from flowlike.identity.local import OWNER
from flowlike.server.configured import usual_address
from flowlike.server.installation import Installation


class Link(msgspec.Struct, frozen=True, tag="link"):
    """A new login link."""


class Import(msgspec.Struct, frozen=True, tag="import"):
    """Takes an app in: a zip of its folder.

    ``activate``: its events answer at once. ``unless``: nothing is done if this app is there.
    """

    content: bytes
    activate: bool = False
    unless: str = ""


class Export(msgspec.Struct, frozen=True, tag="export"):
    """Gives an app out, as a zip of its folder."""

    app: str


class Listing(msgspec.Struct, frozen=True, tag="apps"):
    """Names the apps."""


Errand = Link | Import | Export | Listing


class Done(msgspec.Struct, frozen=True, tag="done"):
    """What came of an errand: ``token`` of a link, ``content`` of an export, or the apps.

    ``address`` is that of the server, ``running`` says whether it does, ``changed`` whether an
    import was needed.
    """

    address: str = ""
    running: bool = False
    token: str = ""
    content: bytes = b""
    apps: tuple[tuple[str, str], ...] = ()
    changed: bool = True


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """An errand that was refused, as the error says it."""

    code: str
    message: str
    remedy: str = ""
    path: str = ""


async def perform(errand: Errand, installation: Installation) -> Done:
    """Does it. Raises FlowlikeError."""
    match errand:
        case Link():
            address = usual_address(installation.settings)
            return Done(address=address, token=await installation.identity.mint_link())
        case Import(unless=app) if app and await _is_there(app, installation):
            info = await installation.apps.get(app)
            return Done(apps=((info.id, info.name),), changed=False)
        case Import():
            imported = await import_folder(
                installation, errand.content, OWNER, activate=errand.activate
            )
            info = await installation.apps.get(imported.app)
            return Done(apps=((info.id, info.name),))
        case Export():
            return Done(content=await export_folder(installation, errand.app))
        case Listing():
            infos = await installation.apps.list_for(OWNER)
            return Done(apps=tuple((each.id, each.name) for each in infos))


async def _is_there(app: str, installation: Installation) -> bool:
    return any(each.id == app for each in await installation.apps.list_for(OWNER))
