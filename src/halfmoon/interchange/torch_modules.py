"""Modules that PyTorch lacks for networks of ours; this file imports PyTorch, which is optional."""

from __future__ import annotations

from typing import Any

from torch import nn


class Residual(nn.Module):
    """Adds its input to what its modules make of it.

    Parameters
    ----------
    *branch : torch.nn.Module
    """

    def __init__(self, *branch: nn.Module) -> None:
        super().__init__()
        self.branch = nn.Sequential(*branch)

    def forward(self, x: Any) -> Any:
        """Return ``x + branch(x)``."""
        return x + self.branch(x)
