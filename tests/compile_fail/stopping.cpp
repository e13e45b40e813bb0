// SPDX-License-Identifier: MIT
// What is no stopping rule, and what is no observer.
// clang-format off
#include <optional>

#include <nmf/nmf.hpp>

struct SaysBool {
    using Axis = nmf::axis::Stopping;
    [[nodiscard]] bool check(const nmf::Progress& progress) const { return progress.iteration > 3; }
};

struct SaysStatus {
    using Axis = nmf::axis::Stopping;
    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        if (progress.iteration > 3) return nmf::Status::max_iterations;
        return std::nullopt;
    }
};

void watch(const nmf::Progress&) {}

int main() {
    const Eigen::MatrixXd V = Eigen::MatrixXd::Ones(3, 4);
    const auto small = [](const nmf::Progress& now) { return now.objective < 1; };
    int calls = 0;
#if defined NMF_CASE_own_rule_says_bool  // error: nmf: a stopping rule has std::optional<nmf::Status> check(const nmf::Progress&) const, which returns std::nullopt to go on
    return nmf::factorize(V, 2, SaysBool{}).iterations > 0;  // here
#elif defined NMF_CASE_own_rule_joined  // error: nmf: a stopping rule has std::optional<nmf::Status> check(const nmf::Progress&) const, which returns std::nullopt to go on
    return nmf::factorize(V, 2, SaysBool{} || nmf::MaxIterations{5}).iterations > 0;  // here
#elif defined NMF_CASE_callable_says_bool  // error: nmf: a callable that returns bool may mean two things: write nmf::StopWhen{callable} for a stopping rule (true stops), or return nmf::Signal for an observer (nmf::Signal::cancel stops)
    return nmf::factorize(V, 2, small).iterations > 0;  // here
#elif defined NMF_CASE_callable_joined  // error: nmf: a callable that returns bool may mean two things: write nmf::StopWhen{callable} for a stopping rule (true stops), or return nmf::Signal for an observer (nmf::Signal::cancel stops)
    return nmf::factorize(V, 2, small || nmf::MaxIterations{5}).iterations > 0;  // here
#elif defined NMF_CASE_callable_with_both  // error: nmf: a callable that returns bool may mean two things: write nmf::StopWhen{callable} for a stopping rule (true stops), or return nmf::Signal for an observer (nmf::Signal::cancel stops)
    return nmf::factorize(V, 2, nmf::KktTolerance{} && small).iterations > 0;  // here
#elif defined NMF_CASE_number_joined  // error: nmf: || and && join stopping rules, and this is none; nmf::StopWhen{callable} makes one of a callable bool(const nmf::Progress&)
    return nmf::factorize(V, 2, nmf::KktTolerance{} || 500).iterations > 0;  // here
#elif defined NMF_CASE_stop_when_of_another  // error: nmf: StopWhen takes a callable bool(const nmf::Progress&); a lambda must not be mutable
    const nmf::StopWhen rule{[](double) { return true; }};  // here
    return nmf::factorize(V, 2, rule).iterations > 0;
#elif defined NMF_CASE_only_beside_another  // error: nmf: Only{...} ends the run alone: put the other rules inside, as in nmf::Only{nmf::MaxIterations{100} || nmf::TimeLimit{10}}
    const nmf::Only five{nmf::MaxIterations{5}};
    return nmf::factorize(V, 2, five, nmf::KktTolerance{}).iterations > 0;  // here
#elif defined NMF_CASE_observer_without_argument  // error: nmf: an observer is called with a const nmf::Progress&, and returns nothing or nmf::Signal
    return nmf::factorize(V, 2, [] {}).iterations > 0;  // here
#elif defined NMF_CASE_observer_of_another  // error: nmf: an observer is called with a const nmf::Progress&, and returns nothing or nmf::Signal
    return nmf::factorize(V, 2, [](int) {}).iterations > 0;  // here
#elif defined NMF_CASE_mutable_observer  // error: nmf: a callable is called as a const object; a lambda must not be mutable, but may capture by reference what it changes
    const auto count = [calls](const nmf::Progress&) mutable { ++calls; };
    return nmf::factorize(V, 2, count).iterations > 0;  // here
#elif defined NMF_CASE_observer_says_int  // error: nmf: an observer returns nothing or nmf::Signal; nmf::StopWhen{callable} is a stopping rule
    return nmf::factorize(V, 2, [](const nmf::Progress&) { return 1; }).iterations > 0;  // here
#else
    const auto count = [&](const nmf::Progress&) { ++calls; };
    return nmf::factorize(V, 2, nmf::StopWhen{small} && SaysStatus{}, nmf::TimeLimit{1}, count)
               .iterations +
               nmf::NMF(2, nmf::Only{nmf::MaxIterations{5}}, watch).fit(V).iterations >
           0;
#endif
}
