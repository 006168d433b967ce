"""``flowlike completion``: scripts that complete commands and options in a shell."""

from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser

EXAMPLES = (
    'eval "$(flowlike completion bash)"',
    "flowlike completion zsh > ~/.zfunc/_flowlike",
    "flowlike completion fish > ~/.config/fish/completions/flowlike.fish",
)

Words = dict[str, list[str]]


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")


def execute(options: Options) -> int:
    """Prints the script for a shell."""
    script = {"bash": bash, "zsh": zsh, "fish": fish}[options.shell]
    output.result_text(script(options_by_command()))
    return 0


def options_by_command() -> Words:
    """The long options of each command."""
    from flowlike.cli.main import COMMANDS, command_of, parser_of

    return {
        name: sorted(
            option
            for option in parser_of(name, command_of(name)).option_strings()
            if option.startswith("--")
        )
        for name in COMMANDS
    }


def bash(words: Words) -> str:
    """For bash 4 and newer."""
    cases = [f'    {name}) words="{" ".join(options)}" ;;' for name, options in words.items()]
    lines = [
        "_flowlike() {",
        '  local word="${COMP_WORDS[COMP_CWORD]}" words=""',
        '  if [ "$COMP_CWORD" -eq 1 ]; then',
        f'    words="{" ".join(words)} --help --version"',
        '  else case "${COMP_WORDS[1]}" in',
        *cases,
        "  esac fi",
        '  if [ "$COMP_CWORD" -gt 1 ] && [ "${word#-}" = "$word" ]; then',
        '    mapfile -t COMPREPLY < <(compgen -f -- "$word")',
        "  else",
        '    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")',
        "  fi",
        "}",
        "complete -o filenames -F _flowlike flowlike",
    ]
    return "\n".join(lines)


def zsh(words: Words) -> str:
    """For zsh, as a file ``_flowlike`` on its function path."""
    cases = [f"    {name}) compadd -- {' '.join(options)} ;;" for name, options in words.items()]
    lines = [
        "#compdef flowlike",
        "_flowlike() {",
        "  if (( CURRENT == 2 )); then",
        f"    compadd -- {' '.join(words)} --help --version",
        "    return",
        "  fi",
        "  if [[ $PREFIX != -* ]]; then",
        "    _files",
        "    return",
        "  fi",
        "  case $words[2] in",
        *cases,
        "  esac",
        "}",
        "compdef _flowlike flowlike",
    ]
    return "\n".join(lines)


def fish(words: Words) -> str:
    """For fish."""
    from flowlike.cli.main import COMMANDS

    lines = [
        f"complete -c flowlike -n __fish_use_subcommand -f -a {name} -d '{COMMANDS[name]}'"
        for name in words
    ]
    lines += [
        f"complete -c flowlike -n '__fish_seen_subcommand_from {name}' -l {option[2:]}"
        for name, options in words.items()
        for option in options
    ]
    return "\n".join(lines)
