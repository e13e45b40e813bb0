// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Blocks of columns that a callable fills.

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <nmf/core/interrupt.hpp>
#include <nmf/core/types.hpp>
#include <nmf/machine/memory.hpp>

namespace nmf {

/// How the callable of a streamed view is called: by one thread at a time, or by several at once.
enum class Calls { one_at_a_time, concurrent };

namespace detail {

/// Has columns of V read into rooms of its own, one for each block that is at hand. A block belongs
/// to the thread that asked for it. Any number of threads and runs may ask at the same time. Keeps
/// its rooms.
template <RealScalar S, class Read>
class BlockReader {
public:
    /// Blocks have at most `most` columns. Behind the last one come `slack` numbers that may be
    /// read.
    BlockReader(Read read, Index rows, Index most, Index slack, Calls calls)
        : read_(std::move(read)), rows_(rows), most_(most), slack_(slack), calls_(calls) {}

    /// Takes memory for so many threads, so that none has to later.
    void reserve(int threads) {
        const std::lock_guard lock(slots_mutex_);
        while (std::ssize(slots_) < threads) slots_.push_back(make_slot());
    }

    /// Calls f(columns), where columns first .. first + cols - 1 lie side by side. They are read
    /// unless this thread has them at hand. `unset` is what is there before they are read.
    template <class F>
    void with(Index first, Index cols, const F& f, const S* unset = nullptr) {
        if (const S* const at = find(first, cols)) return f(at);
        const Lease lease(*this);
        S* const room = lease.slot.room.get();
        if (unset != nullptr) std::fill_n(room, rows_ * cols, *unset);
        read(first, cols, room);
        lease.hold(first, cols);
        f(static_cast<const S*>(room));
    }

private:
    struct Slot {
        std::shared_ptr<S> room;
        std::thread::id owner;
        bool taken = false;
        Index first = 0;
        Index cols = 0;
    };

    /// A slot of this thread's.
    struct Lease {
        explicit Lease(BlockReader& reader) : of(reader), slot(reader.take()) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() {
            const std::lock_guard lock(of.slots_mutex_);
            slot.cols = 0;
            slot.taken = false;
        }
        void hold(Index first, Index cols) const {
            const std::lock_guard lock(of.slots_mutex_);
            slot.owner = std::this_thread::get_id();
            slot.first = first;
            slot.cols = cols;
        }
        BlockReader& of;
        Slot& slot;
    };

    [[nodiscard]] const S* find(Index first, Index cols) {
        const auto thread = std::this_thread::get_id();
        const std::lock_guard lock(slots_mutex_);
        for (const auto& slot : slots_) {
            const bool whole = slot->first <= first && first + cols <= slot->first + slot->cols;
            if (slot->cols > 0 && whole && slot->owner == thread) {
                return slot->room.get() + (first - slot->first) * rows_;
            }
        }
        return nullptr;
    }

    [[nodiscard]] Slot& take() {
        const std::lock_guard lock(slots_mutex_);
        for (const auto& slot : slots_) {
            if (slot->taken) continue;
            slot->taken = true;
            return *slot;
        }
        slots_.push_back(make_slot());
        slots_.back()->taken = true;
        return *slots_.back();
    }

    [[nodiscard]] std::unique_ptr<Slot> make_slot() const {
        auto slot = std::make_unique<Slot>();
        slot->room = make_room<S>(rows_ * most_ + slack_);
        std::fill_n(slot->room.get(), rows_ * most_ + slack_, S(1));
        return slot;
    }

    void read(Index first, Index cols, S* to) {
        Eigen::Map<Matrix<S>> columns(to, rows_, cols);
        if (calls_ == Calls::concurrent) {
            check_interrupt();
            read_(first, cols, columns);
            return;
        }
        const std::lock_guard lock(reading_);
        check_interrupt();
        read_(first, cols, columns);
    }

    Read read_;
    Index rows_;
    Index most_;
    Index slack_;
    Calls calls_;
    std::mutex reading_;
    std::mutex slots_mutex_;
    std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace detail
}  // namespace nmf
