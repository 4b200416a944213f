"""What each signal is worth: the preset trained again without it, on the same held-out rows.

    python benchmarks/ablation.py                     # every signal that can be left out, full preset
    python benchmarks/ablation.py --preset quick --without choice genres

Prints the difference of each metric to the whole model, with the 95 % interval of a paired bootstrap over users.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import recsys
from recsys.baselines import Predicted
from recsys.evaluation import Report, paired
from recsys.recipe import OPTIONAL_SIGNALS, PRESETS
from recsys.schema import probability_columns

SHOWN = ("accuracy", "macro_f1", "log_loss", "rmse", "mae")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--preset", default="full")
    parser.add_argument("--without", nargs="+", default=list(OPTIONAL_SIGNALS), choices=OPTIONAL_SIGNALS)
    asked = parser.parse_args()
    dataset = recsys.load_dataset("ml-100k")
    whole = recsys.evaluate(dataset, preset=asked.preset)
    print(f"{'':<14}" + "".join(f"{metric:>28}" for metric in SHOWN))
    print(f"{'whole model':<14}" + "".join(f"{whole.value(metric):>28.4f}" for metric in SHOWN), flush=True)
    already = PRESETS[asked.preset].left_out
    for name in asked.without:
        if name in already:
            continue
        less = recsys.evaluate(dataset, preset=asked.preset, without=",".join([*already, name]))
        found = paired(whole.held_out, _said(less), _said(whole), dataset.stars).set_index(["metric", "slice"])
        cells = (found.loc[(metric, "all")] for metric in SHOWN)
        told = "".join(f"{c['difference']:>+12.4f} ({c['low']:+.4f} {c['high']:+.4f})"[-28:].rjust(28) for c in cells)
        print(f"{'- ' + name:<14}{told}", flush=True)
    return 0


def _said(report: Report) -> Predicted:
    """What the reported model said of its held-out rows."""
    stars = tuple(float(name[2:]) for name in report.held_out if name.startswith("p_"))
    return Predicted.of_probabilities(report.held_out[probability_columns(stars)].to_numpy(), stars)


if __name__ == "__main__":
    sys.exit(main())
