# SPDX-License-Identifier: MIT
"""What compare.py makes of what it has measured. Needs nothing but Python itself."""
import math
import statistics

# How near, relatively, is near the lowest objective.
NEAR = 1e-4


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
        lines += ["", "| data | package | start | seconds, 100 iterations | objective at the end | "
                  "scikit-learn's |", "|---|---|---|---|---|---|"]
        targets = {r["set"]: r["target"] for r in results}
        lines += [f"| {name} | {key} | {value['start']} | {value['seconds']:.2f} | "
                  f"{value['end']:.6g} | {targets[name]:.6g} |" for name, key, value in others]
    return "\n".join(lines) + "\n"


def saturated_loglik(counts):
    """The log-likelihood of Poisson counts whose means are the counts themselves. What another
    model's is below it is the Kullback-Leibler divergence."""
    return sum(x * math.log(x) - x - math.lgamma(x + 1) for x in counts if x > 0)


def history_of(progress, saturated, start):
    """From the objective at the start, and (log-likelihood, seconds) of each iteration."""
    history, spent = [(0.0, start, 0.0)], 0.0
    for loglik, seconds in progress:
        spent += seconds
        history.append((spent, saturated - loglik, 0.0))
    return history


def lowest(history):
    return min(value for _, value, _ in history)


def targets(sides):
    """What is near the lowest objective of all sides, and for each side near one that it and nmf
    both reach: the higher one of their lowest. sides are histories by name."""
    best = min(lowest(history) for history in sides.values())
    return best * (1 + NEAR), {
        name: max(lowest(history), lowest(sides["nmf"])) * (1 + NEAR)
        for name, history in sides.items()}


def needed(history, wanted):
    """Iterations until a history is at all targets that it reaches."""
    reached = [first_at(history, target)[1] for target in wanted]
    return max(i for i in reached if math.isfinite(i))


def times_beside(sides):
    """The times of nmf and of each other side to the targets. A side is a list of histories, of
    which the first is the longest."""
    first = {name: runs[0] for name, runs in sides.items()}
    best, both = targets(first)
    least = min(lowest(history) for history in first.values())
    rows = {}
    for name in sides:
        row = {"above": lowest(first[name]) / least - 1}
        for key, target in (("best", best), ("both", both[name])):
            theirs, ours = (statistics.median(first_at(run, target)[0] for run in sides[side])
                            for side in (name, "nmf"))
            row[key] = {"seconds": theirs, "nmf": ours,
                        "faster": theirs / ours if math.isfinite(ours) else 0.0}
        rows[name] = row
    return rows


def seconds_cell(seconds):
    return f"{seconds:.2f} s" if math.isfinite(seconds) else "never"


def times_cells(row):
    faster = f"{row['faster']:.1f}" if 0 < row["faster"] < math.inf else "-"
    return f"{seconds_cell(row['seconds'])} | {seconds_cell(row['nmf'])} | {faster}"


def counts_table(results):
    """Markdown: a row for each program beside nmf."""
    lines = ["| data | rank | seed | program | to the best | nmf | times faster "
             "| to what both reach | nmf | times faster | its lowest, above the best | nmf's |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    faster = {}
    for r in results:
        for name, row in r["sides"].items():
            if name != "nmf":
                faster.setdefault(name, []).append(row["both"]["faster"])
                lines.append(f"| {r['set']} | {r['rank']} | {r['seed']} | {name} | "
                             f"{times_cells(row['best'])} | {times_cells(row['both'])} | "
                             f"{row['above']:.1e} | {r['sides']['nmf']['above']:.1e} |")
    lines += [""] + [f"- Geometric mean to what both reach, {name}: "
                     f"{statistics.geometric_mean(values):.1f} times faster."
                     for name, values in faster.items()]
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
