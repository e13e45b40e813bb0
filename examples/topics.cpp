// SPDX-License-Identifier: MIT
//
// The topics of a collection of texts. Reads a matrix of word counts (texts x words) and its
// vocabulary, and prints the strongest words and texts of each topic.
//
//     topics                                            Jane Austen's novels, by chapter
//     topics X.mtx.gz vocabulary.txt --labels labels.tsv --topics 20
//
// Counts are weighted by tf-idf as in scikit-learn's TfidfTransformer. With n texts, of which d
// hold the word,
//
//     weight = count (ln((1 + n) / (1 + d)) + 1),     then each text is divided by its norm.
//
// So frequent words count little, and long texts count no more than short ones.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nmf/nmf.hpp>

#include "cli/run_program.hpp"
#include "io/matrix.hpp"
#include "io/text.hpp"

namespace {

using Eigen::Index;
using Table = std::vector<std::vector<std::string>>;
using Counts = Eigen::SparseMatrix<double>;

struct Options {
    std::filesystem::path matrix;
    std::filesystem::path vocabulary;
    std::filesystem::path labels;
    Index topics = 10;
    std::size_t words = 10;
    std::size_t texts = 8;
    std::uint64_t seed = 0;
};

Counts read_counts(const std::filesystem::path& file) {
    auto matrix = io::read_matrix<double>(file);
    if (auto* sparse = std::get_if<Counts>(&matrix)) {
        Counts counts;
        counts.swap(*sparse);
        return counts;
    }
    return std::get<io::Dense<double>>(matrix).sparseView();
}

void check_size(const std::filesystem::path& file, std::size_t found, Index expected,
                const std::string& what) {
    if (found != static_cast<std::size_t>(expected)) {
        throw io::Error(file, {},
                        "expected " + std::to_string(expected) + " lines, one for each " + what +
                            " of the matrix, found " + std::to_string(found));
    }
}

void weigh_by_tf_idf(Counts& counts) {
    counts.prune([](Index, Index, double count) { return count != 0; });
    const auto texts = static_cast<double>(counts.rows());
    Eigen::VectorXd squared_norms = Eigen::VectorXd::Zero(counts.rows());
    for (Index word = 0; word < counts.cols(); ++word) {
        const auto holding = static_cast<double>(counts.col(word).nonZeros());
        const double idf = std::log((1 + texts) / (1 + holding)) + 1;
        for (Counts::InnerIterator entry(counts, word); entry; ++entry) {
            entry.valueRef() *= idf;
            squared_norms[entry.row()] += entry.value() * entry.value();
        }
    }
    for (Index word = 0; word < counts.cols(); ++word) {
        for (Counts::InnerIterator entry(counts, word); entry; ++entry) {
            entry.valueRef() /= std::sqrt(squared_norms[entry.row()]);
        }
    }
}

/// Indices of the `count` largest positive values, the largest first.
std::vector<std::size_t> strongest(const Eigen::VectorXd& values, std::size_t count) {
    std::vector<std::size_t> order;
    for (Index i = 0; i < values.size(); ++i) {
        if (values[i] > 0) order.push_back(static_cast<std::size_t>(i));
    }
    count = std::min(count, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<Index>(count), order.end(),
                      [&](std::size_t a, std::size_t b) {
                          return values[static_cast<Index>(a)] > values[static_cast<Index>(b)];
                      });
    order.resize(count);
    return order;
}

/// "Emma 3, 5; Persuasion 1": the labels of some texts, those with the same first field together.
std::string joined_labels(const Table& labels, const std::vector<std::size_t>& texts) {
    std::vector<std::pair<std::string, std::string>> groups;
    for (const std::size_t text : texts) {
        const auto& fields = labels[text];
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const auto& g) { return g.first == fields.front(); });
        if (group == groups.end()) {
            group = groups.insert(group, {fields.front(), ""});
        } else if (fields.size() > 1) {
            group->second += ',';
        }
        for (std::size_t i = 1; i < fields.size(); ++i) {
            group->second += ' ';
            group->second += fields[i];
        }
    }
    std::string line;
    for (const auto& [name, numbers] : groups) {
        line += line.empty() ? "" : "; ";
        line += name;
        line += numbers;
    }
    return line;
}

