# SPDX-License-Identifier: MIT
"""The arithmetic and the tables of benchmarks/compare.py."""
import math
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks"))
from comparison import (beside, counts_table, defaults_table, first_at, history_of, mean_of,
                        needed, race_table, saturated_loglik, table, targets, times_beside)

# (seconds, objective, relative error) at the start and after three iterations.
HISTORY = [(1.0, 9.0, 0.9), (2.0, 5.0, 0.5), (3.0, 4.0, 0.4), (4.0, 3.0, 0.3)]


def slower(by):
    return [(by * seconds, value, error) for seconds, value, error in HISTORY]


def result(name, loss, stored, faster):
    nmf = {"seconds": 2.0, "iterations": 7, "faster": faster, "each": 0.01, "faster each": 3.0}
    return {"set": name, "shape": [10, 20], "rank": 4, "loss": loss, "stored": stored,
            "target": 5.0, "sklearn": {"seconds": 8.0}, "nmf": nmf, "nmf float": {"faster": 6.0}}


class Histories(unittest.TestCase):
    def test_the_target_is_reached_where_the_objective_is_at_most_it(self):
        self.assertEqual(first_at(HISTORY, 9.5), (1.0, 0))
        self.assertEqual(first_at(HISTORY, 5.0), (2.0, 1))
        self.assertEqual(first_at(HISTORY, 4.9), (3.0, 2))
        self.assertEqual(first_at(HISTORY, 2.9), (math.inf, math.inf))

    def test_times_are_medians_and_the_first_iteration_is_not_one_of_each(self):
        row = beside([slower(1), slower(10), slower(2)], 4.0, 60.0, 100)
        self.assertEqual(row, {"seconds": 6.0, "iterations": 2, "each": 2.0, "faster": 10.0,
                               "faster each": 0.3, "end": 3.0})

    def test_what_is_never_reached_is_not_faster(self):
        self.assertEqual(beside([HISTORY], 2.0, 60.0, 100)["faster"], 0.0)


class Tables(unittest.TestCase):
    RESULTS = [result("one", "frobenius", 200, 2.0), result("two", "frobenius", 200, 8.0),
               result("three", "kl", 30, 5.0), result("four", "kl", 200, 0.0)]

    def test_means_are_geometric_and_none_where_a_target_was_not_reached(self):
        def mean(names):
            return mean_of(self.RESULTS, lambda r: r["set"] in names, "faster")
        self.assertAlmostEqual(mean(("one", "two")), 4.0)
        self.assertTrue(math.isnan(mean(("three", "four"))))
        self.assertTrue(math.isnan(mean(())))

    def test_rows_and_means_stand_under_their_heads(self):
        lines = table(self.RESULTS).splitlines()
        self.assertEqual(lines[2], "| one | 4 | 8.000 s | 2.0000 s | 7 | 2.0 | 10.00 | 3.0 | 6.0 |")
        self.assertEqual({line.count("|") for line in lines[:6]}, {10})
        means = [line.split(":")[1].split()[0] for line in lines[7:11]]
        self.assertEqual(means, ["nan", "4.0", "5.0", "nan"])
        self.assertEqual(len(lines), 11)

    def test_r_packages_have_a_table_where_they_ran(self):
        ran = dict(self.RESULTS[0], **{"R NMF": {"seconds": 12.5, "end": 5.25, "start": "same"}})
        lines = table([ran, self.RESULTS[1]]).splitlines()
        self.assertEqual(lines[-1], "| one | R NMF | same | 12.50 | 5.25 | 5 |")
        self.assertEqual({line.count("|") for line in lines[-3:]}, {7})

    def test_defaults_are_compared_by_error_or_by_objective(self):
        runs = {"shape": [20, 10], "rank": 4, "sklearn": [(4.0, 10.0, 0.5), (2.0, 10.0, 0.5)],
                "nmf": [(0.5, 11.0, 0.25), (1.5, 11.0, 0.25)]}
        lines = defaults_table([dict(runs, set="one", loss="frobenius"),
                                dict(runs, set="two", loss="kl")]).splitlines()
        self.assertEqual(lines[2], "| one | 4 | 3.000 s | 0.5 | 1.000 s | 0.25 | -2.5e-01 | 3.0 |")
        self.assertEqual(lines[3], "| two | 4 | 3.000 s | 10 | 1.000 s | 11 | 1.0e-01 | 3.0 |")
        self.assertEqual({line.count("|") for line in lines[:4]}, {9})
        self.assertEqual(lines[5], "- Geometric mean: 3.0 times faster; least: 3.0.")

    def test_a_race_stands_beside_all_of_its_runs(self):
        line = race_table([{"set": "one", "rank": 4, "starts": 2, "race": [(3.0, 5.0, 0)],
                            "all": [[(2.0, 4.0, 0), (4.0, 8.0, 0)]]}]).splitlines()[2]
        self.assertEqual(line, "| one | 4 | 2 | 3.000 s | 5 | 6.000 s | 4 | 6 | 2.5e-01 |")


