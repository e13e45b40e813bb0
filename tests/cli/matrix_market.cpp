// SPDX-License-Identifier: MIT
#include "reading.hpp"

#include <string>

namespace {

const std::string coordinate = "%%MatrixMarket matrix coordinate real general\n";
const std::string array = "%%MatrixMarket matrix array real general\n";

std::string error_of_mtx(const std::string& text) { return error_of("X.mtx", text); }

}  // namespace

TEST_CASE("A coordinate file becomes a sparse matrix", "[io][mtx]") {
    const auto matrix = read_sparse_as("X.mtx", coordinate +
                                                    "% a comment\n\n"
                                                    "2 3 3\n"
                                                    "2 1 0.5\n"
                                                    "1 3 +2e-1\r\n"
                                                    "% another\n"
                                                    "  2\t2   7");
    REQUIRE(matrix.nonZeros() == 3);
    REQUIRE(io::Dense<double>(matrix) == dense({{0, 0, 0.2}, {0.5, 7, 0}}));
}

TEST_CASE("The words of the header may be in capitals", "[io][mtx]") {
    const auto matrix =
        read_sparse_as("X.mtx", "%%MatrixMarket MATRIX Coordinate Integer GENERAL\n1 1 1\n1 1 4\n");
    REQUIRE(io::Dense<double>(matrix) == dense({{4}}));
}

TEST_CASE("The first line as other writers have it", "[io][mtx]") {
    const auto expected = dense({{0, 4}, {2, 0}});
    const std::string mark = "\xef\xbb\xbf";
    for (const std::string& header :
         {std::string("%%MatrixMarket matrix coordinate unsigned-integer general"),
          std::string("%MatrixMarket matrix coordinate real general"),
          std::string("%%MATRIXMARKET MATRIX COORDINATE UNSIGNED-INTEGER GENERAL"),
          mark + "%%MatrixMarket matrix coordinate integer general\r",
          mark + "%matrixmarket matrix coordinate real general"}) {
        CAPTURE(header);
        const auto matrix = read_sparse_as("X.mtx", header + "\n2 2 2\n1 2 4\n2 1 2\n");
        REQUIRE(io::Dense<double>(matrix) == expected);
    }
    REQUIRE(read_dense_as("X.mtx",
                          "%%MatrixMarket matrix array unsigned-integer general\n"
                          "1 2\n3\n4\n") == dense({{3, 4}}));
    REQUIRE(
        io::Dense<double>(read_sparse_as(
            "X.mtx", "%%MatrixMarket MATRIX coordinate Pattern SYMMETRIC\n2 2 2\n1 1\n2 1\n")) ==
        dense({{1, 1}, {1, 0}}));
    REQUIRE(error_of_mtx("%%MatrixMarket matrix coordinate unsigned-integer general\n1 1 1\n"
                         "1 1 0.5\n")
                .find("line 3: expected a whole number") == 0);
}

TEST_CASE("Entries given more than once are added up", "[io][mtx]") {
    const auto matrix = read_sparse_as("X.mtx", coordinate + "2 2 3\n2 1 1\n1 1 4\n2 1 2\n");
    REQUIRE(matrix.nonZeros() == 2);
    REQUIRE(io::Dense<double>(matrix) == dense({{4, 0}, {3, 0}}));
}

TEST_CASE("A pattern file holds ones", "[io][mtx]") {
    const auto matrix = read_sparse_as(
        "X.mtx", "%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 2\n2 1\n");
    REQUIRE(io::Dense<double>(matrix) == dense({{0, 1}, {1, 0}}));
}

TEST_CASE("A symmetric coordinate file is mirrored", "[io][mtx]") {
    const std::string header = "%%MatrixMarket matrix coordinate integer symmetric\n";
    const auto matrix = read_sparse_as("X.mtx", header + "3 3 3\n1 1 1\n3 1 2\n3 2 5\n");
    REQUIRE(io::Dense<double>(matrix) == dense({{1, 0, 2}, {0, 0, 5}, {2, 5, 0}}));
}

