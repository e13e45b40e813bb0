// error: check_solver_for.*Counting.*Frobenius
// SPDX-License-Identifier: MIT
#include <string_view>

#include <nmf/nmf.hpp>

/// Statistics that the Frobenius loss does not have.
struct Counts {};

struct Counting {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "counting";

    template <class S>
    struct Workspace {};

#ifdef NMF_ACCEPTED
    template <class S>
    void update(const nmf::NormalEquations<S>&, nmf::Factor<S>&, Workspace<S>&) const {}
#else
    template <class S>
    void update(const Counts&, nmf::Factor<S>&, Workspace<S>&) const {}
#endif
};

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
    return nmf::factorize(v, 2, Counting{}).iterations > 0;  // here
}
