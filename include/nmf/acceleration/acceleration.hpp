// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The extrapolation of a run, behind one interface.

#include <concepts>
#include <memory>
#include <type_traits>

#include <nmf/acceleration/concept.hpp>
#include <nmf/acceleration/extrapolation.hpp>
#include <nmf/acceleration/positive_extrapolation.hpp>
#include <nmf/core/compiler.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

/// A schedule of the user's own, whatever its type.
class OwnSchedule {
public:
    virtual ~OwnSchedule() = default;
    [[nodiscard]] virtual std::unique_ptr<OwnSchedule> copy() const = 0;
    [[nodiscard]] virtual Pace next() = 0;
    virtual void accept() = 0;
    virtual void reject() = 0;
    virtual void begin_again() = 0;
};

template <AccelerationSchedule A>
class OwnScheduleOf final : public OwnSchedule {
public:
    explicit OwnScheduleOf(const A& schedule) : first_(schedule), now_(schedule) {}
    [[nodiscard]] std::unique_ptr<OwnSchedule> copy() const override {
        return std::make_unique<OwnScheduleOf>(*this);
    }
    [[nodiscard]] Pace next() override { return now_.next(); }
    void accept() override { now_.accept(); }
    void reject() override { now_.reject(); }
    void begin_again() override { now_ = first_; }

private:
    A first_;
    A now_;
};

/// The extrapolation schedule of a solver: Extrapolation, PositiveExtrapolation, one of the user's
/// own, or none.
class Acceleration {
public:
    Acceleration(const Extrapolation& ahead, const PositiveExtrapolation& start)
        : goes_ahead_(ahead.enabled),
          starts_ahead_(start.enabled),
          momentum_(ahead),
          growth_(start) {}

    template <class A>
    requires(!std::same_as<A, Acceleration> &&
             AccelerationSchedule<A>) explicit Acceleration(const A& own)
        : goes_ahead_(A::goes_ahead),
          starts_ahead_(!A::goes_ahead),
          momentum_({}),
          growth_({}),
          own_(std::make_unique<OwnScheduleOf<A>>(own)) {}

    Acceleration(const Acceleration& other) : Acceleration({}, {}) { *this = other; }
    Acceleration(Acceleration&&) = default;
    NMF_COLD Acceleration& operator=(const Acceleration& other) {
        if (this == &other) return *this;
        goes_ahead_ = other.goes_ahead_;
        starts_ahead_ = other.starts_ahead_;
        momentum_ = other.momentum_;
        growth_ = other.growth_;
        resting_ = other.resting_;
        own_ = other.own_ ? other.own_->copy() : nullptr;
        return *this;
    }
    Acceleration& operator=(Acceleration&&) = default;
    ~Acceleration() = default;

    /// The result of a half-step is extrapolated.
    [[nodiscard]] bool goes_ahead() const { return goes_ahead_; }

    /// The point that a half-step starts from is extrapolated.
    [[nodiscard]] bool starts_ahead() const { return starts_ahead_; }

    /// The pace of the next iteration.
    [[nodiscard]] Pace next() {
        if (resting_ > 0) return {};
        if (own_) return own_->next();
        return goes_ahead_ ? Pace{momentum_.beta(), {}} : Pace{0, growth_.next()};
    }

    /// Records whether the pair of the iteration was accepted or taken back.
    void accept() {
        if (resting_ > 0) {
            --resting_;
        } else if (own_) {
            own_->accept();
        } else {
            momentum_.accept();
        }
    }
    void reject() {
        if (resting_ > 0) return;
        if (own_) return own_->reject();
        goes_ahead_ ? momentum_.reject() : growth_.restart();
    }

    /// Some steps without extrapolation; then the schedule starts again.
    void rest(Index steps) {
        momentum_.begin_again();
        if (own_) own_->begin_again();
        resting_ = steps;
    }
    [[nodiscard]] bool resting() const { return resting_ > 0; }

private:
    bool goes_ahead_;
    bool starts_ahead_;
    Momentum momentum_;
    PositiveMomentum growth_;
    Index resting_ = 0;
    std::unique_ptr<OwnSchedule> own_;
};

/// The schedule of a solver. `allowed` tells whether the problem allows PositiveExtrapolation.
template <class Solver>
[[nodiscard]] Acceleration acceleration_of(const Solver& solver, bool allowed) {
    if constexpr (requires { solver.acceleration(); }) {
        const auto own = solver.acceleration();
        static_assert(AccelerationSchedule<std::decay_t<decltype(own)>>,
                      "nmf: the acceleration() of a solver returns a schedule with a static bool "
                      "goes_ahead, nmf::Pace next(), void accept() and void reject()");
        if (allowed || own.goes_ahead) return Acceleration(own);
        return Acceleration({.enabled = false}, {.enabled = false});
    } else {
        PositiveExtrapolation start = positive_extrapolation_of(solver);
        start.enabled = start.enabled && allowed;
        return {extrapolation_of(solver), start};
    }
}

/// Whether the results of a solver's half-steps are extrapolated.
template <class Solver>
[[nodiscard]] bool goes_ahead(const Solver& solver) {
    if constexpr (requires { solver.acceleration(); }) {
        return solver.acceleration().goes_ahead;
    } else {
        return extrapolation_of(solver).enabled;
    }
}

}  // namespace nmf::detail
