"""``flowlike login-link``: a link that signs the owner in, once."""

from flowlike.cli import errand, output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.serve import add_place
from flowlike.server.errands import Link
from flowlike.settings import load

EXAMPLES = ("flowlike login-link", "flowlike login-link --data shop-data")


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    add_place(parser)


def execute(options: Options) -> int:
    """Prints the link; whoever may write to the data folder may have one."""
    settings = load(options.data)
    done = errand.do(Link(), settings)
    output.result(f"{done.address}/login#{done.token}")
    minutes = f"{settings.sessions.link_minutes:g}"
    output.talk(f"It signs in once, within {minutes} minutes.")
    if not done.running:
        output.talk("No server is running on this data folder; start it with: flowlike serve")
    return 0
