// SPDX-License-Identifier: MIT
// Policies of the user's without a member that they need.
// clang-format off
#include <string_view>

#include <nmf/nmf.hpp>

#ifdef NMF_CASE_solver_without_workspace  // error: nmf: a solver has template <nmf::RealScalar S> struct Workspace, its scratch memory, which may be empty
#define NO_WORKSPACE
#elif defined NMF_CASE_solver_without_update  // error: nmf: a solver for Frobenius has void update(const nmf::NormalEquations<S>&, nmf::Factor<S>&, Workspace<S>&) const for S = float and double
#define NO_UPDATE
#elif defined NMF_CASE_init_without_start  // error: nmf: an init has template <nmf::DataView View, class S> void start(const View&, const nmf::Summary&, nmf::CounterRandom, nmf::Factor<S>& wt, nmf::Factor<S>& h) const
#define NO_START
#elif defined NMF_CASE_penalty_without_value  // error: nmf: a penalty has double value(nmf::Side, const nmf::Factor<S>&) const for S = float and double
#define NO_VALUE
#elif defined NMF_CASE_penalty_without_add_to  // error: nmf: a penalty has void add_to(const nmf::PenaltyPlace<S>&, nmf::PenaltyTerms&) const for S = float and double
#define NO_ADD_TO
#elif defined NMF_CASE_constraint_without_bound  // error: nmf: a constraint has void bound(nmf::Side, nmf::Bounds<S>&) const for S = float and double
#define NO_BOUND
#elif defined NMF_CASE_constraint_without_name  // error: nmf: a constraint has static constexpr std::string_view name
#define NO_NAME_OF_CONSTRAINT
#elif defined NMF_CASE_solver_without_region  // error: nmf: a solver that heeds constraints has update for any Region, as in template <nmf::RealScalar S, class Region> void update(const nmf::NormalEquations<S, Region>&, nmf::Factor<S>&, Workspace<S>&) const
#define NO_REGION
#elif defined NMF_CASE_loss_without_entry  // error: nmf: a loss has double entry(double v, double y) const, the cost of modelling v by y
#define NO_ENTRY
#elif defined NMF_CASE_loss_without_split  // error: nmf: a loss has void split(v, y, p, q) const on Eigen arrays of float and of double, which sets p, q >= 0 so that the derivative by y is q - p
#define NO_SPLIT
#elif defined NMF_CASE_loss_without_exponent  // error: nmf: a loss has double exponent(bool with_l2) const, the power of p / q that makes a multiplicative update
#define NO_EXPONENT
#elif defined NMF_CASE_loss_without_half_step  // error: nmf: a loss has template <nmf::RealScalar S> using HalfStep = nmf::MultiplicativeStep<S>
#define NO_HALF_STEP
#elif defined NMF_CASE_loss_without_name  // error: nmf: a loss has static constexpr std::string_view name
#define NO_NAME
#endif

struct Idle {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "idle";

#ifndef NO_WORKSPACE
    template <class S>
    struct Workspace {};
#ifndef NO_UPDATE
    template <class S>
    void update(const nmf::NormalEquations<S>&, nmf::Factor<S>&, Workspace<S>&) const {}
#endif
#endif
};

struct AllOnes {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "all ones";

#ifndef NO_START
    template <nmf::DataView View, class S>
    void start(const View&, const nmf::Summary&, nmf::CounterRandom, nmf::Factor<S>& wt,
               nmf::Factor<S>& h) const {
        wt.matrix().setOnes();
        h.matrix().setOnes();
    }
#endif
};

struct Nothing {
    using Axis = nmf::axis::Penalty;
    static constexpr std::string_view name = "nothing";

#ifndef NO_VALUE
    template <class S>
    [[nodiscard]] double value(nmf::Side, const nmf::Factor<S>&) const {
        return 0;
    }
#endif
#ifndef NO_ADD_TO
    template <class S>
    void add_to(const nmf::PenaltyPlace<S>&, nmf::PenaltyTerms&) const {}
#endif
};

struct Bounded {
    using Axis = nmf::axis::Constraint;
#ifndef NO_NAME_OF_CONSTRAINT
    static constexpr std::string_view name = "bounded";
#endif
#ifndef NO_BOUND
    template <class S>
    void bound(nmf::Side, nmf::Bounds<S>&) const {}
#endif
};

struct Hellinger {
    using Axis = nmf::axis::Loss;
#ifndef NO_NAME
    static constexpr std::string_view name = "hellinger";
#endif
#ifndef NO_HALF_STEP
    template <nmf::RealScalar S>
    using HalfStep = nmf::MultiplicativeStep<S>;
#endif
#ifndef NO_ENTRY
    [[nodiscard]] double entry(double v, double y) const { return v > y ? v - y : y - v; }
#endif
#ifndef NO_SPLIT
    template <class V, class Y, class P, class Q>
    void split(const V& v, const Y& y, P& p, Q& q) const {
        p = (v / y).sqrt();
        q.setOnes();
    }
#endif
#ifndef NO_EXPONENT
    [[nodiscard]] double exponent(bool with_l2) const { return with_l2 ? 1.0 : 2.0; }
#endif
};


int main() {
    const Eigen::MatrixXd V = Eigen::MatrixXd::Ones(3, 4);
#if defined NO_WORKSPACE || defined NO_UPDATE
    return nmf::factorize(V, 2, Idle{}).iterations > 0;  // here solver_without_workspace solver_without_update
#elif defined NO_START
    return nmf::factorize(V, 2, AllOnes{}).iterations > 0;  // here init_without_start
#elif defined NO_VALUE || defined NO_ADD_TO
    return nmf::factorize(V, 2, Nothing{}).iterations > 0;  // here penalty_without_value penalty_without_add_to
#elif defined NO_BOUND || defined NO_NAME_OF_CONSTRAINT
    return nmf::factorize(V, 2, Bounded{}).iterations > 0;  // here constraint_without_bound constraint_without_name
#elif defined NO_REGION
    return nmf::factorize(V, 2, Idle{}, Bounded{}).iterations > 0;  // here solver_without_region
#else
    const auto own = nmf::factorize(V, 2, Idle{}, AllOnes{}, Nothing{});
    return own.iterations + nmf::factorize(V, 2, Hellinger{}).iterations > 0;  // here loss_without_entry loss_without_split loss_without_exponent loss_without_half_step loss_without_name
#endif
}
