"""Commands that speak a language: ``--lang`` on each of them, and help in it."""

from __future__ import annotations

import os
import re
from copy import copy
from typing import Any

import click

from halfmoon.base import checks
from halfmoon.base.language import LANGUAGES, VARIABLE, current, speaking
from halfmoon.cli.translations import HELP, say
from halfmoon.data.remedies import naming_options

SHORT = 60
"""Characters of the line that a list of commands has for each."""


def of_pictures() -> str:
    """Return the language of the pictures that a command draws: English where no installed font has Chinese characters."""
    from halfmoon.plots.fonts import cjk_font  # noqa: PLC0415 - loaded when used

    return current() if current() == "en" or cjk_font("轮次损失") is not None else "en"


def _speak(context: click.Context, _: click.Parameter, lang: str | None) -> None:
    if lang is not None:
        context.with_resource(speaking(lang))
    elif os.environ.get(VARIABLE):
        checks.one_of(VARIABLE, os.environ[VARIABLE], LANGUAGES)


def _said(text: str) -> str:
    """Return a text of help in the language that is spoken, paragraph by paragraph."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(HELP.get(each, each) if current() == "zh" else each for each in paragraphs)


class Command(click.Command):
    """A command with ``--lang``, whose help is in the language that is spoken."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        help_ = "Of what is said and written; by default the locale's, or HALFMOON_LANG."
        choice = click.Choice(LANGUAGES)
        self.params.append(click.Option(["--lang"], type=choice, is_eager=True, expose_value=False, callback=_speak, help=help_))

    def get_short_help_str(self, limit: int = 45) -> str:
        if current() == "en":
            return super().get_short_help_str(limit)
        return re.split("[：；。]", _said(self.help or ""))[0][:limit]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_said(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._write_options(ctx, formatter)

    def _write_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [copy(param) for param in self.get_params(ctx) if isinstance(param, click.Option)]
        for each in options:
            each.help = _said(each.help or "")
        records = [each.get_help_record(ctx) for each in options]
        with formatter.section(say("Options")):
            formatter.write_dl([record for record in records if record is not None])


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command: what is said within names options."""
        with naming_options():
            return super().main(*args, **options)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._write_options(ctx, formatter)
        commands = [(name, self.commands[name].get_short_help_str(SHORT)) for name in self.list_commands(ctx)]
        with formatter.section(say("Commands")):
            formatter.write_dl(commands)
