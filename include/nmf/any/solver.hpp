// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A solver chosen when the program runs.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <nmf/acceleration/acceleration.hpp>
#include <nmf/any/names.hpp>
#include <nmf/any/own_solver.hpp>
#include <nmf/loss/frobenius.hpp>
#include <nmf/solvers/als.hpp>
#include <nmf/solvers/anls.hpp>
#include <nmf/solvers/hals.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>

namespace nmf {

/// A solver, from a policy or its name: "hals", "mu", "als", "anls" and "cd". "hals:3" and "mu:3"
/// have so many inner iterations. A solver of your own for normal equations can be put into it too.
/// Each update costs one call more.
///
/// Throws InputError for an unknown name, with the nearest one. In a run it throws InputError for a
/// loss that is not the solver's, or for constraints where it has no update for them.
class AnySolver {
public:
    using Axis = axis::Solver;
    static constexpr std::string_view name = "any";

    AnySolver(const Hals& of) : extrapolation(of.extrapolation), of_(of) {}
    AnySolver(const Als& of) : of_(of) {}
    AnySolver(const Anls& of) : extrapolation(of.extrapolation), of_(of) {}
    AnySolver(const KlCoordinateDescent& of) : of_(of) {}
    AnySolver(const MultiplicativeUpdate& of)
        : positive_extrapolation(of.extrapolation), leaves_zeros(false), joint(of.joint), of_(of) {}

    template <class P>
    requires(!std::same_as<P, AnySolver> && Solver<P> && UpdatesHalfSteps<P, Frobenius, double>)
        AnySolver(const P& of)
        : extrapolation(detail::extrapolation_of(of)),
          positive_extrapolation(detail::positive_extrapolation_of(of)),
          leaves_zeros(detail::leaves_zeros(of)),
          of_(std::make_shared<const detail::OwnSolverOf<P>>(of)) {
        constexpr bool own_schedule = requires { of.acceleration(); };
        static_assert(!own_schedule,
                      "nmf: AnySolver takes no solver with an acceleration of its own; give it to "
                      "factorize as it is");
    }

    AnySolver(std::string_view text) : AnySolver(named(text)) {}
    AnySolver(const char* text) : AnySolver(std::string_view(text)) {}
    AnySolver(const std::string& text) : AnySolver(std::string_view(text)) {}

    /// That of the policy.
    [[nodiscard]] std::string full_name() const {
        const auto* own = std::get_if<Own>(&of_);
        return own != nullptr ? std::string((*own)->name()) : std::string(known_name());
    }

    /// The same with plain steps.
    [[nodiscard]] NMF_COLD AnySolver without_extrapolation() const {
        AnySolver plain(*this);
        plain.extrapolation.enabled = plain.positive_extrapolation.enabled = false;
        const auto still = [](auto& of) {
            if constexpr (requires { of.extrapolation.enabled = false; }) {
                of.extrapolation.enabled = false;
            }
        };
        std::visit(still, plain.of_);
        return plain;
    }

    void check() const { detail::check_choice(of_); }

    template <class P>
    [[nodiscard]] const P* get_if() const {
        return std::get_if<P>(&of_);
    }
    [[nodiscard]] bool is_own() const { return std::holds_alternative<Own>(of_); }

    /// Whether it takes entries of any sign.
    [[nodiscard]] bool takes_any_sign() const {
        const auto* own = std::get_if<Own>(&of_);
        return own != nullptr ? (*own)->any_sign()
                              : get_if<Hals>() || get_if<Als>() || get_if<Anls>();
    }

    Extrapolation extrapolation{.enabled = false};
    PositiveExtrapolation positive_extrapolation{.enabled = false};
    bool leaves_zeros = true;
    bool joint = false;  ///< See MultiplicativeUpdate.

    template <RealScalar S>
    struct Workspace {
        Hals::Workspace<S> hals;
        MultiplicativeUpdate::Workspace<S> mu;
        Als::Workspace<S> als;
        Anls::Workspace<S> anls;
        KlCoordinateDescent::Workspace<S> cd;
        std::shared_ptr<void> own;
    };

