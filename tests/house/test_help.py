"""`liangzheng --help` is complete: every command, every level, both languages, a sentence for every option."""

import argparse
import subprocess
import sys
from collections.abc import Iterator

import pytest

from kiosk.words import LANGUAGES, load_words
from tests.house.sources import ROOT
from ui.command.main import COMMANDS, parser_for


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and all below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


def command(name: str, language: str) -> list[argparse.ArgumentParser]:
    """The parsers of one command, as `liangzheng NAME …` builds them."""
    mine = f"liangzheng {name}"
    below = parsers(parser_for([name], load_words(language)))
    return [parser for parser in below if parser.prog == mine or parser.prog.startswith(f"{mine} ")]


def lacking(parser: argparse.ArgumentParser) -> list[str]:
    """Options and parts without words. `--help` and `--version` speak for themselves."""
    silent = (argparse._HelpAction, argparse._VersionAction)
    found = [] if parser.description else [f"{parser.prog} has no description"]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {choice.dest for choice in action._choices_actions if choice.help}
            found += [f"{parser.prog} {name} has no help" for name in action.choices if name not in told]
        elif not isinstance(action, silent) and not (action.help or "").strip():
            found.append(f"{parser.prog} {'/'.join(action.option_strings) or action.dest} has no help")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_explained(name: str, language: str) -> None:
    assert [gap for parser in command(name, language) for gap in lacking(parser)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_level_can_be_drawn(name: str, language: str) -> None:
    """A stray % in a sentence breaks only the help that shows it."""
    for parser in command(name, language):
        drawn = parser.format_help()
        shown = [word for action in parser._actions for word in action.option_strings]
        assert [word for word in shown if word not in drawn] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_commands_names_each(language: str) -> None:
    top = parser_for([], load_words(language))
    assert lacking(top) == []
    drawn = top.format_help()
    assert [name for name in COMMANDS if f"    {name}" not in drawn] == []


def test_chinese_and_english_help_differ() -> None:
    zh, en = (parser_for([], load_words(language)).format_help() for language in LANGUAGES)
    assert zh != en


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_ends_well(name: str, language: str) -> None:
    """As typed: exit code 0, nothing on stderr, also in a plain C locale."""
    typed = [sys.executable, "-m", "ui.command.main", *([name] if name else []), "--help"]
    environment = {"LIANGZHENG_LANG": language, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    ended = subprocess.run(typed, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout) > 100


def test_wrong_usage_is_told_apart_from_failure() -> None:
    with pytest.raises(SystemExit) as ended:
        parser_for(["nowhere"], load_words("zh")).parse_args(["nowhere"])
    assert ended.value.code == 2


def test_the_check_itself_bites() -> None:
    silent = argparse.ArgumentParser("silent", description="says little")
    silent.add_argument("--odd")
    assert lacking(silent) == ["silent --odd has no help"]
