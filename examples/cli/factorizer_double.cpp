// SPDX-License-Identifier: MIT
#include "factorizer_impl.hpp"

namespace cli {

template Outcome<double> factorize(const io::Dense<double>&, const Options&,
                                   const CustomStart<double>&, const ChosenEntries<double>&,
                                   const Course&);
template Outcome<double> factorize(const io::Sparse<double>&, const Options&,
                                   const CustomStart<double>&, const ChosenEntries<double>&,
                                   const Course&);

}  // namespace cli
