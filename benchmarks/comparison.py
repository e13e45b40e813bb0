# SPDX-License-Identifier: MIT
"""What compare.py makes of what it has measured. Needs nothing but Python itself."""
import statistics


def first_at(history, target):
    """Seconds and iterations until the objective is at most the target."""
    for iteration, (seconds, value, _) in enumerate(history):
        if value <= target:
            return seconds, iteration
    return float("inf"), float("inf")


def beside(runs, target, seconds, iterations):
    """The program's histories beside a run of scikit-learn that took so many seconds and iterations
    to the target."""
    reached = [first_at(history, target) for history in runs]
    median = statistics.median(s for s, _ in reached)
    each = statistics.median(
        (history[-1][0] - history[1][0]) / (len(history) - 2) for history in runs)
    return {"seconds": median, "iterations": reached[0][1], "each": each,
            "faster": seconds / median, "faster each": seconds / iterations / each,
            "end": runs[0][-1][1]}


def mean_of(results, keep, key):
    values = [r["nmf"][key] for r in results if keep(r)]
    return statistics.geometric_mean(values) if values and min(values) > 0 else float("nan")


def is_sparse(result):
    return result["stored"] < result["shape"][0] * result["shape"][1]


def table(results):
    """Markdown."""
    lines = [
        "| data | rank | scikit-learn, 100 iterations | nmf to the same objective | iterations | "
        "times faster | ms an iteration | times faster | float, times faster |",
        "|---|---|---|---|---|---|---|---|---|"]
    for r in results:
        a, b, c = r["sklearn"], r["nmf"], r["nmf float"]
        lines.append(
            f"| {r['set']} | {r['rank']} | {a['seconds']:.3f} s | {b['seconds']:.4f} s | "
            f"{b['iterations']} | {b['faster']:.1f} | {b['each'] * 1e3:.2f} | "
            f"{b['faster each']:.1f} | {c['faster']:.1f} |")
    lines.append("")
    for title, keep in (
            ("least squares, sparse", lambda r: is_sparse(r) and r["loss"] == "frobenius"),
            ("least squares, dense", lambda r: not is_sparse(r) and r["loss"] == "frobenius"),
            ("KL, sparse", lambda r: is_sparse(r) and r["loss"] == "kl"),
            ("KL, dense", lambda r: not is_sparse(r) and r["loss"] == "kl")):
        lines.append(f"- Geometric mean, {title}: {mean_of(results, keep, 'faster'):.1f} times "
                     f"faster to the objective, {mean_of(results, keep, 'faster each'):.1f} an "
                     "iteration.")
    others = [(r["set"], key, r[key]) for r in results for key in ("R NMF", "R RcppML")
              if key in r]
    if others:
        lines += ["", "| data | package | seconds, 100 iterations | objective at the end | "
                  "scikit-learn's |", "|---|---|---|---|---|"]
        targets = {r["set"]: r["target"] for r in results}
        lines += [f"| {name} | {key} | {value['seconds']:.2f} | {value['end']:.6g} | "
                  f"{targets[name]:.6g} |" for name, key, value in others]
    return "\n".join(lines) + "\n"