    template <RealScalar S, class Region>
    void update(const NormalEquations<S, Region>& eq, Factor<S>& x, Workspace<S>& work) const {
        if (const auto* hals = get_if<Hals>()) return hals->update(eq, x, work.hals);
        if (const auto* mu = get_if<MultiplicativeUpdate>()) return mu->update(eq, x, work.mu);
        if (const auto* als = get_if<Als>()) return als->update(eq, x, work.als);
        if (const auto* anls = get_if<Anls>()) return anls->update(eq, x, work.anls);
        if (const auto* own = std::get_if<Own>(&of_)) return (*own)->update(eq, x, work.own);
        refuse("frobenius");
    }

    template <RealScalar S, class Region>
    void update(MultiplicativeStep<S, Region>& step, Factor<S>& x, Workspace<S>& work) const {
        if (const auto* mu = get_if<MultiplicativeUpdate>()) return mu->update(step, x, work.mu);
        refuse("this loss");
    }

    /// "mu" is an opening that never ends.
    template <RealScalar S, class Region>
    void update(EntryColumn<S, Region>& column, Factor<S>& x, Workspace<S>& work) const {
        if (const auto* cd = get_if<KlCoordinateDescent>()) return cd->update(column, x, work.cd);
        if (get_if<MultiplicativeUpdate>() == nullptr) refuse("kl");
    }

    using Opening = MultiplicativeUpdate;
    [[nodiscard]] Opening opening() const {
        const auto* mu = get_if<MultiplicativeUpdate>();
        return mu != nullptr ? *mu : Opening{};
    }
    [[nodiscard]] Index opening_iterations() const {
        if (get_if<MultiplicativeUpdate>() != nullptr) return detail::opening_without_end;
        const auto* cd = get_if<KlCoordinateDescent>();
        return cd != nullptr ? cd->opening_iterations() : 0;
    }

private:
    using Own = std::shared_ptr<const detail::OwnSolver>;
    using Choice = std::variant<Hals, MultiplicativeUpdate, Als, Anls, KlCoordinateDescent, Own>;

    [[nodiscard]] std::string_view known_name() const {
        return std::visit(
            [](const auto& of) -> std::string_view {
                if constexpr (requires { of.name; }) return of.name;
                return {};
            },
            of_);
    }

    [[noreturn]] NMF_COLD void refuse(std::string_view loss) const {
        detail::throw_input_error({"the solver '", full_name(), "' does not go with ", loss});
    }

    [[nodiscard]] NMF_COLD static AnySolver named(std::string_view text) {
        const detail::NameAndParameter given(text);
        const auto count = inner_iterations(given, text);
        if (given.name == "hals") return Hals{.inner_iterations = count.value_or(0)};
        if (given.name == "mu") {
            MultiplicativeUpdate mu;
            mu.inner_iterations = count.value_or(mu.inner_iterations);
            return mu;
        }
        if (given.name == "als") return Als{};
        if (given.name == "anls") return Anls{};
        if (given.name == "cd") return KlCoordinateDescent{};
        detail::throw_unknown_name("solver", given.name, {"hals", "mu", "als", "anls", "cd"});
    }

    [[nodiscard]] static std::optional<Index> inner_iterations(
        const detail::NameAndParameter& given, std::string_view text) {
        if (!given.has_parameter) return std::nullopt;
        if (given.name == "als" || given.name == "anls" || given.name == "cd") {
            given.refuse_parameter();
        }
        const auto number = detail::number_in(given.parameter);
        constexpr double most = 1e9;
        if (number && *number >= 1 && *number <= most) {
            const auto count = static_cast<Index>(*number);
            if (static_cast<double>(count) == *number) return count;
        }
        detail::throw_input_error({"the solver '", text,
                                   "' has no whole number >= 1 of inner iterations after the "
                                   "colon: hals:3 has 3"});
    }

    Choice of_;
};

static_assert(Solver<AnySolver>);

}  // namespace nmf
