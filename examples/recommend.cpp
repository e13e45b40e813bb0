// SPDX-License-Identifier: MIT
//
// What users will like. Reads ratings with many holes, and prints the error on held-out ratings and
// the best items for a user.
//
//     recommend                                        generated ratings of four groups of readers
//     recommend ml-latest-small/ratings.csv --user 42
//     recommend ratings.tsv --titles items.tsv --rank 20 --lambda 0.1 --offsets user-item
//     recommend log.csv --columns who,what,liked
//
// A part of the ratings is held out. A part of the others chooses rank, lambda and offsets, unless
// they are given. Only then are the held-out ratings predicted, once. The mean of all ratings and
// the means of user and item predict them too. A factorization has to do better than these.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include <CLI/CLI.hpp>

#include "cli/json.hpp"
#include "cli/run_program.hpp"
#include "io/ratings.hpp"
#include "io/text.hpp"
#include "recommend/model.hpp"
#include "recommend/offsets.hpp"
#include "recommend/split.hpp"
#include "recommend/taste_groups.hpp"

namespace {

using namespace recommend;
using Eigen::Index;

struct Options {
    std::filesystem::path ratings;
    std::filesystem::path titles;
    io::ColumnWishes columns;
    Wishes wishes;
    Settings defaults;
    double test_fraction = 0.2;
    std::string user;
    std::size_t top = 10;
    bool json = false;
};

struct Evaluation {
    Errors mean;
    Errors user_item;
    Errors model;
};

Base base_of(const std::string& name) {
    for (const Base base : {Base::none, Base::mean}) {
        if (name == to_string(base)) return base;
    }
    return Base::user_item;
}

/// As CLI::Range, but NaN is in no range.
std::function<std::string(const std::string&)> from_to(double lowest, double highest) {
    return [=](const std::string& text) -> std::string {
        const auto value = io::parse_number<double>(text);
        if (value && *value >= lowest && *value <= highest) return {};
        std::string message = "expected a number from ";
        io::append_number(message, lowest);
        message += " to ";
        io::append_number(message, highest);
        return message + ", found " + io::in_quotes(text);
    };
}

/// Three headings or numbers, each perhaps in quotes.
io::ColumnWishes columns_of(const std::string& text) {
    io::Row row;
    io::ColumnWishes columns;
    bool three = io::split(text, ",", row) == nullptr && row.fields.size() == columns.size();
    for (std::size_t role = 0; three && role < columns.size(); ++role) {
        columns[role] = io::spelling(row.fields[role]);
        three = !columns[role].empty();
    }
    if (three) return columns;
    throw CLI::ValidationError(
        "--columns", "expected three columns, as USER,ITEM,RATING, found " + io::in_quotes(text));
}

void add_options(CLI::App& app, Options& options) {
    const auto positive = CLI::Range(Index{1}, Index{1'000'000});
    app.add_option("RATINGS", options.ratings,
                   "Lines of user, item, rating; columns are found by their headings")
        ->type_name("FILE");
    app.add_option_function<std::string>(
           "--columns", [&](const std::string& text) { options.columns = columns_of(text); },
           "Their headings, or numbers from 1; by known headings if not given")
        ->type_name("USER,ITEM,RATING");
    app.add_option("--titles", options.titles, "Lines of item and what to print, after tabs")
        ->type_name("FILE");
    app.add_option("--rank", options.wishes.rank, "Components; chosen if not given")
        ->check(positive);
    app.add_option("--lambda", options.wishes.lambda, "Ridge; chosen if not given")
        ->check(from_to(0, 1e6));
    app.add_option_function<std::string>(
           "--offsets", [&](const std::string& name) { options.wishes.base = base_of(name); },
           "To mix with; chosen if not given")
        ->check(CLI::IsMember({"none", "mean", "user-item"}));
    app.add_option("--test-fraction", options.test_fraction, "Ratings held out")
        ->check(from_to(0, 0.9))
        ->capture_default_str();
    app.add_option("--user", options.user, "Whom to recommend to; the first one if not given")
        ->type_name("ID");
    app.add_option("--top", options.top, "Items to recommend")
        ->check(cli::not_negative)
        ->capture_default_str();
    app.add_option("--starts", options.defaults.starts, "Factorizations to average")
        ->check(positive)
        ->capture_default_str();
    app.add_option("--max-iterations", options.defaults.max_iterations, "Of a factorization")
        ->check(positive)
        ->capture_default_str();
    app.add_option("--seed", options.defaults.seed, "Of the split and the starts")
        ->check(cli::not_negative)
        ->capture_default_str();
    app.add_flag("--json", options.json,
                 "One JSON object on standard output, all else on the other");
}

Index find_user(const io::Ratings& ratings, const Options& options) {
    if (options.user.empty()) return 0;
    const auto place = std::find(ratings.users.begin(), ratings.users.end(), options.user);
    if (place == ratings.users.end()) {
        const std::string source =
            options.ratings.empty() ? "the generated ratings" : options.ratings.string();
        throw std::runtime_error(source + ": expected the --user to be among its users, found no " +
                                 io::in_quotes(options.user));
    }
    return place - ratings.users.begin();
}

/// From the items' names to what is printed of them.
using Titles = std::unordered_map<std::string, std::string>;

Titles read_titles(const std::filesystem::path& file) {
    Titles titles;
    if (file.empty()) return titles;
    for (const auto& fields : io::read_table(file)) {
        std::string& title = titles[fields.front()];
        for (std::size_t i = 1; i < fields.size(); ++i) title += "  " + fields[i];
    }
    return titles;
}

Evaluation evaluate(const Split& parts, const Model& model) {
    return {errors(mean_offset(parts.training), parts.held_out),
            errors(user_item_offsets(parts.training), parts.held_out),
            errors(std::cref(model), parts.held_out)};
}

void print_data(std::FILE* out, const io::Ratings& ratings, const Split& parts) {
    std::fprintf(out, "%zu ratings of %zu items by %zu users; %zu to fit, %zu held out\n",
                 ratings.entries.size(), ratings.items.size(), ratings.users.size(),
                 parts.training.entries.size(), parts.held_out.entries.size());
    if (!ratings.columns.empty()) std::fprintf(out, "%s\n", ratings.columns.c_str());
    if (ratings.replaced > 0) {
        std::fprintf(out, "%zu lines were replaced by later ones on the same user and item\n",
                     ratings.replaced);
    }
}

void print_evaluation(std::FILE* out, const Choice& choice, const Evaluation& evaluation) {
    const Settings& settings = choice.settings;
    const std::string base(to_string(settings.base));
    std::fprintf(out, "rank %td, lambda %g, offsets %s, share of the factorization %.2f\n",
                 settings.rank, settings.lambda, base.c_str(), settings.share);
    if (std::isnan(choice.rmse)) {
        std::fprintf(out, "too few ratings to choose by: these are the defaults\n\n");
    } else {
        std::fprintf(out, "RMSE %.4f on the ratings that chose these\n\n", choice.rmse);
    }
    if (std::isnan(evaluation.model.rmse)) {
        std::fprintf(out, "no ratings are held out to measure the model by\n");
        return;
    }
    const auto line = [&](const char* name, const Errors& found) {
        std::fprintf(out, "%-22s RMSE %.4f  MAE %.4f\n", name, found.rmse, found.mae);
    };
    line("mean of all ratings", evaluation.mean);
    line("means of user and item", evaluation.user_item);
    line("factorization", evaluation.model);
}

void print_recommendations(std::FILE* out, const io::Ratings& ratings, const Titles& titles,
                           const Model& model, const Options& options) {
    const Index user = find_user(ratings, options);
    std::fprintf(out, "\nfor user %s\n", ratings.users[static_cast<std::size_t>(user)].c_str());
    for (const Index item : top_items(model, ratings, user, options.top)) {
        const std::string& name = ratings.items[static_cast<std::size_t>(item)];
        const auto title = titles.find(name);
        std::fprintf(out, "  %.2f  %s%s\n", model(user, item), name.c_str(),
                     title == titles.end() ? "" : title->second.c_str());
    }
}

std::string json(const io::Ratings& ratings, const Split& parts, const Choice& choice,
                 const Evaluation& evaluation, double seconds) {
    const Settings& settings = choice.settings;
    return cli::JsonObject()
        .add("users", ratings.users.size())
        .add("items", ratings.items.size())
        .add("ratings", ratings.entries.size())
        .add("held_out", parts.held_out.entries.size())
        .add("rmse", evaluation.model.rmse)
        .add("mae", evaluation.model.mae)
        .add("baseline_mean_rmse", evaluation.mean.rmse)
        .add("baseline_mean_mae", evaluation.mean.mae)
        .add("baseline_user_item_rmse", evaluation.user_item.rmse)
        .add("baseline_user_item_mae", evaluation.user_item.mae)
        .add("validation_rmse", choice.rmse)
        .add("rank", settings.rank)
        .add("lambda", settings.lambda)
        .add("offsets", to_string(settings.base))
        .add("share", settings.share)
        .add("starts", settings.starts)
        .add("seed", settings.seed)
        .add("seconds", seconds)
        .text();
}

/// Likes and purchases come as ratings that are all 1.
void check_differ(const std::filesystem::path& file, const io::Ratings& ratings) {
    const double value = ratings.entries.front().value;
    for (const io::Rating& rating : ratings.entries) {
        if (rating.value != value) return;
    }
    std::string found;
    io::append_number(found, value);
    throw io::Error(file, {},
                    "expected ratings that differ, found " + found + " in each of " +
                        std::to_string(ratings.entries.size()) +
                        ": there is nothing to predict from who rated what alone");
}

io::Ratings read(const Options& options) {
    if (options.ratings.empty()) return taste_groups(options.defaults.seed).ratings;
    io::Ratings ratings = io::read_ratings(
        options.ratings, options.columns,
        [](const std::string& text) { std::fprintf(stderr, "recommend: %s\n", text.c_str()); });
    check_differ(options.ratings, ratings);
    return ratings;
}

void run(const Options& options) {
    const io::Ratings ratings = read(options);
    // What can fail of these does so before the work.
    find_user(ratings, options);
    const Titles titles = read_titles(options.titles);
    const Split parts = split(ratings, options.test_fraction, options.defaults.seed);
    if (parts.training.entries.empty()) {
        throw std::runtime_error("no ratings are left to fit; lower --test-fraction");
    }
    std::FILE* const out = options.json ? stderr : stdout;
    print_data(out, ratings, parts);

    const auto begin = std::chrono::steady_clock::now();
    const Choice choice = choose(parts.training, options.wishes, options.defaults);
    const Model model = fit(parts.training, choice.settings);
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;

    const Evaluation evaluation = evaluate(parts, model);
    print_evaluation(out, choice, evaluation);
    print_recommendations(out, ratings, titles, model, options);
    std::fprintf(out, "\n%.2f s\n", time.count());
    if (options.json) {
        std::printf("%s\n", json(ratings, parts, choice, evaluation, time.count()).c_str());
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Recommends items to users, from ratings.", "recommend");
    add_options(app, options);
    return cli::run_program(app, argc, argv, [&] { run(options); });
}
