// SPDX-License-Identifier: MIT
#include "io/table.hpp"

#include <string>
#include <vector>

#include "io_message.hpp"
#include "support/catch.hpp"

namespace {

using Words = std::vector<std::string>;

Words fields(const std::string& line, std::string_view delimiter) {
    io::Row row;
    const char* const fault = io::split(line, delimiter, row);
    if (fault != nullptr) return {fault};
    Words words;
    for (const io::Field& field : row.fields) words.push_back(io::spelling(field));
    return words;
}

std::string delimiter_of(const std::string& text) {
    return std::string(io::Table("X.csv", text).delimiter());
}

}  // namespace

TEST_CASE("Fields may be in quotes, with delimiters and quotes in them", "[io][table]") {
    REQUIRE(fields("a, b ,,c d", ",") == Words{"a", "b", "", "c d"});
    REQUIRE(fields("a,", ",") == Words{"a", ""});
    REQUIRE(fields("\"a, b\" ,\"say \"\"x\"\"\",\"\"", ",") == Words{"a, b", "say \"x\"", ""});
    REQUIRE(fields("5\" disk,x", ",") == Words{"5\" disk", "x"});
    REQUIRE(fields("1::\"a::b\"::3", "::") == Words{"1", "a::b", "3"});
    REQUIRE(fields("a\t\t b ", "\t") == Words{"a", "", "b"});
    REQUIRE(fields("  a   \"b c\"\t d ", " ") == Words{"a", "b c", "d"});
    REQUIRE(fields("\"a,b", ",") == Words{"a field in quotes has no end on its line"});
    REQUIRE(fields("\"a\"b,c", ",") == Words{"a field goes on behind its closing quote"});
}

TEST_CASE("The delimiter is what the first two rows agree on", "[io][table]") {
    REQUIRE(delimiter_of("a,b\n1,2\n") == ",");
    REQUIRE(delimiter_of("a b,c\n1,2\n") == ",");
    REQUIRE(delimiter_of("1,5;2,5\n3,5;4,5\n") == ";");
    REQUIRE(delimiter_of("a::b\n1::2\n") == "::");
    REQUIRE(delimiter_of("gene,s1,s2\nC::A,1,2\n") == ",");
    REQUIRE(delimiter_of("s1,s2\ng;1,1,2\n") == ",");
    REQUIRE(delimiter_of("a b\nc 1 2\n") == " ");
    REQUIRE(delimiter_of("\"a,b\"\t1\n\"c\"\t2\n") == "\t");
    REQUIRE(delimiter_of("only words\n1\n2\n") == " ");
    REQUIRE(delimiter_of("1\n2\n") == ",");
}

TEST_CASE("Numbers, what only looks like them, and what is missing", "[io][table]") {
    for (const std::string text :
         {"1", "-2.5e-3", "inf", "1e999", "1,5", "1.234,5", "1'000", "5%", "+.5", "1 000"}) {
        CAPTURE(text);
        REQUIRE(io::looks_like_number(text));
    }
    for (const std::string text : {"", "a", "7SK", "2020-01-31", "1-Mar", "e5", "10x", "-", "%"}) {
        CAPTURE(text);
        REQUIRE_FALSE(io::looks_like_number(text));
    }
    for (const std::string text : {"", "NA", "null", "<NA>"}) REQUIRE(io::looks_missing(text));
    REQUIRE_FALSE(io::looks_missing("Na"));
}