TEST_CASE("An array file becomes a dense matrix, column by column", "[io][mtx]") {
    const auto matrix = read_dense_as("X.mtx", array + "2 3\n1\n2\n3\n4\n5\n6\n");
    REQUIRE(matrix == dense({{1, 3, 5}, {2, 4, 6}}));
}

TEST_CASE("A symmetric array file holds the lower triangle", "[io][mtx]") {
    const auto matrix = read_dense_as(
        "X.mtx", "%%MatrixMarket matrix array real symmetric\n3 3\n1\n2\n3\n4\n5\n6\n");
    REQUIRE(matrix == dense({{1, 2, 3}, {2, 4, 5}, {3, 5, 6}}));
}

TEST_CASE("Matrices without rows or entries can be read", "[io][mtx]") {
    REQUIRE(read_sparse_as("X.mtx", coordinate + "2 3 0\n").nonZeros() == 0);
    REQUIRE(read_dense_as("X.mtx", array + "0 3\n").cols() == 3);
}

TEMPLATE_TEST_CASE("Values are rounded once to the precision asked for", "[io][mtx]", float,
                   double) {
    const auto matrix = read_dense_as<TestType>("X.mtx", array + "3 1\n0.1\n16777217\n1e-400\n");
    REQUIRE(matrix(0) == static_cast<TestType>(0.1L));
    REQUIRE(matrix(1) == static_cast<TestType>(16777217));
    REQUIRE(matrix(2) == TestType(0));
}

TEST_CASE("A broken header is refused at line 1", "[io][mtx]") {
    REQUIRE(error_of_mtx("") == "expected a Matrix Market file, found an empty one");
    const std::string expected =
        "expected '%%MatrixMarket matrix coordinate|array "
        "real|integer|unsigned-integer|pattern general|symmetric'";
    REQUIRE(error_of_mtx("1 2 3\n") == "line 1: " + expected + ", found '1 2 3'");
    REQUIRE(error_of_mtx("%%MatrixMarket matrix coordinate real\n2 2 0\n").find("line 1: ") == 0);
    REQUIRE(error_of_mtx("%%MatrixMarket vector coordinate real general\n").find("line 1: ") == 0);
    for (const std::string line : {"coordinate complex general", "coordinate real skew-symmetric",
                                   "coordinate complex hermitian", "cube real general"}) {
        const std::string message = error_of_mtx("%%MatrixMarket matrix " + line + "\n1 1 0\n");
        CAPTURE(line, message);
        REQUIRE(message.find("line 1: '") == 0);
        REQUIRE(message.find("Matrix Market files are not supported: " + expected) !=
                std::string::npos);
    }
    REQUIRE(error_of_mtx("%%MatrixMarket matrix coordinate real skew-symmetric\n")
                .find("'skew-symmetric'") != std::string::npos);
    REQUIRE(error_of_mtx("%%MatrixMarket matrix array pattern general\n1 1\n") ==
            "line 1: an array file cannot be of kind pattern");
}

TEST_CASE("A broken line of sizes is refused", "[io][mtx]") {
    REQUIRE(error_of_mtx(coordinate) == "line 1: the file ends before the line of sizes");
    REQUIRE(error_of_mtx(coordinate + "% only\n") ==
            "line 2: the file ends before the line of sizes");
    REQUIRE(error_of_mtx(coordinate + "2 x 1\n") ==
            "line 2: expected the number of columns, found 'x'");
    REQUIRE(error_of_mtx(coordinate + "2 2\n1 1 1\n") ==
            "line 2: expected the number of entries, found nothing");
    REQUIRE(error_of_mtx(coordinate + "-2 2 1\n1 1 1\n") ==
            "line 2: expected the number of rows, found '-2'");
    REQUIRE(error_of_mtx(array + "1 1 1\n1\n") ==
            "line 2: expected the end of the line of sizes, found '1'");
    REQUIRE(error_of_mtx("%%MatrixMarket matrix array real symmetric\n2 3\n1\n") ==
            "line 2: a symmetric matrix has as many rows as columns, not 2 x 3");
}