/// Prints words separated by blanks, in lines of at most 92 characters behind an indentation.
void print_wrapped(const std::string& indentation, const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        if (!line.empty() && line.size() + 1 + word.size() > 92) {
            std::printf("%s%s\n", indentation.c_str(), line.c_str());
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    std::printf("%s%s\n", indentation.c_str(), line.c_str());
}

void print_topics(const Eigen::MatrixXd& W, const Eigen::MatrixXd& H,
                  const std::vector<std::string>& vocabulary, const Table& labels,
                  const Options& options) {
    // How much of all of W H a topic makes up.
    const Eigen::VectorXd parts = W.colwise().sum().transpose().cwiseProduct(H.rowwise().sum());
    const double all = parts.sum();
    std::size_t number = 0;
    for (const std::size_t topic : strongest(parts, static_cast<std::size_t>(parts.size()))) {
        const auto a = static_cast<Index>(topic);
        std::vector<std::string> words;
        for (const std::size_t word : strongest(H.row(a), options.words)) {
            words.push_back(vocabulary[word]);
        }
        std::printf("\n%3zu  %.0f %% of the text\n", ++number, 100 * parts[a] / all);
        print_wrapped("     ", words);
        const std::string texts = joined_labels(labels, strongest(W.col(a), options.texts));
        std::printf("     in %s\n", texts.c_str());
    }
}

void add_options(CLI::App& app, Options& options) {
    auto* matrix = app.add_option("X", options.matrix, "Word counts, texts x words");
    auto* words = app.add_option("VOCABULARY", options.vocabulary, "The words, one a line");
    matrix->type_name("FILE")->needs(words);
    words->type_name("FILE");
    app.add_option("--labels", options.labels, "Names of the texts, one a line, fields after tabs")
        ->type_name("FILE");
    app.add_option("--topics", options.topics, "Number of topics")
        ->check(CLI::Range(Index{1}, std::numeric_limits<Index>::max()))
        ->capture_default_str();
    app.add_option("--words", options.words, "Words to print of each")
        ->check(cli::not_negative)
        ->capture_default_str();
    app.add_option("--texts", options.texts, "Texts to print of each")
        ->check(cli::not_negative)
        ->capture_default_str();
    app.add_option("--seed", options.seed, "Of the random numbers")
        ->check(cli::not_negative)
        ->capture_default_str();
}

void use_austen(Options& options) {
    const std::filesystem::path folder = std::filesystem::path(NMF_EXAMPLES_DATA) / "austen";
    options.matrix = folder / "X.mtx.gz";
    options.vocabulary = folder / "vocabulary.txt";
    options.labels = folder / "labels.tsv";
}

Table read_labels(const std::filesystem::path& file, Index texts) {
    if (!file.empty()) return io::read_table(file);
    Table labels;
    for (Index text = 1; text <= texts; ++text) labels.push_back({"text", std::to_string(text)});
    return labels;
}

void run(const Options& options) {
    Counts V = read_counts(options.matrix);
    const auto vocabulary = io::read_lines(options.vocabulary);
    const Table labels = read_labels(options.labels, V.rows());
    check_size(options.vocabulary, vocabulary.size(), V.cols(), "column");
    check_size(options.labels, labels.size(), V.rows(), "row");
    const Index counts = V.nonZeros();
    weigh_by_tf_idf(V);

    const auto fit = nmf::factorize(V, options.topics, nmf::Nndsvd{}, nmf::Seed{options.seed});

    std::printf("%td texts, %td words, %td counts: %td topics\n", V.rows(), V.cols(), counts,
                options.topics);
    print_topics(fit.W, fit.H, vocabulary, labels, options);
    std::printf("\n%s after %td iterations and %.2f s, relative error %.4f\n",
                std::string(to_string(fit.status)).c_str(), fit.iterations, fit.seconds,
                fit.relative_error);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Prints the topics of a collection of texts.", "topics");
    add_options(app, options);
    return cli::run_program(app, argc, argv, [&] {
        if (options.matrix.empty()) use_austen(options);
        run(options);
    });
}
