// SPDX-License-Identifier: MIT
#include "support/any_init_start.hpp"

template void AnyInit::start(const nmf::detail::PlainView<float>&, const nmf::Summary&,
                             nmf::CounterRandom, nmf::Factor<float>&, nmf::Factor<float>&) const;
template void AnyInit::start(const nmf::SparseView<float, int>&, const nmf::Summary&,
                             nmf::CounterRandom, nmf::Factor<float>&, nmf::Factor<float>&) const;