class Counts(unittest.TestCase):
    # The lowest objective of all is 3, which the second side never comes near; its own is 3.5.
    SIDES = {"nmf": [[(0.0, 9.0, 0), (1.0, 3.5002, 0), (2.0, 3.0003, 0), (3.0, 3.0, 0)],
                     [(0.0, 9.0, 0), (3.0, 3.5002, 0), (7.0, 3.0003, 0)],
                     [(0.0, 9.0, 0), (1.5, 3.5002, 0), (4.0, 3.0003, 0)]],
             "stuck": [[(0.0, 9.0, 0), (2.0, 3.6, 0), (3.0, 3.5003, 0), (9.0, 3.5, 0)]],
             "slow": [[(0.0, 9.0, 0), (5.0, 3.6, 0), (6.0, 3.0002, 0)]]}

    def test_the_divergence_is_what_the_loglik_is_below_that_of_the_saturated_model(self):
        # Of 1, 2, 3 at means 2, 1, 3: sum(x log(y) - y - log(x!)).
        loglik = (math.log(2) - 2) + (-1 - math.log(2)) + (3 * math.log(3) - 3 - math.log(6))
        divergence = (1 * math.log(1 / 2) - 1 + 2) + (2 * math.log(2) - 2 + 1) + 0
        self.assertAlmostEqual(saturated_loglik([1, 2, 3, 0]) - loglik, divergence, places=14)

    def test_a_history_adds_up_the_seconds(self):
        self.assertEqual(history_of([(-7.0, 0.5), (-6.0, 0.25)], -2.0, 9.0),
                         [(0.0, 9.0, 0.0), (0.5, 5.0, 0.0), (0.75, 4.0, 0.0)])

    def test_near_is_within_a_relative_1e_4(self):
        rows = times_beside(self.SIDES)
        self.assertEqual(rows["nmf"]["best"], {"seconds": 4.0, "nmf": 4.0, "faster": 1.0})
        self.assertEqual(rows["slow"]["best"], {"seconds": 6.0, "nmf": 4.0, "faster": 1.5})
        self.assertEqual(rows["stuck"]["best"], {"seconds": math.inf, "nmf": 4.0,
                                                 "faster": math.inf})

    def test_the_objective_that_both_reach_is_the_higher_one_of_their_lowest(self):
        rows = times_beside(self.SIDES)
        self.assertEqual(rows["stuck"]["both"], {"seconds": 3.0, "nmf": 1.5, "faster": 2.0})
        self.assertAlmostEqual(rows["stuck"]["above"], 1 / 6)
        # 3.0002, which the third side ends at.
        self.assertEqual(rows["slow"]["both"], {"seconds": 6.0, "nmf": 4.0, "faster": 1.5})

    def test_where_nmf_never_is_near_the_best_it_is_not_faster(self):
        rows = times_beside({"nmf": self.SIDES["stuck"], "other": self.SIDES["slow"]})
        self.assertEqual(rows["other"]["best"]["faster"], 0.0)
        self.assertEqual(rows["other"]["both"], {"seconds": 6.0, "nmf": 3.0, "faster": 2.0})

    def test_a_later_run_goes_on_until_all_targets_are_reached_that_can_be(self):
        best, both = targets({name: runs[0] for name, runs in self.SIDES.items()})
        self.assertAlmostEqual(best, 3.0003)
        self.assertEqual({name: round(each, 6) for name, each in both.items()},
                         {"nmf": 3.0003, "stuck": 3.50035, "slow": 3.0005})
        self.assertEqual(needed(self.SIDES["stuck"][0], (best, both["stuck"])), 2)
        self.assertEqual(needed(self.SIDES["nmf"][0], (best - 1e-4, both["stuck"])), 3)

    def test_rows_stand_under_their_heads(self):
        result = {"set": "one", "rank": 4, "seed": 2, "sides": times_beside(self.SIDES)}
        lines = counts_table([result]).splitlines()
        self.assertEqual({line.count("|") for line in lines[:4]}, {13})
        self.assertEqual(lines[2], "| one | 4 | 2 | stuck | never | 4.00 s | - "
                         "| 3.00 s | 1.50 s | 2.0 | 1.7e-01 | 0.0e+00 |")
        self.assertEqual(lines[3], "| one | 4 | 2 | slow | 6.00 s | 4.00 s | 1.5 "
                         "| 6.00 s | 4.00 s | 1.5 | 6.7e-05 | 0.0e+00 |")
        self.assertEqual(lines[5], "- Geometric mean to what both reach, stuck: 2.0 times faster.")


if __name__ == "__main__":
    unittest.main()
