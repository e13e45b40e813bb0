// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <nmf/version.hpp>

#include "io/text.hpp"
#include "loss.hpp"
#include "option_reader.hpp"

namespace cli {
namespace {

const Names<Loss> losses = {{"frobenius", Loss::frobenius}, {"kl", Loss::kl}, {"is", Loss::is}};
const Names<Missing> missing_kinds = {{"nan", Missing::nan}, {"unstored", Missing::unstored}};
const Names<Solver> solvers = {{"hals", Solver::hals},
                               {"mu", Solver::mu},
                               {"als", Solver::als},
                               {"anls", Solver::anls},
                               {"cd", Solver::cd}};
const Names<Init> inits = {{"random", Init::random},
                           {"nndsvd", Init::nndsvd},
                           {"nndsvda", Init::nndsvda},
                           {"nndsvdar", Init::nndsvdar},
                           {"columns", Init::columns},
                           {"spa", Init::spa},
                           {"anchor-words", Init::anchor_words}};
const Names<nmf::Side> sides = {{"w", nmf::Side::w}, {"h", nmf::Side::h}};
const Names<Order> orders = {{"hw", Order::hw}, {"wh", Order::wh}};
const Names<Precision> precisions = {{"double", Precision::double_},
                                     {"single", Precision::single_}};
const Names<io::HeaderRule> header_rules = {
    {"auto", io::HeaderRule::automatic}, {"yes", io::HeaderRule::yes}, {"no", io::HeaderRule::no}};
const Names<io::Format> formats = {
    {"npy", io::Format::npy}, {"mtx", io::Format::mtx}, {"csv", io::Format::csv}};

class Parser : private OptionReader {
public:
    Parser()
        : OptionReader(
              "Factorizes a matrix V (m x n) of numbers >= 0 into W (m x k) times H (k x n).") {
        app_.set_help_flag("-h,--help", "Print this text and exit");
        app_.set_version_flag("--version", "nmf " + std::string(nmf::version),
                              "Print the version and exit");
        add_input();
        add_model();
        add_method();
        add_start();
        add_end();
        add_output();
    }

    std::optional<Options> parse(int argc, const char* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::Success& request) {
            app_.exit(request);
            return std::nullopt;
        } catch (const CLI::ParseError& error) {
            throw UsageError(error.what());
        }
        if (app_.count("--solver") == 0 && options_.loss != Loss::frobenius) {
            const bool descent = options_.loss == Loss::kl && !options_.no_extrapolation;
            options_.solver = descent ? Solver::cd : Solver::mu;
        }
        check_combinations();
        return options_;
    }

private:
    void add_input() {
        group_ = "Input";
        path("INPUT", options_.input, "The matrix V, m x n: .mtx, .npy or .csv, maybe with .gz")
            ->required();
        choice("--header", options_.table.header, header_rules,
               "Whether a .csv file begins with a line of headings. auto: it does if its first "
               "field is empty or an id, if none of its fields is a number (numbers in quotes "
               "above numbers without are none), or if it has one field less than the rows and "
               "these begin with names or count; all else is a row of V [auto]");
        count("--row-names", options_.table.row_names, 0,
              "Columns of names before the numbers of a .csv file, which are left out [those whose "
              "heading is empty or an id, one if the header has a field less than the rows, and "
              "those with text in the first row]");
    }

    void add_model() {
        group_ = "Model";
        count("--rank", options_.rank, 1, "Number of components")->required();
        add_loss();
        path("--weights", options_.weights,
             "Weights of the entries, m x n, >= 0; in a sparse file 0 where none is stored");
        choice("--missing", options_.missing, missing_kinds,
               "Entries that are not observed: those that are nan (what a sparse file does not "
               "store is 0, and all m x n entries are visited), or unstored in a sparse file "
               "[none]");
        app_.add_flag("--signed", options_.any_sign,
                      "Entries of V may be negative; for frobenius by hals, als or anls")
            ->group(group_);
        weight("--l1-w", "X", options_.l1_w, "Adds X times the sum of W to the objective");
        weight("--l1-h", "X", options_.l1_h, "Adds X times the sum of H");
        weight("--l2-w", "X", options_.l2_w, "Adds X/2 times the squared norm of W");
        weight("--l2-h", "X", options_.l2_h, "Adds X/2 times the squared norm of H");
        weight("--count-scaled-l2-w", "X", options_.count_scaled_l2_w,
               "As --l2-w, each row of W times the number of observed entries of that row of V; "
               "for frobenius");
        weight("--count-scaled-l2-h", "X", options_.count_scaled_l2_h,
               "As --l2-h, each column of H times the number of those of that column of V; for "
               "frobenius");
        app_.add_flag("--allow-no-minimiser", options_.allow_no_minimiser,
                      "Run with a penalty on one factor alone, which the other one evades by "
                      "growing")
            ->group(group_);
        path("--frozen-w", options_.frozen_w,
             "A matrix m x k whose numbers W keeps; where it is nan, W is free");
        path("--frozen-h", options_.frozen_h, "The same for H, k x n");
        choice(
            "--unit-components", options_.unit_components, sides,
            "Components of W or of H have norm 1: then a penalty on the other factor alone has a "
            "minimiser [none]");
    }