TEST_CASE("Sizes that the file cannot hold are refused before memory is taken", "[io][mtx]") {
    REQUIRE(error_of_mtx(coordinate + "9 9 500000000\n1 1 1\n") ==
            "line 2: announces 500000000 entries, but the rest of the file has room for 1 at most");
    REQUIRE(error_of_mtx(array + "4000000000 4000000000\n1\n") ==
            "line 2: announces 16000000000000000000 entries, but the rest of the file has room "
            "for 1 at most");
    REQUIRE(error_of_mtx(array + "40000000000 1\n1\n") ==
            "line 2: expected at most 2^32 - 1 rows and columns");
    REQUIRE(error_of_mtx(array + "99999999999999999999999 1\n1\n") ==
            "line 2: expected the number of rows, found '99999999999999999999999'");
    REQUIRE(error_of_mtx(coordinate + "1 2000000000 1\n1 1 1\n") ==
            "line 2: announces 1 x 2000000000, which is too large for the 6 bytes that follow");
    REQUIRE(error_of_mtx(coordinate + "3000000000 1 1\n1 1 1\n")
                .find("line 2: a sparse matrix may have at most 2^31 - 1 rows") == 0);
    const std::string symmetric = "%%MatrixMarket matrix array real symmetric\n";
    REQUIRE(error_of_mtx(symmetric + "4294967295 4294967295\n1\n")
                .find("line 2: announces 9223372034707292160 entries") == 0);
}

TEST_CASE("A broken entry is refused at its line", "[io][mtx]") {
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n3 1 1\n") ==
            "line 3: expected a row from 1 to 2, found 3");
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n1 0 1\n") ==
            "line 3: expected a column from 1 to 2, found 0");
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n% here\n1.5 1 1\n") ==
            "line 4: expected a row number, found '1.5'");
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n1 1 one\n") ==
            "line 3: expected a number, found 'one'");
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n1 1     \n") ==
            "line 3: expected a number, found nothing");
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n1 1 1 1\n") ==
            "line 3: expected the end of the line, found '1'");
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n1 1 1e999\n") ==
            "line 3: expected a number, found '1e999'");
    REQUIRE(error_of<float>("X.mtx", coordinate + "2 2 1\n1 1 1e39\n") ==
            "line 3: expected a number, found '1e39'");
    REQUIRE(error_of_mtx("%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1.5\n") ==
            "line 3: expected a whole number in an integer file, found '1.5'");
    REQUIRE(error_of_mtx(array + "2 1\n1\n0x10\n") == "line 4: expected a number, found '0x10'");
}

TEST_CASE("Too few and too many entries are refused", "[io][mtx]") {
    REQUIRE(error_of_mtx(coordinate + "20 20 2\n10 10 1.25\n") ==
            "line 3: expected 2 entries, but the file ends after 1");
    REQUIRE(error_of_mtx(coordinate + "2 2 1\n1 1 1\n2 2 1\n") ==
            "line 4: expected 1 entries, found more");
    REQUIRE(error_of_mtx(array + "3 1\n1.5\n2.5\n") ==
            "line 4: expected 3 entries, but the file ends after 2");
    REQUIRE(error_of_mtx(array + "2 1\n1\n2\n3\n") == "line 5: expected 2 entries, found more");
    REQUIRE(error_of_mtx(array + "0 1\n3\n") == "line 3: expected 0 entries, found more");
}

TEMPLATE_TEST_CASE("A Matrix Market file gives back what was written", "[io][mtx]", float, double) {
    const TemporaryDirectory directory;
    const io::Dense<TestType> matrix = io::Dense<TestType>::Random(7, 3) / TestType(3);
    const auto file = directory / "X.mtx";
    io::write_matrix<TestType>(file, matrix);
    REQUIRE(io::read_dense<TestType>(file) == matrix);
}
