// SPDX-License-Identifier: MIT
#include "factorizer_impl.hpp"

namespace cli {

template Outcome<float> factorize(const io::Dense<float>&, const Options&,
                                  const CustomStart<float>&, const ChosenEntries<float>&,
                                  const Course&);
template Outcome<float> factorize(const io::Sparse<float>&, const Options&,
                                  const CustomStart<float>&, const ChosenEntries<float>&,
                                  const Course&);

}  // namespace cli