    void add_method() {
        group_ = "Method";
        choice("--solver", options_.solver, solvers,
               "How the factors are updated [hals; where the loss is kl cd, or mu with "
               "--no-extrapolation; where it is another mu]");
        count("--inner-iterations", options_.inner_iterations, 1,
              "Sweeps of hals [as many as pay off], steps of mu [1]");
        app_.add_flag("--no-extrapolation", options_.no_extrapolation, "Plain alternating updates")
            ->group(group_);
        app_.add_flag("--no-mixed-precision", options_.no_mixed_precision,
                      "All of a run with a sparse V in double")
            ->group(group_);
        app_.add_flag("--compress", options_.compress,
                      "Work on a projection of a dense V to few dimensions")
            ->group(group_);
        choice("--update-order", options_.update_order, orders, "H then W, or W then H [hw]");
        count("--threads", options_.threads, 0,
              "Number of threads [0: as many as there is work for]");
        choice("--precision", options_.precision, precisions,
               "Of the numbers computed with [double]");
    }

    void add_start() {
        group_ = "Start";
        choices("--init", options_.inits, inits,
                "How the factors start; several names share the starts, see --starts [random]");
        path("--init-w", options_.init_w, "Start from this W, m x k, as it is");
        path("--init-h", options_.init_h, "Start from this H, k x n, as it is");
        count("--seed", options_.seed, 0, "Of the random numbers [0]");
        count("--starts", options_.starts, 1,
              "Starts from this seed and the next ones, of which the best goes on. Each name of "
              "--init has one of the first, and those that draw take turns at the others [1]");
    }

    void add_end() {
        group_ = "End";
        count("--max-iterations", options_.max_iterations, 0,
              "At the latest after N iterations [500]");
        const auto finite = [](double x) { return x >= 0 && std::isfinite(x); };
        real("--tolerance", "T", options_.tolerance, finite, "a finite number >= 0",
             "When the KKT residual is at most T [1e-4]; 0: never");
        real(
            "--returns", "T", options_.returns, finite, "a finite number >= 0",
            "When the second half of the run has lowered the relative error by at most T, after 50 "
            "iterations by what is little beside it, and the KKT residual is at most 5e-3 [1e-4; "
            "off with --tolerance or --relative-decrease]");
        real("--relative-decrease", "T", options_.relative_decrease, finite, "a finite number >= 0",
             "When the objective fell by at most T of itself in the last iterations [off]");
        count("--decrease-window", options_.decrease_window, 1,
              "How many iterations --relative-decrease looks back [10]");
        const auto positive = [](double x) { return x > 0; };
        real("--time-limit", "SECONDS", options_.time_limit, positive, "a number of seconds > 0",
             "After this time [none]");
    }

    void add_output() {
        group_ = "Output";
        path("--output", options_.output, "Write the factors to PREFIX.W.npy and PREFIX.H.npy",
             "PREFIX");
        choice("--format", options_.format, formats, "Of the factors written [npy]");
        path("--history", options_.history, "Write a line for each iteration to this .csv file");
        app_.add_flag("--quiet", options_.quiet, "No progress on standard error")->group(group_);
    }

    void add_loss() {
        const auto read = [this](const std::string& text) {
            const auto beta = beta_of(text);
            if (!beta) refuse("--loss", text, std::string(loss_values));
            options_.beta = *beta;
            for (const auto& [known, value] : losses) {
                if (text == known) return static_cast<void>(options_.loss = value);
            }
            options_.loss = Loss::beta;
        };
        add("--loss", listed(losses) + "|BETA", read, "What is minimised [frobenius]");
    }

