// SPDX-License-Identifier: MIT
#include "io/ratings.hpp"

#include <string>
#include <vector>

#include "cli/io_message.hpp"
#include "cli/temporary_directory.hpp"
#include "support/catch.hpp"

namespace {

io::Ratings read(const std::string& text, const io::ColumnWishes& wishes = {},
                 std::vector<std::string>* said = nullptr) {
    const TemporaryDirectory directory;
    const auto file = directory.write("ratings", text);
    return io::read_ratings(file, wishes, [&](const std::string& line) {
        REQUIRE(line.find(file.string() + ": ") == 0);
        if (said != nullptr) said->push_back(line.substr(file.string().size() + 2));
    });
}

/// The message that reading this text ends in, without the path of the file.
std::string error_of(const std::string& text, const io::ColumnWishes& wishes = {}) {
    const TemporaryDirectory directory;
    const auto file = directory.write("ratings", text);
    return message_of(file, [&] { io::read_ratings(file, wishes); });
}

const std::string remedy = "; say which by --columns USER,ITEM,RATING, headings or numbers";

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
        "expected user, item, rating and perhaps a time, separated by tabs, commas, semicolons, :: "
        "or blanks, found ";
    REQUIRE(error_of("") == "expected lines of user, item and rating, found none");
    REQUIRE(error_of("user,item,rating\n\n") ==
            "expected lines of user, item and rating, found none");
    REQUIRE(error_of("1\n2\n") == "line 1: " + form + "1 field");
    REQUIRE(error_of("1,2,3\n1,2\n") == "line 2: " + form + "2 fields");
    REQUIRE(error_of("1,2,3\n\n1,2,3,4,5\n") ==
            "line 3: " + form + "5 fields; say which by --columns USER,ITEM,RATING");
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
    REQUIRE(error_of("user,item,rating\nd,e,f\n") ==
            "line 2: expected a rating >= 0 in field 3, found 'f'");
    REQUIRE(error_of("1,b,c\n") == "line 1: expected a rating >= 0 in field 3, found 'c'");
    REQUIRE_THROWS_AS(io::read_ratings("no/such/file"), io::Error);
}

TEST_CASE("Columns are found by their headings", "[io][ratings]") {
    const std::string expected = "196 242 3.0; 186 302 3.5; 196 302 0.5; ";
    for (const std::string text : {
             "timestamp,userId,movieId,rating\n9,196,242,3\n9,186,302,3.5\n8,196,302,0.5\n",
             ",user_id,item_id,rating\n0,196,242,3\n1,186,302,3.5\n2,196,302,0.5\n",
             "\"\",\"User-ID\",\"ISBN\",\"Book-Rating\"\n\"1\",\"196\",\"242\",3\n"
             "\"2\",\"186\",\"302\",3.5\n\"3\",\"196\",\"302\",0.5\n",
             "\"user\",\"item\",\"rating\"\n\"1\",196,242,3\n\"2\",186,302,3.5\n\"3\",196,302,0."
             "5\n",
             "movieId,userId,rating\n242,196,3\n302,186,3.5\n302,196,0.5\n",
             "product\tscore\tcustomer id\n242\t3\t196\n302\t3.5\t186\n302\t0.5\t196\n",
             "stars;date;business_id;user_id\n3;x;242;196\n3.5;y;302;186\n0.5;z;302;196\n",
             "reviewerID,asin,reviewerName,overall,unixReviewTime\n196,242,A,3,5\n186,302,B,3.5,5\n"
             "196,302,A,0.5,5\n",
             "movieId,title,userId,rating\n242,\"Kolya, 1996\",196,3\n302,L.A.,186,3.5\n"
             "302,L.A.,196,0.5\n",
             "user item rating\n196  242  3\n186 302 3.5\n196 302\t0.5\n",
             "# user,item,rating\n196,242,3\n186,302,3.5\n196,302,0.5\n",
             "user::item::rating\n196::242::3\n186::302::3.5\n196::302::0.5\n",
         }) {
        CAPTURE(text);
        std::vector<std::string> said;
        REQUIRE(listed(read(text, {}, &said)) == expected);
        REQUIRE(said.empty());
    }
    const io::Ratings ratings =
        read("time,userId,movieId,rating\n9,\"Li, Wei\",\"The \"\"Burbs\"\", 1989\",3\n");
    REQUIRE(ratings.users == std::vector<std::string>{"Li, Wei"});
    REQUIRE(ratings.items == std::vector<std::string>{"The \"Burbs\", 1989"});
    REQUIRE(ratings.columns == "users from 'userId', items from 'movieId', ratings from 'rating'");
}

