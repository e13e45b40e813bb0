// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A loss chosen when the program runs.

#include <cmath>
#include <string>
#include <string_view>

#include <nmf/any/names.hpp>
#include <nmf/loss/beta_divergence.hpp>
#include <nmf/loss/frobenius.hpp>

namespace nmf {

/// One of the library's losses, from a policy or its name: "frobenius", "kl", "is", and "beta:0.5"
/// or "0.5" for the beta-divergence of that power. The long names "kullback-leibler" and
/// "itakura-saito" are known too.
///
/// Throws InputError for an unknown name, with the nearest one, and for a power out of range.
///
/// As a policy of factorize(V, rank, ...) it is a beta-divergence, also for the power 2 of
/// "frobenius", by MultiplicativeUpdate; in nmf::Options "frobenius" is least squares.
class AnyLoss : public detail::BetaFamily<AnyLoss> {
public:
    static constexpr std::string_view name = "any";

    AnyLoss(Frobenius /*loss*/ = {}) : beta(2), least_squares_(true) {}
    AnyLoss(KullbackLeibler /*loss*/) {}
    AnyLoss(ItakuraSaito /*loss*/) : beta(0) {}
    AnyLoss(BetaDivergence loss) : beta(loss.beta) { check(); }
    AnyLoss(std::string_view text) { read(text); }
    AnyLoss(const char* text) : AnyLoss(std::string_view(text)) {}
    AnyLoss(const std::string& text) : AnyLoss(std::string_view(text)) {}

    /// That of the policy.
    [[nodiscard]] std::string full_name() const {
        if (least_squares_) return std::string(Frobenius::name);
        if (beta == 1) return std::string(KullbackLeibler::name);
        if (beta == 0) return std::string(ItakuraSaito::name);
        return BetaDivergence(beta).full_name();
    }

    [[nodiscard]] bool is_least_squares() const { return least_squares_; }

    void check() const { BetaDivergence{beta}.check(); }

    double beta = 1;  ///< 2 for least squares.

private:
    NMF_COLD void read(std::string_view text) {
        const detail::NameAndParameter given(text);
        const auto is = [&](std::string_view a, std::string_view b) {
            return given.name == a || given.name == b;
        };
        if (given.name == BetaDivergence::name) return read_beta(given.parameter, text);
        if (const auto power = detail::number_in(text)) return read_beta(text, text);
        least_squares_ = given.name == Frobenius::name;
        const bool kl = is(KullbackLeibler::name, "kullback-leibler");
        if (least_squares_ || kl || is(ItakuraSaito::name, "itakura-saito")) {
            given.refuse_parameter();
            beta = least_squares_ ? 2 : kl ? 1 : 0;
            return;
        }
        detail::throw_unknown_name("loss", given.name, {"frobenius", "kl", "is", "beta:NUMBER"});
    }

    void read_beta(std::string_view number, std::string_view text) {
        const auto power = detail::number_in(number);
        if (!power || !std::isfinite(*power)) {
            detail::throw_input_error({"the loss '", text, "' has no number: beta:0.5 is one"});
        }
        beta = *power;
        check();
    }

    bool least_squares_ = false;
};

static_assert(SeparableLoss<AnyLoss>);

}  // namespace nmf
