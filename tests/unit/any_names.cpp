// SPDX-License-Identifier: MIT
// Policies by their names: what each name makes, and what an unknown one is told.

#include <string>
#include <vector>

#include <nmf/any.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"

TEST_CASE("Every solver has its name", "[any]") {
    for (const std::string name : {"hals", "mu", "als", "anls", "cd"}) {
        CHECK(nmf::AnySolver(name).full_name() == name);
    }
    CHECK(nmf::AnySolver("hals").get_if<nmf::Hals>()->inner_iterations == 0);
    CHECK(nmf::AnySolver("hals:3").get_if<nmf::Hals>()->inner_iterations == 3);
    CHECK(nmf::AnySolver("mu:2").get_if<nmf::MultiplicativeUpdate>()->inner_iterations == 2);
    CHECK_FALSE(nmf::AnySolver("mu").leaves_zeros);
}

TEST_CASE("Every loss has its names", "[any]") {
    CHECK(nmf::AnyLoss("frobenius").is_least_squares());
    CHECK(nmf::AnyLoss().is_least_squares());
    for (const std::string name : {"kl", "kullback-leibler", "beta:1", "1"}) {
        CHECK(nmf::AnyLoss(name).beta == 1);
        CHECK(nmf::AnyLoss(name).full_name() == "kl");
    }
    for (const std::string name : {"is", "itakura-saito", "beta:0"}) {
        CHECK(nmf::AnyLoss(name).beta == 0);
    }
    CHECK(nmf::AnyLoss("beta:0.5").beta == 0.5);
    CHECK(nmf::AnyLoss("-1.5").beta == -1.5);
    CHECK(nmf::AnyLoss("beta:2").full_name() == "beta:2");
    CHECK_FALSE(nmf::AnyLoss("beta:2").is_least_squares());
}

TEST_CASE("Every init has its name", "[any]") {
    for (const std::string name :
         {"random", "nndsvd", "nndsvda", "nndsvdar", "columns", "spa", "anchor-words"}) {
        CHECK(nmf::AnyInit(name).full_name() == name);
        CHECK(nmf::AnyInit(name).rescale);
    }
    const nmf::Matrix<double> one = nmf::Matrix<double>::Ones(1, 1);
    CHECK(nmf::AnyInit(nmf::CustomInit(one, one)).full_name() == "custom");
    CHECK_FALSE(nmf::AnyInit(nmf::CustomInit(one, one, false)).rescale);
}

TEST_CASE("Several inits are names with commas between them", "[any]") {
    const nmf::AnyInits several = "nndsvda,spa,random";
    REQUIRE(several.inits().size() == 3);
    CHECK(several.inits()[0].full_name() == "nndsvda");
    CHECK(several.inits()[1].full_name() == "spa");
    CHECK(several.inits()[2].full_name() == "random");
    CHECK(several.full_name() == "nndsvda,spa,random");
    CHECK(nmf::AnyInits{nmf::Spa{}, "columns"}.full_name() == "spa,columns");
    CHECK(nmf::AnyInits{"nndsvda,spa"}.full_name() == "nndsvda,spa");
    CHECK(nmf::AnyInits{"nndsvda,spa", nmf::RandomInit{}}.full_name() == "nndsvda,spa,random");
    CHECK(nmf::AnyInits(nmf::Spa{}).full_name() == "spa");
    CHECK(nmf::AnyInits().full_name() == "random");
    for (const std::string name : {"", ",", "spa,", ",spa", "spa,,random", "spa, random"}) {
        CAPTURE(name);
        check_message([&] { nmf::AnyInits given(name); }, {"no init '"});
        check_message([&] { nmf::AnyInits{"random", name}; }, {"no init '"});
    }
}

TEST_CASE("An unknown name is told the nearest one and all there are", "[any]") {
    check_message([] { nmf::AnySolver("hal"); },
                  {"no solver 'hal'", "nearest is 'hals'", "hals, mu, als, anls and cd"});
    check_message([] { nmf::AnySolver("ansl:2"); }, {"no solver 'ansl'", "nearest is 'anls'"});
    check_message([] { nmf::AnyLoss("frobenious"); },
                  {"no loss 'frobenious'", "nearest is 'frobenius'", "kl, is and beta:NUMBER"});
    check_message([] { nmf::AnyInit("nndsdv"); }, {"no init 'nndsdv'", "nearest is 'nndsvd'",
                                                   "nndsvdar, columns, spa and anchor-words"});
    check_message([] { nmf::AnyMissing("NaN"); },
                  {"no choice of missing entries 'NaN'", "none, nan and unstored"});
    check_message([] { nmf::AnySolver(""); }, {"no solver ''"});
}

TEST_CASE("A parameter of a name is a number in its range, where the name takes one", "[any]") {
    for (const std::string name : {"hals:", "hals:0", "mu:1.5", "mu:x", "hals:-1", "hals:3 "}) {
        CAPTURE(name);
        check_message([&] { nmf::AnySolver{name}; }, {name, "whole number >= 1"});
    }
    check_message([] { nmf::AnySolver("als:2"); }, {"'als' takes no parameter", "'2'"});
    check_message([] { nmf::AnyInit("random:2"); }, {"'random' takes no parameter", "'2'"});
    check_message([] { nmf::AnyLoss("kl:2"); }, {"'kl' takes no parameter", "'2'"});
    for (const std::string name : {"beta", "beta:", "beta:x", "beta:0.5x", "beta:nan"}) {
        CAPTURE(name);
        check_message([&] { nmf::AnyLoss{name}; }, {name, "no number"});
    }
    check_message([] { nmf::AnyLoss("beta:65"); }, {"BetaDivergence.beta is 65", "[-64, 64]"});
}
