// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A solver of the user's behind virtual calls.

#include <memory>
#include <string_view>

#include <nmf/core/errors.hpp>
#include <nmf/solvers/concept.hpp>

namespace nmf::detail {

/// Updates on normal equations. `work` is the solver's workspace, null before the first update.
class OwnSolver {
public:
    virtual ~OwnSolver() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual bool any_sign() const = 0;
    virtual void check() const = 0;

    using Work = std::shared_ptr<void>;
    virtual void update(const NormalEquations<float>& eq, Factor<float>& x, Work& work) const = 0;
    virtual void update(const NormalEquations<double>& eq, Factor<double>& x, Work& work) const = 0;
    virtual void update(const NormalEquations<float, Box<float>>& eq, Factor<float>& x,
                        Work& work) const = 0;
    virtual void update(const NormalEquations<double, Box<double>>& eq, Factor<double>& x,
                        Work& work) const = 0;
};

template <class P>
class OwnSolverOf final : public OwnSolver {
public:
    explicit OwnSolverOf(const P& of) : of_(of) {}

    [[nodiscard]] std::string_view name() const override { return P::name; }
    [[nodiscard]] bool any_sign() const override { return takes_any_sign<P>; }
    void check() const override { check_parameters(of_); }

    void update(const NormalEquations<float>& eq, Factor<float>& x, Work& work) const override {
        run(eq, x, work);
    }
    void update(const NormalEquations<double>& eq, Factor<double>& x, Work& work) const override {
        run(eq, x, work);
    }
    void update(const NormalEquations<float, Box<float>>& eq, Factor<float>& x,
                Work& work) const override {
        run(eq, x, work);
    }
    void update(const NormalEquations<double, Box<double>>& eq, Factor<double>& x,
                Work& work) const override {
        run(eq, x, work);
    }

private:
    template <RealScalar S, class Region>
    void run(const NormalEquations<S, Region>& eq, Factor<S>& x, Work& work) const {
        using Workspace = typename P::template Workspace<S>;
        if (work == nullptr) work = std::make_shared<Workspace>();
        auto& room = *static_cast<Workspace*>(work.get());
        if constexpr (requires { of_.update(eq, x, room); }) {
            of_.update(eq, x, room);
        } else {
            throw_input_error({"the solver '", P::name, "' does not heed constraints"});
        }
    }

    P of_;
};

}  // namespace nmf::detail
