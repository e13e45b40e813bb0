// SPDX-License-Identifier: MIT
#include "interrupts.hpp"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>

namespace cli {
namespace {

volatile std::sig_atomic_t caught = 0;

void on_signal(int signal) {
    caught = signal;
    std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupts::Interrupts() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    watcher_ = std::jthread([source = source_](const std::stop_token& end) mutable {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any never;
        while (!end.stop_requested() && caught == 0) {
            never.wait_for(lock, end, std::chrono::milliseconds(50), [] { return caught != 0; });
        }
        if (caught != 0) source.request_stop();
    });
}

int Interrupts::signal() { return caught; }

}  // namespace cli
