// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Runs from several starts, of which the best is the result.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <nmf/core/options.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/core/warning.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/loop.hpp>
#include <nmf/run/one_run.hpp>

namespace nmf::detail {

/// The runs that are still on.
template <class Task>
class Race {
public:
    using S = typename Task::View::Scalar;

    Race(const Task& task, const Starts& starts, std::uint64_t seed)
        : task_(task), starts_(starts), seed_(seed) {}

    /// `begin(i, warnings)` makes the FirstPair of start i.
    template <class Begin>
    void run(const Begin& begin) {
        Index last = starts_.count == 1 ? no_limit : starts_.rung;
        for (Index i = 0; i < starts_.count && !ended_by_; ++i) {
            Entrant entrant{i, {}, nullptr};
            StartResult line{.seed = seed_ + static_cast<std::uint64_t>(i)};
            const auto make = [&] {
                FirstPair<S> pair = begin(i, entrant.warnings);
                line.init = pair.init;
                const Index number = i + task_.stage.start(Seed{seed_});
                entrant.run = std::make_unique<OneRun<Task>>(task_, std::move(pair), number);
            };
            if (i == 0) {
                taking_up(task_.stage, make);
                ended_by_ = task_.stage.ended();
            } else if ((ended_by_ = interrupted(make))) {
                break;
            }
            entrants_.push_back(std::move(entrant));
            reached_.push_back(std::move(line));
            go_on(entrants_.back(), last);
        }
        while (entrants_.size() > 1 && !ended_by_) {
            keep((entrants_.size() + 1) / 2);
            last = entrants_.size() == 1 || last > no_limit / 2 ? no_limit : 2 * last;
            for (Entrant& entrant : entrants_) go_on(entrant, last);
        }
        keep(1);
        if (ended_by_) entrants_.front().run->end(*ended_by_);
    }

    /// Sets the result to that of the best.
    void finish(Factorization<S>& fit) {
        Entrant& best = entrants_.front();
        fit.warnings.insert(fit.warnings.end(), best.warnings.begin(), best.warnings.end());
        best.run->finish(fit);
        StartResult& line = reached_[static_cast<std::size_t>(best.number)];
        line.objective = fit.objective;
        fit.seed = line.seed;
        fit.init = line.init;
        fit.starts = std::move(reached_);
    }

private:
    struct Entrant {
        Index number;
        std::vector<Warning> warnings;
        std::unique_ptr<OneRun<Task>> run;
    };

    void go_on(Entrant& entrant, Index last) {
        if (ended_by_) return;
        if (entrant.run->go_on(last)) {
            const Status status = entrant.run->status();
            if (status == Status::cancelled || status == Status::time_limit) ended_by_ = status;
        }
        StartResult& line = reached_[static_cast<std::size_t>(entrant.number)];
        line.iterations = entrant.run->iterations();
        line.objective = entrant.run->objective();
    }

    /// Gives up all but the best. Of equal ones the earlier start is the better.
    void keep(std::size_t count) {
        while (entrants_.size() > count) {
            auto worst = entrants_.begin();
            for (auto each = worst + 1; each != entrants_.end(); ++each) {
                if (each->run->objective() >= worst->run->objective()) worst = each;
            }
            entrants_.erase(worst);
        }
    }

    const Task& task_;
    const Starts& starts_;
    const std::uint64_t seed_;
    std::vector<Entrant> entrants_;
    std::vector<StartResult> reached_;
    std::optional<Status> ended_by_;  ///< Why all starts end before their time.
};

/// Runs from all starts on a view, H first or W first, and sets the result. `task_of` makes the
/// task of an orientation of V.
template <RealScalar S, DataView View, class TaskOf, class Begin>
void run_from_starts(Factorization<S>& fit, const View& view, UpdateOrder order,
                     const TaskOf& task_of, const Starts& starts, Seed seed, const Begin& begin) {
    const auto run = [&](const auto& task) {
        Race race(task, starts, seed.value);
        race.run(begin);
        race.finish(fit);
    };
    if (order == UpdateOrder::hw) {
        run(task_of(view, Side::h));
    } else if constexpr (TransposableView<View>) {
        const auto transposed = view.transposed();
        run(task_of(transposed, Side::w));
    }
}

}  // namespace nmf::detail
