// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// All initialisations behind one policy, chosen at run time.

#include <string>
#include <variant>
#include <vector>

#include <nmf/data/view.hpp>
#include <nmf/init/anchor_words.hpp>
#include <nmf/init/custom.hpp>
#include <nmf/init/nndsvd.hpp>
#include <nmf/init/random.hpp>
#include <nmf/init/random_columns.hpp>
#include <nmf/init/spa.hpp>

struct AnyInit {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "any";

    using Choice = std::variant<nmf::RandomInit, nmf::Nndsvd, nmf::RandomColumns, nmf::Spa,
                                nmf::AnchorWords, nmf::CustomInit<double>>;

    template <class P>
    requires std::constructible_from<Choice, const P&> AnyInit(const P& from) : choice(from) {
        if constexpr (requires { from.rescale; }) rescale = from.rescale;
    }

    /// For the views of plain dense and sparse matrices.
    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View& view, const nmf::Summary& sums, nmf::CounterRandom random,
               nmf::Factor<S>& w, nmf::Factor<S>& h) const;

    void check() const {
        std::visit([](const auto& of) { nmf::detail::check_parameters(of); }, choice);
    }

    Choice choice;
    bool rescale = true;
};

struct NamedInit {
    std::string name;
    AnyInit init;
};

/// The leading singular triplets of V, as Nndsvd computes them.
nmf::detail::TruncatedSvd<double> truncated_svd(const nmf::Matrix<double>& v, nmf::Index rank,
                                                nmf::CounterRandom random);
nmf::detail::TruncatedSvd<double> truncated_svd(const Eigen::SparseMatrix<double>& v,
                                                nmf::Index rank, nmf::CounterRandom random);

/// The initialisations that need no factors of the user's.
std::vector<NamedInit> all_inits();
