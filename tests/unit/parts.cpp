// SPDX-License-Identifier: MIT
//
// A V whose columns are spread over parts: one run for each, in step, is a run on the whole.

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/fit_with.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;

namespace {

constexpr Index rank = 4;
constexpr std::size_t parts = 2;

/// Adds up numbers of all parts, each of which comes from a thread of its own. A part that has left
/// is not waited for.
class Team {
public:
    void add_up(std::size_t part, std::span<double> sums) {
        given_[part].assign(sums.begin(), sums.end());
        ++calls_[part];
        all_there_.arrive_and_wait();
        std::fill(sums.begin(), sums.end(), 0.0);
        for (const std::vector<double>& given : given_) {
            if (given.size() != sums.size()) in_step_ = false;
            for (std::size_t at = 0; at < std::min(sums.size(), given.size()); ++at) {
                sums[at] += given[at];
            }
        }
        all_there_.arrive_and_wait();
    }

    void leave(std::size_t part) {
        given_[part].clear();
        all_there_.arrive_and_drop();
    }

    /// All parts have always asked for the same.
    [[nodiscard]] bool in_step() const { return in_step_ && calls_[0] == calls_[1]; }

private:
    std::array<std::vector<double>, parts> given_;
    std::array<int, parts> calls_{};
    std::atomic<bool> in_step_ = true;
    std::barrier<> all_there_{static_cast<std::ptrdiff_t>(parts)};
};

using Whole = decltype(nmf::make_view(std::declval<const Matrix<double>&>()));

/// Some columns of a V, or with `Turned` the same columns as rows of V'.
template <bool Turned>
class Part {
    using Inner = std::conditional_t<Turned, decltype(std::declval<Whole>().transposed()), Whole>;

public:
    using Scalar = double;
    static constexpr bool weighted = false;
    static constexpr Index block_size = Inner::block_size;

    Part(Inner inner, Team& team, std::size_t number, nmf::Extent extent)
        : inner_(std::move(inner)), team_(&team), number_(number), extent_(extent) {}

    [[nodiscard]] Index rows() const { return inner_.rows(); }
    [[nodiscard]] Index cols() const { return inner_.cols(); }
    [[nodiscard]] double stored() const {
        return static_cast<double>(Turned ? cols() : rows()) * static_cast<double>(extent_.total);
    }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }
    [[nodiscard]] auto transposed() const {
        return Part<!Turned>(inner_.transposed(), *team_, number_, extent_);
    }

    /// The columns of V are spread: of V itself these are columns, of V' rows.
    void reduce(std::span<double> sums) const requires(!Turned) { team_->add_up(number_, sums); }
    void reduce_rows(std::span<double> sums) const requires Turned { team_->add_up(number_, sums); }
    [[nodiscard]] nmf::Extent column_extent() const {
        return Turned ? nmf::Extent{0, cols()} : extent_;
    }

    [[nodiscard]] nmf::Summary summary() const {
        nmf::Summary sums = inner_.summary();
        team_->add_up(number_, {&sums.sum, 1});
        team_->add_up(number_, {&sums.squared_norm, 1});
        return sums;
    }
    void product(const Factor<double>& a, Factor<double>& c) const {
        inner_.product(a, c);
        complete(c);
    }
    [[nodiscard]] double squared_residual(const Factor<double>& a, const Factor<double>& x,
                                          double square, nmf::detail::Scratch<double>& room) const {
        double sum = inner_.squared_residual(a, x, square, room);
        team_->add_up(number_, {&sum, 1});
        return sum;
    }
    template <class F>
    void for_each_block(const F& f) const {
        inner_.for_each_block(f);
    }
    template <class F>
    void visit(Index j, const F& f) const {
        inner_.visit(j, f);
    }

    /// The whole product at once, of which blocks are copied.
    class Products {
    public:
        Products(const Part& part, Index k) : part_(part), product_(k, part.cols()) {}
        void begin(const Factor<double>& a) { part_.product(a, product_); }
        void operator()(Index first, Index cols, double* c) const {
            const Index stride = product_.stride();
            std::copy_n(product_.data() + first * stride, cols * stride, c);
        }

    private:
        const Part& part_;
        Factor<double> product_;
    };
    [[nodiscard]] Products products(Index k) const { return {*this, k}; }

private:
    void complete(Factor<double>& c) const {
        if (!Turned) return;
        team_->add_up(number_, {c.data(), static_cast<std::size_t>(c.stride() * c.cols())});
    }

    Inner inner_;
    Team* team_;
    std::size_t number_;
    nmf::Extent extent_;
};

static_assert(nmf::DataView<Part<false>>);
static_assert(nmf::DataView<Part<true>>);
static_assert(nmf::detail::has_part<Part<false>> && nmf::detail::has_part<Part<true>>);
static_assert(!nmf::detail::has_part<Whole>);

struct Leaving {
    Team& team;
    std::size_t part;
    Leaving(Team& of, std::size_t number) : team(of), part(number) {}
    Leaving(const Leaving&) = delete;
    Leaving& operator=(const Leaving&) = delete;
    ~Leaving() { team.leave(part); }
};

constexpr std::array<Index, parts + 1> begin{0, 23, 60};

auto columns_of(const Matrix<double>& of, std::size_t part) {
    return of.middleCols(begin[part], begin[part + 1] - begin[part]);
}