TEST_CASE("Without a header the order is assumed, and said to be", "[io][ratings]") {
    std::vector<std::string> said;
    REQUIRE(listed(read("196 242 3 881250949\n186  302 3.5 891717742\n", {}, &said)) ==
            "196 242 3.0; 186 302 3.5; ");
    REQUIRE(said ==
            std::vector<std::string>{"there is no header: fields 1 to 3 are taken for user, "
                                     "item and rating; --columns says otherwise"});
}

TEST_CASE("Headings that contradict or say nothing are refused with those there are",
          "[io][ratings]") {
    REQUIRE(error_of("a,b,c\n1,2,3\n") ==
            "line 1: no heading is known to mean users among 'a', 'b', 'c'" + remedy);
    REQUIRE(error_of("userId,movieId,timestamp\n1,2,3\n") ==
            "line 1: no heading is known to mean ratings among 'userId', 'movieId', 'timestamp'" +
                remedy);
    REQUIRE(error_of("userId,movieId,itemId,rating\n1,2,3,4\n") ==
            "line 1: more than one heading may mean items among 'userId', 'movieId', 'itemId', "
            "'rating'" +
                remedy);
    REQUIRE(error_of("user,item,rating,score\n1,2,3,4\n")
                .find("line 1: more than one heading may mean ratings among ") == 0);
    REQUIRE(error_of("user,item,rating\n1,2,3,4,5\n") ==
            "line 1: a header of 3 fields fits no rows of 5 as in line 2");
    REQUIRE(error_of("user,item,rating,time\n1,2,3,4\n1,3,3\n") ==
            "line 3: expected 4 fields as in the first row, found 3 fields");
}

TEST_CASE("Rows without a header that can be no ratings in order are refused", "[io][ratings]") {
    const std::string order =
        "line 1: there is no header, and user, item, rating and perhaps a time in this order it "
        "cannot be: ";
    REQUIRE(error_of("96498271,1,1,2\n96498271,1,2,3\n96498272,2,1,5\n") ==
            order + "field 1 looks like a time, field 4 does not" + remedy);
    REQUIRE(error_of("0,1,31,2.5\n1,1,32,3\n2,2,31,4\n") ==
            order + "field 1 counts the lines" + remedy);
    REQUIRE(error_of("1,4.5,31\n1,3,32\n") == order + "field 2 has fractions" + remedy);
    REQUIRE(error_of("1,2,964982703\n1,3,964982704\n") ==
            "line 1: expected a rating in field 3, found '964982703', which rather is a time; say "
            "which fields by --columns USER,ITEM,RATING");
    REQUIRE(error_of("user,item,rating\n1,2,964982703\n")
                .find("line 2: expected a rating in field 3, found '964982703'") == 0);
    std::string swapped;  // user, rating, item
    for (int i = 0; i < 150; ++i) {
        swapped += std::to_string(i / 5) + ',' + std::to_string(1 + i % 5) + ',' +
                   std::to_string(i) + '\n';
    }
    REQUIRE(error_of(swapped).find("there is no header, and field 3 has 150 different whole "
                                   "numbers, field 2 only 5") == 0);
}

TEST_CASE("Columns are those that are asked for", "[io][ratings]") {
    const std::string text = "who,what,liked,rating\n196,242,3,9\n186,302,3.5,9\n";
    const std::string expected = "196 242 3.0; 186 302 3.5; ";
    REQUIRE(listed(read(text, {"who", "what", "liked"})) == expected);
    REQUIRE(listed(read(text, {"Who", "WHAT", "3"})) == expected);
    REQUIRE(listed(read("242,3,196\n302,3.5,186\n", {"3", "1", "2"})) == expected);
    REQUIRE(listed(read("\"what\",\"liked\",\"who\"\n\"1\",242,3,196\n\"2\",302,3.5,186\n",
                        {"who", "what", "liked"})) == expected);
    REQUIRE(error_of(text, {"who", "what", "stars"}) ==
            "line 1: --columns: expected one of 'who', 'what', 'liked', 'rating' or a number from "
            "1 to 4, found 'stars'");
    REQUIRE(error_of("1,2,3\n", {"1", "2", "4"}) ==
            "line 1: --columns: expected a number from 1 to 3, found '4'");
    REQUIRE(error_of(text, {"who", "who", "liked"}) ==
            "line 1: expected three different columns for user, item and rating");
}
