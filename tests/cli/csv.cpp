// SPDX-License-Identifier: MIT
#include "reading.hpp"

#include <limits>
#include <string>

namespace {

std::string error_of_csv(const std::string& text) { return error_of("X.csv", text); }

}  // namespace

TEST_CASE("Commas, semicolons and tabs separate fields", "[io][csv]") {
    const auto expected = dense({{1, 2.5}, {-3, 4e2}});
    const std::string mark = "\xef\xbb\xbf";
    for (const std::string& text :
         {std::string("1,2.5\n-3,4e2\n"), std::string("1;2.5\n-3;4e2"),
          std::string("1\t2.5\r\n-3\t4e2\r\n"), std::string("\n1 , +2.5\n\n \n-3,4e2\n\n"),
          std::string("\"1\",\"2.5\"\n-3,400"), mark + "1,2.5\n-3,400"}) {
        CAPTURE(text);
        REQUIRE(read_dense_as("X.csv", text) == expected);
    }
}

TEST_CASE("A first row without numbers is a header", "[io][csv]") {
    const auto expected = dense({{1, 2}, {3, 4}});
    for (const std::string header : {"a,b", "\"a, first\",b", "# a,b", "only one", ",b"}) {
        CAPTURE(header);
        REQUIRE(read_dense_as("X.csv", header + "\n1,2\n3,4\n") == expected);
    }
    REQUIRE(read_dense_as("X.csv", "value\n1\n2\n") == dense({{1}, {2}}));
}

TEST_CASE("A table that is no matrix is refused at its line", "[io][csv]") {
    REQUIRE(error_of_csv("") == "expected rows of numbers, found none");
    REQUIRE(error_of_csv("a,b\n\n") == "expected rows of numbers, found none");
    REQUIRE(error_of_csv("a,b\n1,2\n3,x\n") == "line 3: field 2: expected a number, found 'x'");
    REQUIRE(error_of_csv("1,b\n1,2\n") == "line 1: field 2: expected a number, found 'b'");
    REQUIRE(error_of_csv("a,b\nc,d\n1,2\n") == "line 2: field 1: expected a number, found 'c'");
    REQUIRE(error_of_csv("1,2\n3,\n") == "line 2: field 2: expected a number, found nothing");
    REQUIRE(error_of_csv("1,2\n3\n") == "line 2: expected 2 fields as in the first row, found 1");
    REQUIRE(error_of_csv("1,2\n3,4,5\n") ==
            "line 2: expected 2 fields as in the first row, found 3");
    REQUIRE(error_of_csv("1 2\n3 4\n") == "line 2: field 1: expected a number, found '3 4'");
}

TEST_CASE("A header that looks like one of an index column is no header", "[io][csv]") {
    REQUIRE(error_of_csv(",0,1\n0,5,6\n") == "line 1: field 1: expected a number, found nothing");
}

TEMPLATE_TEST_CASE("A csv file gives back what was written", "[io][csv]", float, double) {
    const TemporaryDirectory directory;
    io::Dense<TestType> matrix = io::Dense<TestType>::Random(3, 5) / TestType(3);
    matrix(0, 0) = std::numeric_limits<TestType>::denorm_min();
    matrix(1, 0) = std::numeric_limits<TestType>::max();
    const auto file = directory / "X.csv";
    io::write_matrix<TestType>(file, matrix);
    REQUIRE(io::read_dense<TestType>(file) == matrix);
}