    void check_combinations() const {
        const auto given = [this](const std::string& name) { return app_.count(name) > 0; };
        const std::string solver = "--solver " + name_of(solvers, options_.solver);
        const bool custom = given("--init-w") || given("--init-h");
        if (given("--init-w") && !given("--init-h")) throw UsageError("--init-w needs --init-h");
        if (given("--init-h") && !given("--init-w")) throw UsageError("--init-h needs --init-w");
        if (custom && given("--init")) refuse_both("--init", "--init-w and --init-h");
        if (std::cmp_greater(options_.inits.size(), options_.starts)) {
            throw UsageError("--init " + name(options_.inits) + " needs --starts of at least " +
                             std::to_string(options_.inits.size()));
        }
        const std::string loss = "--loss " + name(options_.loss, options_.beta);
        const bool divergence = options_.loss != Loss::frobenius;
        if (divergence && options_.solver != Solver::mu && options_.solver != Solver::cd) {
            refuse_both(solver, loss);
        }
        if (options_.solver == Solver::cd && options_.loss != Loss::kl) refuse_both(solver, loss);
        if (given("--inner-iterations") && divergence) refuse_both("--inner-iterations", loss);
        if (options_.compress && divergence) refuse_both("--compress", loss);
        for (const std::string entries : {"--weights", "--missing"}) {
            if (options_.compress && given(entries)) refuse_both("--compress", entries);
        }
        for (const std::string penalty : {"--count-scaled-l2-w", "--count-scaled-l2-h"}) {
            if (given(penalty) && divergence) refuse_both(penalty, loss);
        }
        if (given("--weights") && given("--missing")) refuse_both("--weights", "--missing");
        if (given("--inner-iterations") && options_.solver != Solver::hals &&
            options_.solver != Solver::mu) {
            refuse_both("--inner-iterations", solver);
        }
        if (options_.no_extrapolation &&
            (options_.solver == Solver::als || options_.solver == Solver::cd)) {
            refuse_both("--no-extrapolation", solver);
        }
        if (given("--decrease-window") && !given("--relative-decrease")) {
            throw UsageError("--decrease-window needs --relative-decrease");
        }
        check_signs(solver, loss);
        check_unit_components();
        const bool of_w = options_.l1_w + options_.l2_w + options_.count_scaled_l2_w > 0;
        const bool of_h = options_.l1_h + options_.l2_h + options_.count_scaled_l2_h > 0;
        const bool limited =
            given("--unit-components") || given("--frozen-w") || given("--frozen-h");
        if (of_w != of_h && !options_.allow_no_minimiser && !limited) {
            const std::string one = of_w ? "W" : "H";
            const std::string other = of_w ? "H" : "W";
            throw UsageError("a penalty on " + one + " alone has no minimiser: " + one +
                             " shrinks while " + other + " grows; penalise " + other +
                             " too, or give --allow-no-minimiser");
        }
        if (given("--format") && !given("--output")) throw UsageError("--format needs --output");
    }

    void check_signs(const std::string& solver, const std::string& loss) const {
        if (!options_.any_sign) return;
        if (options_.loss != Loss::frobenius) refuse_both("--signed", loss);
        if (options_.solver == Solver::mu) refuse_both("--signed", solver);
        if (options_.compress) refuse_both("--signed", "--compress");
    }

    /// The factor of norm 1 has no penalty, and the other one no bounds.
    void check_unit_components() const {
        if (!options_.unit_components) return;
        const bool of_w = options_.unit_components == nmf::Side::w;
        const std::string unit = "--unit-components " + name_of(sides, *options_.unit_components);
        const std::string frozen = of_w ? "--frozen-h" : "--frozen-w";
        for (const std::string penalty : {"--l1", "--l2"}) {
            const std::string on_unit = penalty + (of_w ? "-w" : "-h");
            if (app_.count(on_unit) > 0) refuse_both(unit, on_unit);
        }
        for (const std::string& other :
             {std::string("--count-scaled-l2-w"), std::string("--count-scaled-l2-h"), frozen}) {
            if (app_.count(other) > 0) refuse_both(unit, other);
        }
    }

    Options options_;
};

}  // namespace

std::string name(Loss loss, double beta) {
    if (loss != Loss::beta) return name_of(losses, loss);
    std::string text;
    io::append_number(text, beta);
    return text;
}
std::string_view name(Solver solver) { return name_of(solvers, solver); }
std::string name(const std::vector<Init>& of) {
    std::string all;
    for (const Init each : of) all += (all.empty() ? "" : ",") + name_of(inits, each);
    return all;
}
std::string_view name(Missing missing) { return name_of(missing_kinds, missing); }
std::string_view name(Precision precision) { return name_of(precisions, precision); }

std::optional<Options> parse(int argc, const char* const* argv) {
    return Parser().parse(argc, argv);
}

}  // namespace cli
