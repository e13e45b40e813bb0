// SPDX-License-Identifier: MIT
#include "support/any_init_start.hpp"

template void AnyInit::start(const nmf::detail::PlainView<double>&, const nmf::Summary&,
                             nmf::CounterRandom, nmf::Factor<double>&, nmf::Factor<double>&) const;
template void AnyInit::start(const nmf::SparseView<double, int>&, const nmf::Summary&,
                             nmf::CounterRandom, nmf::Factor<double>&, nmf::Factor<double>&) const;
