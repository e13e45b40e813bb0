// SPDX-License-Identifier: MIT
#include "cli/program.hpp"

#include <string>
#include <vector>

#include "support/shared_data.hpp"

namespace {

Run run_recommend(const std::vector<std::string>& arguments) {
    return run_program(NMF_RECOMMEND, arguments);
}

FlatJson result_of(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    return json_of(NMF_RECOMMEND, arguments);
}

std::string refusal_of(const std::vector<std::string>& arguments) {
    return ::refusal_of(NMF_RECOMMEND, arguments);
}

const std::vector<std::string> quick{"--rank", "4", "--lambda", "0.1", "--starts", "1"};

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

TEST_CASE("One JSON object, and all else on standard error", "[recommend]") {
    const Run run = run_recommend(quick + std::vector<std::string>{"--json", "--top", "3"});
    CAPTURE(run.out, run.err);
    REQUIRE(run.status == 0);
    const FlatJson json(run.out);
    REQUIRE(json.number("rank") == 4);
    REQUIRE(json.number("lambda") == 0.1);
    REQUIRE(json.number("seconds") >= 0);
    REQUIRE(json.number("rmse") < json.number("baseline_user_item_rmse"));
    REQUIRE(json.number("mae") < json.number("rmse"));
    REQUIRE(json.number("baseline_user_item_rmse") < json.number("baseline_mean_rmse"));
    REQUIRE_THAT(run.err, ContainsSubstring("for user reader-1\n"));
    REQUIRE_THAT(run.err, ContainsSubstring("  crime-"));
}

TEST_CASE("The same seed gives the same result", "[recommend]") {
    const auto rmse = [](const std::string& seed) {
        return result_of(quick + std::vector<std::string>{"--seed", seed}).text("rmse");
    };
    REQUIRE(rmse("5") == rmse("5"));
    REQUIRE(rmse("5") != rmse("6"));
}

TEST_CASE("A user's best unseen items are printed with their titles", "[recommend]") {
    const TemporaryDirectory directory;
    const auto ratings = directory.write("ratings.csv", "a,x,5\na,y,1\nb,x,4\nb,y,2\nb,z,3\n");
    const auto titles = directory.write("titles.tsv", "z\tThe Book\t1913\n");
    const Run run = run_recommend(quick + std::vector<std::string>{ratings.string(), "--titles",
                                                                   titles.string(), "--user", "a",
                                                                   "--test-fraction", "0"});
    CAPTURE(run.out, run.err);
    REQUIRE(run.status == 0);
    REQUIRE(run.err == "recommend: " + ratings.string() +
                           ": there is no header: fields 1 to 3 are taken for user, item and "
                           "rating; --columns says otherwise\n");
    REQUIRE_THAT(run.out,
                 ContainsSubstring("5 ratings of 3 items by 2 users; 5 to fit, 0 held out\n"));
    REQUIRE_THAT(run.out, ContainsSubstring("  z  The Book  1913\n"));
}

TEST_CASE("Nothing held out is no error, and null in JSON", "[recommend]") {
    const FlatJson json = result_of(quick + std::vector<std::string>{"--test-fraction", "0"});
    REQUIRE(json.text("rmse") == "null");
    REQUIRE(json.number("held_out") == 0);
}

TEST_CASE("What cannot be done is refused in one line", "[recommend]") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("ratings.csv", "a,x,5\na,y,bad\n").string();
    REQUIRE(refusal_of({file}) ==
            file + ": line 2: expected a rating >= 0 in field 3, found 'bad'");
    REQUIRE_THAT(refusal_of({"no/such/file"}), StartsWith("no/such/file: cannot be opened: "));
    REQUIRE(refusal_of({"--user", "nobody"}) ==
            "the generated ratings: expected the --user to be among its users, found no 'nobody'");
    for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--rank", "0"},
                                                  {"--rank", "two"},
                                                  {"--lambda", "-1"},
                                                  {"--lambda", "nan"},
                                                  {"--test-fraction", "nan"},
                                                  {"--offsets", "item"},
                                                  {"--test-fraction", "1"},
                                                  {"--starts", "0"},
                                                  {"--starts", "-1"},
                                                  {"--top", "-1"},
                                                  {"--seed", "-1"},
                                                  {"--columns", "user,item"},
                                                  {"--columns", "user,,rating"},
                                                  {"--no-such"}}) {
        REQUIRE_THAT(refusal_of(wrong), ContainsSubstring(wrong[0]));
    }
}

TEST_CASE("Columns are found by their headings, or said", "[recommend]") {
    const TemporaryDirectory directory;
    std::string ordered = "user,item,rating\n";
    std::string named = "timestamp,rating,movieId,userId\n";
    std::string unknown = "when,liked,what,\"who, in full\"\n";
    for (int user = 0; user < 12; ++user) {
        for (int item = 0; item < 6; ++item) {
            const std::string u = std::to_string(user);
            const std::string i = std::to_string(item);
            const std::string rating = std::to_string(1 + (user * item + user) % 5);
            ordered += u + ',' + i + ',' + rating + '\n';
            named += "964982703," + rating + ',' + i + ',' + u + '\n';
            unknown += "964982703," + rating + ',' + i + ',' + u + '\n';
        }
    }
    const auto rmse = [&](const std::string& text, const std::vector<std::string>& more) {
        const std::string file = directory.write("ratings.csv", text).string();
        return result_of(quick + std::vector<std::string>{file} + more).text("rmse");
    };
    const std::string expected = rmse(ordered, {});
    REQUIRE(rmse(named, {}) == expected);
    REQUIRE(rmse(unknown, {"--columns", "\"who, in full\",what,liked"}) == expected);
    REQUIRE(rmse(unknown, {"--columns", "4,3,2"}) == expected);
}

TEST_CASE("Ratings that are all the same leave nothing to predict", "[recommend]") {
    const TemporaryDirectory directory;
    const std::string file =
        directory.write("ratings.csv", "user,item,rating\n1,1,1\n1,2,1\n2,1,1\n2,3,1\n").string();
    REQUIRE(refusal_of({file}) ==
            file +
                ": expected ratings that differ, found 1 in each of 4: there is nothing to "
                "predict from who rated what alone");
}

TEST_CASE("The offsets can be chosen by name", "[recommend]") {
    for (const std::string offsets : {"none", "mean", "user-item"}) {
        REQUIRE(result_of(quick + std::vector<std::string>{"--offsets", offsets}).text("offsets") ==
                offsets);
    }
}

TEST_CASE("Real ratings are predicted better than by the means of user and item",
          "[recommend][data]") {
    const auto file = shared_data("ml_latest_small/ratings.tsv");
    if (!file) return;
    // Rank, lambda, offsets and share are chosen. By default the run is longer and better yet.
    const FlatJson json = result_of({file->string(), "--starts", "1", "--max-iterations", "20"});
    CAPTURE(json.number("rmse"), json.number("baseline_user_item_rmse"), json.number("seconds"));
    REQUIRE(json.number("ratings") == 100836);
    REQUIRE(json.number("baseline_user_item_rmse") < json.number("baseline_mean_rmse"));
    REQUIRE(json.number("rmse") < json.number("baseline_user_item_rmse"));
}
