// SPDX-License-Identifier: MIT
#include "reading.hpp"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

std::string error_of_csv(const std::string& text) { return error_of("X.csv", text); }

}  // namespace

TEST_CASE("Commas, semicolons, tabs and blanks separate fields", "[io][csv]") {
    const auto expected = dense({{1, 2.5}, {-3, 4e2}});
    const std::string mark = "\xef\xbb\xbf";
    for (const std::string& text :
         {std::string("1,2.5\n-3,4e2\n"), std::string("1;2.5\n-3;4e2"),
          std::string("1\t2.5\r\n-3\t4e2\r\n"), std::string("\n1 , +2.5\n\n \n-3,4e2\n\n"),
          std::string("\"1\",\"2.5\"\n\"-3\",\"400\""), mark + "1,2.5\n-3,400",
          std::string("1 2.5\n-3 4e2\n"), std::string(" 1   2.5\n-3\t4e2 \n")}) {
        CAPTURE(text);
        REQUIRE(read_dense_as("X.csv", text) == expected);
    }
}

TEST_CASE("A first row without numbers is a header", "[io][csv]") {
    const auto expected = dense({{1, 2}, {3, 4}});
    for (const std::string header :
         {"a,b", "\"a, first\",b", "# a,b", "\"1\",\"2\"", "# of 2021", "# x\n# a,b"}) {
        CAPTURE(header);
        REQUIRE(read_dense_as("X.csv", header + "\n1,2\n3,4\n") == expected);
    }
    REQUIRE(read_dense_as("X.csv", "value\n1\n2\n") == dense({{1}, {2}}));
}

TEST_CASE("A table that is no matrix is refused at its line", "[io][csv]") {
    REQUIRE(error_of_csv("") == "expected rows of numbers, found none");
    REQUIRE(error_of_csv("a,b\n\n") == "expected rows of numbers, found none");
    REQUIRE(error_of_csv("a,b\n1,2\n3,x\n") == "line 3: field 2: expected a number, found 'x'");
    REQUIRE(error_of_csv("1,b\n1,2\n") ==
            "line 1: field 2: expected a number, found 'b'; if this line is the header, say "
            "--header yes");
    REQUIRE(error_of_csv("a,b\nc,d\n1,2\n").find("line 2: field 1: expected a number, found 'c'") ==
            0);
    REQUIRE(error_of_csv("1,2\n3,\n") ==
            "line 2: field 2: expected a number, found nothing behind the last separator");
    REQUIRE(error_of_csv("1,2\n3\n") == "line 2: expected 2 fields as in the first row, found 1");
    REQUIRE(error_of_csv("1,2\n3,4,5\n") ==
            "line 2: expected 2 fields as in the first row, found 3");
    REQUIRE(error_of_csv("1,2\n3 4,5\n") == "line 2: field 1: expected a number, found '3 4'");
    REQUIRE(error_of_csv("1,\"2\n3\",4\n") == "line 1: a field in quotes has no end on its line");
    REQUIRE(error_of_csv("a,b\n\"1\"2,3\n") == "line 2: a field goes on behind its closing quote");
    REQUIRE(error_of_csv("\xff\xfe"
                         "1")
                .find("byte 0: expected UTF-8, found UTF-16") == 0);
}

namespace {

struct Read {
    io::Dense<double> matrix;
    std::vector<std::string> said;
};

/// Reads a table, and what is said of it behind the path.
Read read_table(const std::string& text, const io::TableRules& rules = {}) {
    const TemporaryDirectory directory;
    const auto file = directory.write("X.csv", text);
    Read read;
    const auto say = [&](const std::string& line) {
        REQUIRE(line.find(file.string() + ": ") == 0);
        read.said.push_back(line.substr(file.string().size() + 2));
    };
    read.matrix = std::get<io::Dense<double>>(io::read_matrix<double>(file, rules, say));
    return read;
}

const std::string header_and_names = "line 1 is taken for the header and column 1 for names";

}  // namespace