/// What run(view) makes of each part of V, all in step.
template <class Run>
auto on_parts(const Matrix<double>& v, const Run& run) {
    Team team;
    std::array<std::optional<decltype(run(std::declval<const Part<false>&>()))>, parts> results;
    std::array<std::exception_ptr, parts> failed;
    std::vector<std::thread> threads;
    for (std::size_t part = 0; part < parts; ++part) {
        threads.emplace_back([&, part] {
            const Leaving leaving{team, part};
            try {
                const Matrix<double> of_part = columns_of(v, part);
                const Part<false> view(nmf::make_view(of_part), team, part,
                                       {begin[part], begin[parts]});
                results[part] = run(view);
            } catch (...) {
                failed[part] = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& failure : failed) {
        if (failure != nullptr) std::rethrow_exception(failure);
    }
    REQUIRE(team.in_step());
    return results;
}

template <class... Ps>
void check_parts(const Matrix<double>& v, const Ps&... policies) {
    const nmf::MaxIterations stop{30};
    const auto whole = nmf::factorize(v, rank, policies..., stop);
    const auto fits = on_parts(
        v, [&](const auto& view) { return nmf::factorize(view, rank, policies..., stop); });
    CHECK(fits[0]->W == fits[1]->W);
    for (std::size_t part = 0; part < parts; ++part) {
        const auto& fit = *fits[part];
        CHECK(fit.iterations == whole.iterations);
        CHECK(fit.steps_taken_back == whole.steps_taken_back);
        CHECK(fit.warnings == whole.warnings);
        CHECK_THAT(fit.objective, WithinRel(whole.objective, 1e-9));
        CHECK_THAT(fit.kkt_residual, WithinRel(whole.kkt_residual, 1e-5));
        CHECK((fit.W - whole.W).norm() <= 1e-8 * whole.W.norm());
        CHECK((fit.H - columns_of(whole.H, part)).norm() <= 1e-8 * whole.H.norm());
    }
}

/// W of a fit stays.
template <class... Ps>
void check_transform(const Matrix<double>& v, const Matrix<double>& w, const Ps&... policies) {
    const auto fit = fit_with<double>(w, nmf::Frobenius{}, {}, {nmf::L1{0, 0.1}, {}});
    const auto whole = fit.transform(v, policies...);
    const auto found =
        on_parts(v, [&](const auto& view) { return fit.transform(view, policies...); });
    for (std::size_t part = 0; part < parts; ++part) {
        CHECK(found[part]->status == whole.status);
        CHECK_THAT(found[part]->objective, WithinRel(whole.objective, 1e-9));
        CHECK_THAT(found[part]->relative_error, WithinRel(whole.relative_error, 1e-9));
        CHECK(found[part]->kkt_residual == found[0]->kkt_residual);
        CHECK(found[part]->kkt_residual <= std::max(1e-9, 2 * whole.kkt_residual));
        CHECK((*found[part] - columns_of(whole, part)).norm() <= 1e-8 * whole.norm());
    }
}

}  // namespace

TEST_CASE("Runs on the parts of a V, in step, are a run on the whole") {
    const Matrix<double> v = uniform(1, 45, rank) * uniform(2, rank, 60) + 0.3 * uniform(3, 45, 60);
    const nmf::Hals one_sweep{.inner_iterations = 1};
    check_parts(v, one_sweep);
    check_parts(v, nmf::Hals{});
    check_parts(v, one_sweep, nmf::UpdateOrder::wh);
    check_parts(v, one_sweep, nmf::Nndsvd{});
    check_parts(v, nmf::Anls{}, nmf::L1{.w = 0.1, .h = 0.2}, nmf::L2{.w = 0.1, .h = 0.1});
    check_parts(v, nmf::Anls{}, nmf::CountScaledL2{.w = 0.01, .h = 0.01});
    check_parts(v, nmf::MultiplicativeUpdate{}, nmf::RandomColumns{});
    check_parts(v, nmf::MultiplicativeUpdate{}, nmf::Nndsvd{});
    check_parts(v, one_sweep, nmf::Spa{});
    check_parts(v, one_sweep, nmf::Spa{.least_mass = 1}, nmf::UpdateOrder::wh);
    check_parts(v, one_sweep, nmf::AnchorWords{});
}

TEST_CASE("A transform of the parts of a V, in step, is one of the whole") {
    const Matrix<double> w = uniform(1, 45, rank);
    const Matrix<double> exact = w * uniform(2, rank, 60);
    const Matrix<double> v = exact + 0.3 * uniform(3, 45, 60);
    check_transform(v, w);
    check_transform(exact, w);
    check_transform(v, w, nmf::Hals{}, nmf::MaxIterations{20});
}

TEST_CASE("A part of a V knows its place in the whole") {
    const Matrix<double> v = uniform(1, 45, 60);
    const auto places = on_parts(v, [](const auto& view) {
        const auto turned = view.transposed();
        CHECK(nmf::detail::entries_of_whole(view) == 45 * 60);
        CHECK(nmf::detail::entries_of_whole(turned) == 45 * 60);
        const nmf::Extent rows = nmf::detail::row_extent(view);
        const nmf::Extent turned_rows = nmf::detail::row_extent(turned);
        const nmf::Extent turned_columns = nmf::detail::column_extent(turned);
        return std::array<Index, 6>{rows.first,        rows.total,           turned_rows.first,
                                    turned_rows.total, turned_columns.first, turned_columns.total};
    });
    for (std::size_t part = 0; part < parts; ++part) {
        CHECK(*places[part] == std::array<Index, 6>{0, 45, begin[part], 60, 0, 45});
    }
    // Entry (a, j) of a factor of k x 60.
    CHECK(nmf::detail::draw_number({23, 60}, 2, 5) == 2 * 60 + 23 + 5);
}
