// error: init.start\(view, sums, random, factor, factor\).* (is invalid|would be invalid)
// SPDX-License-Identifier: MIT
#include <string_view>

#include <nmf/nmf.hpp>

struct AllOnes {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "all ones";

#ifdef NMF_ACCEPTED
    template <class View, class S>
    void start(const View&, const nmf::Summary&, nmf::CounterRandom, nmf::Factor<S>& wt,
               nmf::Factor<S>& h) const {
        wt.matrix().setOnes();
        h.matrix().setOnes();
    }
#endif
};

int main() {
    const nmf::Matrix<double> v = nmf::Matrix<double>::Ones(3, 4);
    return nmf::factorize(v, 2, AllOnes{}).iterations > 0;  // here
}
