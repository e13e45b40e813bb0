// SPDX-License-Identifier: MIT
#include "io/ratings.hpp"

#include <string>
#include <vector>

#include "cli/io_message.hpp"
#include "cli/temporary_directory.hpp"
#include "support/catch.hpp"

namespace {

io::Ratings read(const std::string& text) {
    const TemporaryDirectory directory;
    return io::read_ratings(directory.write("ratings", text));
}

/// The message that reading this text ends in, without the path of the file.
std::string error_of(const std::string& text) {
    const TemporaryDirectory directory;
    const auto file = directory.write("ratings", text);
    return message_of(file, [&] { io::read_ratings(file); });
}

/// "user item rating; ..." in the order of the entries.
std::string listed(const io::Ratings& ratings) {
    std::string text;
    for (const io::Rating& rating : ratings.entries) {
        text += ratings.users.at(static_cast<std::size_t>(rating.user)) + ' ' +
                ratings.items.at(static_cast<std::size_t>(rating.item)) + ' ' +
                std::to_string(rating.value).substr(0, 3) + "; ";
    }
    return text;
}

}  // namespace

TEST_CASE("MovieLens' formats are read", "[io][ratings]") {
    const std::string expected = "196 242 3.0; 186 302 3.5; 196 302 0.5; ";
    for (const std::string text :
         {"196\t242\t3\t881250949\n186\t302\t3.5\t891717742\n196\t302\t0.5\t878887116\n",
          "userId,movieId,rating,timestamp\n196,242,3,1\n186,302,3.5,2\n196,302,0.5,3\n",
          "196,242,3,1\n186,302,3.5,2\n196,302,0.5,3\n",
          "196::242::3::978300760\n186::302::3.5::978302109\n196::302::.5::978301968\n",
          "196\t242\t3\n186\t302\t3.5\n196\t302\t0.5",
          "\xef\xbb\xbfuser;item;rating\r\n\"196\";\"242\";\"3\"\r\n\r\n186 ; 302 ; 3.5\r\n"
          "196;302;0.5\r\n\n"}) {
        CAPTURE(text);
        REQUIRE(listed(read(text)) == expected);
    }
}

TEST_CASE("Users and items are numbered as they come, whatever their names", "[io][ratings]") {
    const io::Ratings ratings = read("Zoe,the book,4\n7,the film,2\nZoe,the film,0\n");
    REQUIRE(ratings.users == std::vector<std::string>{"Zoe", "7"});
    REQUIRE(ratings.items == std::vector<std::string>{"the book", "the film"});
    REQUIRE(ratings.entries[2].user == 0);
    REQUIRE(ratings.entries[2].item == 1);
    REQUIRE(ratings.entries[2].value == 0);
    REQUIRE(ratings.replaced == 0);
}

TEST_CASE("Of several ratings of the same item by the same user the last one counts",
          "[io][ratings]") {
    const io::Ratings ratings = read("a,x,1\nb,x,2\na,x,3\na,y,5\na,x,4\n");
    REQUIRE(listed(ratings) == "a x 4.0; b x 2.0; a y 5.0; ");
    REQUIRE(ratings.replaced == 2);
}

TEST_CASE("Lines that are no ratings are refused", "[io][ratings]") {
    const std::string form =
        "expected user, item, rating and perhaps a time, separated by tabs, commas, semicolons or "
        "::, found ";
    REQUIRE(error_of("") == "expected lines of user, item and rating, found none");
    REQUIRE(error_of("user,item,rating\n\n") ==
            "expected lines of user, item and rating, found none");
    REQUIRE(error_of("1 2 3\n") == "line 1: " + form + "1 field");
    REQUIRE(error_of("1,2,3\n1,2\n") == "line 2: " + form + "2 fields");
    REQUIRE(error_of("1,2,3\n\n1,2,3,4,5\n") == "line 3: " + form + "5 fields");
    REQUIRE(error_of("1,2,3\n1\t2\t3\n") == "line 2: " + form + "1 field");
    REQUIRE(error_of("title\n1,2,3\n") == "line 1: " + form + "1 field");
    REQUIRE(error_of("1,2,3\n,2,3\n") == "line 2: expected a user in field 1, found nothing");
    REQUIRE(error_of("1,2,3\n1,\"\",3\n") == "line 2: expected an item in field 2, found nothing");
    REQUIRE(error_of("1,2,3\n1,3,\n") ==
            "line 2: expected a rating >= 0 in field 3, found nothing");
    for (const std::string rating : {"good", "3 stars", "-1", "nan", "inf", "1e999"}) {
        CAPTURE(rating);
        REQUIRE(error_of("1,2,3\n1,3," + rating + "\n") ==
                "line 2: expected a rating >= 0 in field 3, found '" + rating + "'");
    }
    REQUIRE(error_of("a,b,c\nd,e,f\n") == "line 2: expected a rating >= 0 in field 3, found 'f'");
    REQUIRE(error_of("1,b,c\n") == "line 1: expected a rating >= 0 in field 3, found 'c'");
    REQUIRE_THROWS_AS(io::read_ratings("no/such/file"), io::Error);
}
