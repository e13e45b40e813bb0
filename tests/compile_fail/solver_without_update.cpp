// error: solver.update\(half_step, x, work\).* (is invalid|would be invalid)
// SPDX-License-Identifier: MIT
#include <string_view>

#include <nmf/nmf.hpp>

struct Idle {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "idle";

    template <class S>
    struct Workspace {};

#ifdef NMF_ACCEPTED
    template <class HalfStep, class S>
    void update(const HalfStep&, nmf::Factor<S>&, Workspace<S>&) const {}
#endif
};

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
    return nmf::factorize(v, 2, Idle{}).iterations > 0;  // here
}
