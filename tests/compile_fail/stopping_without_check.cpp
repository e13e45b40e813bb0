// error: rule.check\(progress\).* (is invalid|would be invalid)
// SPDX-License-Identifier: MIT
#include <optional>

#include <nmf/nmf.hpp>

struct Patience {
    using Axis = nmf::axis::Stopping;

#ifdef NMF_ACCEPTED
    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        if (progress.iteration >= 3) return nmf::Status::max_iterations;
        return std::nullopt;
    }
#endif
};

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
    return nmf::factorize(v, 2, Patience{}).iterations > 0;  // here
}
