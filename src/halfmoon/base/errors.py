"""The errors that bad input raises."""


class InputError(ValueError):
    """Something that was passed in cannot be used.

    The message is one sentence that names the argument, the value and what was expected.
    """


class UnknownNameError(InputError, KeyError):
    """A name that stands for nothing here; a KeyError too, so that mappings of ours answer ``in`` and ``get``."""

    __str__ = InputError.__str__  # a KeyError would put its sentence in quotes