TEST_CASE("Names of rows are left out, and it is said what was taken for them", "[io][csv]") {
    const auto expected = dense({{1, 2}, {3, 4}, {5, 6}});
    const std::string mark = "\xef\xbb\xbf";
    for (const std::string& text : {
             std::string(",s1,s2\n0,1,2\n1,3,4\n2,5,6\n"),          // pandas
             std::string(",0,1\n0,1,2\n1,3,4\n2,5,6\n"),            // its RangeIndex
             mark + ",0,1\r\n7,1,2\r\n3,3,4\r\n5,5,6\r\n\r\n\r\n",  // saved by Excel
             std::string(",s1,s2\na,1,2\nb,3,4\n,5,6\n"),           // NaN in the index
             std::string("\"\",\"V1\",\"V2\"\n\"1\",1,2\n\"2\",3,4\n\"3\",5,6\n"),  // write.csv
             std::string(
                 "\"V1\",\"V2\"\n\"1\",1,2\n\"2\",3,4\n\"3\",5,6\n"),  // write.table, sep=","
             std::string("\"V1\" \"V2\"\n\"a b\" 1 2\n\"b\" 3 4\n\"c\" 5 6\n"),  // write.table
             std::string("V1\tV2\na\t1\t2\nb\t3\t4\nc\t5\t6\n"),                 // quote=FALSE
             std::string("10,20\n0,1,2\n1,3,4\n2,5,6\n"),  // index_label=False, numbers
             std::string(
                 "\"\",\"a\",\"b\"\n\"0\",\"1\",\"2\"\n\"1\",\"3\",\"4\"\n\"2\",\"5\",\"6\"\n"),
             std::string("gene,s1,s2\ng1,1,2\ng2,3,4\ng3,5,6\n"),
             std::string("\"gene\",\"1\",\"2\"\n\"g, 1\",1,2\n\"g\"\"2\",3,4\n\"g3\",5,6\n"),
             std::string("Unnamed: 0,s1,s2\n0,1,2\n1,3,4\n2,5,6\n"),
             std::string("cell_id,s1,s2\n70,1,2\n12,3,4\n55,5,6\n"),
             std::string("id,400,401\na,1,2\nb,3,4\nc,5,6\n"),
             std::string("#OTU,s1,s2\na,1,2\nb,3,4\nc,5,6\n"),
             std::string("date,s1,s2\n2020-01-31,1,2\n2020-02-01,3,4\n2020-02-02,5,6\n"),
         }) {
        CAPTURE(text);
        const Read read = read_table(text);
        REQUIRE(read.matrix == expected);
        REQUIRE(read.said == std::vector<std::string>{header_and_names});
    }
}

TEST_CASE("Two columns of names, and names without a header", "[io][csv]") {
    const Read two = read_table("Type,Subtype,S1,S2\nC>A,ACA,1,2\nC>A,ACC,3,4\n");
    REQUIRE(two.matrix == dense({{1, 2}, {3, 4}}));
    REQUIRE(two.said == std::vector<std::string>{
                            "line 1 is taken for the header and columns 1 to 2 for names"});
    REQUIRE(read_table(",,S1\nA,0,1\nA,1,3\n").matrix == dense({{1}, {3}}));
    REQUIRE(read_table(",gene,S1\n0,a,1\n1,b,3\n").matrix == dense({{1}, {3}}));
    REQUIRE(read_table("S1,S2\nA,x,1,2\nB,y,3,4\n").matrix == dense({{1, 2}, {3, 4}}));
    const Read quoted = read_table("\"1\",1,2\n\"2\",3,4\n");
    REQUIRE(quoted.matrix == dense({{1, 2}, {3, 4}}));
    REQUIRE(quoted.said == std::vector<std::string>{"column 1 is taken for names"});
}

