// SPDX-License-Identifier: MIT
#include "support/any_init_start.hpp"

template void AnyInit::start(const nmf::detail::PlainView<double>&, const nmf::Summary&,
                             nmf::CounterRandom, nmf::Factor<double>&, nmf::Factor<double>&) const;
template void AnyInit::start(const nmf::SparseView<double, int>&, const nmf::Summary&,
                             nmf::CounterRandom, nmf::Factor<double>&, nmf::Factor<double>&) const;

nmf::detail::TruncatedSvd<double> truncated_svd(const nmf::Matrix<double>& v, nmf::Index rank,
                                                nmf::CounterRandom random) {
    return nmf::detail::truncated_svd(nmf::make_view(v), rank, random);
}
nmf::detail::TruncatedSvd<double> truncated_svd(const Eigen::SparseMatrix<double>& v,
                                                nmf::Index rank, nmf::CounterRandom random) {
    return nmf::detail::truncated_svd(nmf::make_view(v), rank, random);
}
