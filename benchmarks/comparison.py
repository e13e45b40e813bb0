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


def medians(runs):
    return [statistics.median(column) for column in zip(*runs)]


def defaults_table(results):
    """Markdown: both sides as they come."""
    lines = ["| data | rank | scikit-learn | its error | nmf | its error | above | times faster |",
             "|---|---|---|---|---|---|---|---|"]
    faster = []
    for r in results:
        theirs, ours = medians(r["sklearn"]), medians(r["nmf"])
        # The error is that of Frobenius; other losses are compared by their objective.
        of = 2 if r["loss"] == "frobenius" else 1
        scale = 1 if of == 2 else theirs[1]
        faster.append(theirs[0] / ours[0])
        lines.append(f"| {r['set']} | {r['rank']} | {theirs[0]:.3f} s | {theirs[of]:.7g} | "
                     f"{ours[0]:.3f} s | {ours[of]:.7g} | {(ours[of] - theirs[of]) / scale:.1e} | "
                     f"{faster[-1]:.1f} |")
    if faster:
        lines += ["", f"- Geometric mean: {statistics.geometric_mean(faster):.1f} times faster; "
                  f"least: {min(faster):.1f}."]
    return "\n".join(lines) + "\n"


def race_table(results):
    """Markdown: several starts of which the better ones go on, and all of them to their ends."""
    lines = ["| data | rank | starts | race | objective | all to their ends | the best | the median "
             "| race above the best |",
             "|---|---|---|---|---|---|---|---|---|"]
    for r in results:
        race = medians(r["race"])
        seconds = statistics.median(sum(run[0] for run in runs) for runs in r["all"])
        best = statistics.median(min(run[1] for run in runs) for runs in r["all"])
        middle = statistics.median(run[1] for runs in r["all"] for run in runs)
        above = statistics.median(run[1] / min(each[1] for each in runs) - 1
                                  for run, runs in zip(r["race"], r["all"]))
        lines.append(f"| {r['set']} | {r['rank']} | {r['starts']} | {race[0]:.3f} s | "
                     f"{race[1]:.7g} | {seconds:.3f} s | {best:.7g} | {middle:.7g} | "
                     f"{above:.1e} |")
    return "\n".join(lines) + "\n"
