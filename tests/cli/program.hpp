// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Runs a program as a user does.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "io/text.hpp"
#include "support/catch.hpp"
#include "temporary_directory.hpp"

/// What a program left behind.
struct Run {
    int status = -1;
    std::string out;
    std::string err;
};

/// Runs the program at this path with these arguments.
inline Run run_program(const std::string& program, const std::vector<std::string>& arguments) {
    const TemporaryDirectory directory;
    const auto in_quotes = [](const std::string& text) { return "'" + text + "'"; };
    std::string command = in_quotes(program);
    for (const std::string& argument : arguments) command += ' ' + in_quotes(argument);
    const auto out = directory / "out";
    const auto err = directory / "err";
    command += " > " + in_quotes(out.string()) + " 2> " + in_quotes(err.string());
    Run run;
    const int status = std::system(command.c_str());
    run.status = status % 256 == 0 ? status / 256 : -1;
    run.out = io::read_file(out);
    run.err = io::read_file(err);
    return run;
}

/// Runs a program that has to end with status 2, with nothing on standard output and one line on
/// standard error. Returns the text after the name of the program in that line.
inline std::string refusal_of(const std::string& program,
                              const std::vector<std::string>& arguments) {
    const Run run = run_program(program, arguments);
    CAPTURE(arguments, run.out, run.err);
    REQUIRE(run.status == 2);
    REQUIRE(run.out.empty());
    REQUIRE(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    REQUIRE(run.err.back() == '\n');
    const std::string prefix = std::filesystem::path(program).stem().string() + ": ";
    REQUIRE(run.err.substr(0, prefix.size()) == prefix);
    return run.err.substr(prefix.size(), run.err.size() - prefix.size() - 1);
}

/// The members of a JSON object whose values are strings or numbers, in order; strings without
/// their quotes.
class FlatJson {
public:
    explicit FlatJson(const std::string& text) : text_(text) {
        expect('{');
        do {
            const std::string key = string();
            expect(':');
            keys_.push_back(key);
            values_[key] = peek() == '"' ? string() : word();
        } while (peek() == ',' && (expect(','), true));
        expect('}');
        REQUIRE(peek() == '\0');
    }

    [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }

    [[nodiscard]] const std::string& text(const std::string& key) const { return values_.at(key); }

    [[nodiscard]] double number(const std::string& key) const {
        CAPTURE(key, values_.at(key));
        return io::parse_number<double>(values_.at(key)).value();
    }

private:
    char peek() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    void expect(char c) {
        CAPTURE(text_, at_);
        REQUIRE(peek() == c);
        ++at_;
    }

    std::string string() {
        expect('"');
        const auto end = text_.find('"', at_);
        REQUIRE(end != std::string::npos);
        const std::string result = text_.substr(at_, end - at_);
        at_ = end + 1;
        return result;
    }

    std::string word() {
        const auto end = text_.find_first_of(",} \n", at_);
        REQUIRE(end != std::string::npos);
        const std::string result = text_.substr(at_, end - at_);
        at_ = end;
        return result;
    }

    std::string text_;
    std::size_t at_ = 0;
    std::vector<std::string> keys_;
    std::map<std::string, std::string> values_;
};

/// Runs a program that has to succeed and print one line, a JSON object, and returns that.
inline FlatJson json_of(const std::string& program, const std::vector<std::string>& arguments) {
    const Run run = run_program(program, arguments);
    CAPTURE(arguments, run.out, run.err);
    REQUIRE(run.status == 0);
    REQUIRE(std::count(run.out.begin(), run.out.end(), '\n') == 1);
    return FlatJson(run.out);
}
