"""What was guessed to read a table is said on standard error, and options say it otherwise, for every command that takes one."""

import pytest
from click.testing import CliRunner

from halfmoon.base.errors import InputError
from halfmoon.cli import tables
from halfmoon.cli.app import app
from halfmoon.cli.train import find_table
from halfmoon.data import FileFormat


def test_what_was_guessed_is_said_on_standard_error(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("id;y\n1;x\n2;z\n")
    assert tables.read(path, FileFormat()).frame.to_dict(as_series=False) == {"id": [1, 2], "y": ["x", "z"]}
    said = capsys.readouterr()
    assert said.err == "a.csv: a semicolon separates its columns; --separator says another\n"
    assert not said.out
    tables.read(path, FileFormat(separator="semicolon"))
    assert not capsys.readouterr().err


@pytest.mark.parametrize("command", [["train"], ["compare"], ["predict", "model"], ["xray", "model"]])
@pytest.mark.parametrize(
    ("option", "words"), [(["--separator", "||"], "separator must be"), (["--encoding", "klingon"], "encoding must be")]
)
def test_every_command_with_a_table_takes_the_options(command, option, words):
    done = CliRunner().invoke(app, [*command, "table.csv", *option])
    assert isinstance(done.exception, InputError)
    assert words in str(done.exception)


def test_a_built_in_set_has_no_file():
    with pytest.raises(InputError, match="header must be left out for the built-in set iris, got False"):
        find_table("iris", None, FileFormat(header=False))
