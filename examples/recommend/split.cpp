// SPDX-License-Identifier: MIT
#include "split.hpp"

#include <string_view>

#include <nmf/core/random.hpp>

namespace recommend {
namespace {

/// The 64-bit hash FNV-1a of Fowler, Noll and Vo.
std::uint64_t hash(std::string_view text) {
    std::uint64_t result = 0xcbf29ce484222325;
    for (const char c : text) {
        result = (result ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return result;
}

std::vector<std::uint64_t> hashes(const std::vector<std::string>& names) {
    std::vector<std::uint64_t> result;
    result.reserve(names.size());
    for (const std::string& name : names) result.push_back(hash(name));
    return result;
}

}  // namespace

Split split(const io::Ratings& ratings, double fraction, std::uint64_t seed) {
    const nmf::CounterRandom random(seed);
    const auto users = hashes(ratings.users);
    const auto items = hashes(ratings.items);
    Split parts{{ratings.users, ratings.items, {}}, {ratings.users, ratings.items, {}}};
    for (const io::Rating& rating : ratings.entries) {
        const auto draws = random.stream(users[static_cast<std::size_t>(rating.user)]);
        const double draw = draws.uniform(items[static_cast<std::size_t>(rating.item)]);
        (draw < fraction ? parts.held_out : parts.training).entries.push_back(rating);
    }
    return parts;
}

}  // namespace recommend