TEST_CASE("Numbers in order are read as numbers, and said to be", "[io][csv]") {
    const Read read = read_table("0,1,2\n1,7,8\n2,5,6\n");
    REQUIRE(read.matrix == dense({{0, 1, 2}, {1, 7, 8}, {2, 5, 6}}));
    REQUIRE(read.said.size() == 2);
    REQUIRE(read.said[0].find("column 1 counts the rows and is taken for numbers") == 0);
    REQUIRE(read.said[1].find("line 1 counts the columns and is taken for numbers") == 0);
    REQUIRE(read_table("3,1,2\n1,7,8\n2,5,6\n").said.empty());
}

TEST_CASE("Header and names are as the rules say", "[io][csv]") {
    using io::HeaderRule;
    const auto as = [](HeaderRule header, std::optional<std::size_t> names) {
        return io::TableRules{header, names};
    };
    const std::string text = "a,1,2\nb,3,4\nc,5,6\n";
    REQUIRE(read_table(text, as(HeaderRule::yes, {})).matrix == dense({{3, 4}, {5, 6}}));
    REQUIRE(read_table(text, as(HeaderRule::no, {})).matrix == dense({{1, 2}, {3, 4}, {5, 6}}));
    const std::string numbers = "1,2,3\n4,5,6\n7,8,9\n";
    REQUIRE(read_table(numbers, as(HeaderRule::yes, {})).matrix == dense({{4, 5, 6}, {7, 8, 9}}));
    REQUIRE(read_table(numbers, as(HeaderRule::automatic, 1)).matrix ==
            dense({{2, 3}, {5, 6}, {8, 9}}));
    REQUIRE(read_table(numbers, as(HeaderRule::yes, 2)).matrix == dense({{6}, {9}}));
    REQUIRE(read_table("id,a\n1,2\n3,4\n", as(HeaderRule::automatic, 0)).matrix ==
            dense({{1, 2}, {3, 4}}));
    REQUIRE(read_table("# a,b\n1,2\n", as(HeaderRule::no, {})).matrix == dense({{1, 2}}));
}

TEST_CASE("Tables that could be read in two ways are refused with what would say which",
          "[io][csv]") {
    REQUIRE(error_of_csv("gene,400,401\ng1,1,2\ng2,3,4\n") ==
            "line 1: begins with a name and has numbers, as the next row does: say --header yes if "
            "it is the header, --header no if it is a row of the matrix");
    REQUIRE(error_of_csv("a,b,c,d,e\n1,2,3\n4,5,6\n") ==
            "line 1: a header of 5 fields fits no rows of 3 as in line 2: expected 3, or 2 where "
            "rows begin with a name; mend it, or delete it and say --header no");
    REQUIRE(error_of_csv(",a\n1,2,3\n4,5,6\n").find("line 1: a header of 2 fields fits no rows") ==
            0);
    REQUIRE(error_of_csv("a,b\n1,2,\n3,4,\n") ==
            "line 2: ends with a separator: expected 2 fields as in the header, found 3, the last "
            "of them empty");
    REQUIRE(error_of_csv("gene,s1\n1,2\ng2,3\n") ==
            "line 3: field 1: expected a number, found 'g2'; if rows begin with a name, say "
            "--row-names 1");
    REQUIRE(error_of_csv("gene,s1\ng1,2\n17,3\n") ==
            "line 3: field 1: expected a name as in line 2, found '17'; if rows begin with 1 name, "
            "say --row-names 1");
}

TEST_CASE("What is not quite a number is no name", "[io][csv]") {
    for (const std::string value : {"NA", "N/A", "", "1e999", "1,5", "1.234,5", "5%"}) {
        CAPTURE(value);
        REQUIRE(error_of_csv("\"a\";\"b\"\n" + value + ";2\n3;4\n")
                    .find("line 2: field 1: expected a number, found") == 0);
        if (value.find(',') == std::string::npos) continue;
        REQUIRE_THAT(error_of_csv("a;b\n" + value + ";2\n"),
                     ContainsSubstring("; write numbers with a decimal point and without"));
    }
    REQUIRE(error_of<float>("X.csv", "a,b\n1e39,2\n") ==
            "line 2: field 1: expected a number, found '1e39'");
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
