"""Write what RealMLP of pytabkit gives on one batch, for the tests: every layer's output, every gradient, and some updates.

    pip download --no-deps pytabkit==1.8.0 && unzip pytabkit-*.whl
    PYTHONPATH=. python tools/realmlp_reference.py tests/layers/realmlp.npz

Only ``pytabkit.models.realmlp``, which needs NumPy and PyTorch alone, is imported.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

NUMBERS, ROWS, WIDTHS, UPDATES = 4, 16, (8, 6), 6
CASES = {"classes": (3, "td_class"), "regression": (1, "td_reg")}
"""For each kind of task the number of outputs, and the maker of pytabkit's own settings for it."""


def realmlp() -> Any:
    """Return ``pytabkit.models.realmlp.model`` and ``train``, without the rest of pytabkit."""
    place = next(folder for folder in map(Path, sys.path) if (folder / "pytabkit/models/realmlp").is_dir()) / "pytabkit/models/realmlp"
    modules = []
    for name in ("model", "train"):
        spec: Any = importlib.util.spec_from_file_location(f"realmlp.{name}", place / f"{name}.py")
        module = sys.modules[f"realmlp.{name}"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        modules.append(module)
    return modules


def run(model_module: Any, train_module: Any, outputs: int, settings: str) -> dict[str, np.ndarray]:
    """Return the arrays of one case, those of a parameter without the axis over models."""
    torch.manual_seed(1)
    config = getattr(model_module.RealMLPConfig, settings)(hidden_sizes=list(WIDTHS), p_drop=0.0, plr_hidden_1=5, ls_eps=0.1)
    classes = settings == "td_class"
    model = model_module.RealMLP(NUMBERS, [], outputs, 1, config, classes).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    x = 2 * torch.randn(1, ROWS, NUMBERS, dtype=torch.float64)
    y = torch.randint(0, outputs, (1, ROWS, 1)) if classes else torch.randn(1, ROWS, outputs, dtype=torch.float64)
    clipped = x / (1 + x.square() / 9).sqrt()
    found = {"x": clipped, "y": y}
    handles = [
        layer.register_forward_hook(lambda _, given, made, place=place: found.update({f"out {place}": made}))
        for place, layer in enumerate(model.mlp)
        if not isinstance(layer, torch.nn.Dropout)
    ]
    handles.append(model.mlp[0].register_forward_hook(lambda _, given, made: found.update({"embedded": given[0]})))
    groups: dict[Any, list[Any]] = {}
    for parameter in model.parameters():
        groups.setdefault((parameter.lr_factor, parameter.wd_factor), []).append(parameter)
    parameters = [{"params": each, "lr_factor": lr, "wd_factor": wd} for (lr, wd), each in groups.items()]
    # with an epsilon that counts, Adam's steps of V / √n_in would differ from those of V by its share in the gradients
    optimizer = torch.optim.AdamW(parameters, betas=(config.mom, config.sq_mom), eps=1e-20)
    named = {name: parameter for name, parameter in model.named_parameters() if parameter.numel() and "missing" not in name}
    found |= {f"start {name}": parameter.detach().clone() for name, parameter in named.items()}
    losses = []
    for step in range(UPDATES):
        t = step / UPDATES
        for group in optimizer.param_groups:
            group["lr"] = config.lr * train_module.SCHEDULES[config.lr_sched](t) * group["lr_factor"]
            group["weight_decay"] = config.wd * train_module.SCHEDULES[config.wd_sched](t) * group["wd_factor"]
        scores = model(x, torch.zeros(1, ROWS, 0, dtype=torch.int64))
        loss = train_module.cross_entropy(scores, y, config.ls_eps) if classes else train_module.mse(scores, y)
        optimizer.zero_grad()
        loss.sum().backward()
        losses.append(loss.item())
        if step == 0:
            for handle in handles:
                handle.remove()
            found |= {"scores": scores} | {f"gradient {name}": parameter.grad.clone() for name, parameter in named.items()}
        optimizer.step()
    found |= {f"end {name}": parameter for name, parameter in named.items()}
    return {name: array.detach().numpy()[0] for name, array in found.items()} | {"losses": np.array(losses)}


if __name__ == "__main__":
    modules = realmlp()
    arrays = {f"{case} {name}": array for case, given in CASES.items() for name, array in run(*modules, *given).items()}
    np.savez_compressed(sys.argv[1], **arrays)
    print(f"{sys.argv[1]}: {Path(sys.argv[1]).stat().st_size:,} bytes, {len(arrays)} arrays")
