// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A start chosen when the program runs.

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <nmf/any/names.hpp>
#include <nmf/any/view_model.hpp>
#include <nmf/init/anchor_words.hpp>
#include <nmf/init/custom.hpp>
#include <nmf/init/nndsvd.hpp>
#include <nmf/init/random.hpp>
#include <nmf/init/random_columns.hpp>
#include <nmf/init/spa.hpp>

namespace nmf {
namespace detail {

/// An init of the user's behind virtual calls.
class OwnInit {
public:
    virtual ~OwnInit() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    virtual void check() const = 0;
    [[nodiscard]] virtual bool draws() const = 0;
    virtual void start(const AnyView<float>& view, const Summary& sums, CounterRandom random,
                       Factor<float>& w, Factor<float>& h) const = 0;
    virtual void start(const AnyView<double>& view, const Summary& sums, CounterRandom random,
                       Factor<double>& w, Factor<double>& h) const = 0;
};

template <class P>
class OwnInitOf final : public OwnInit {
public:
    explicit OwnInitOf(const P& of) : of_(of) {}

    [[nodiscard]] std::string_view name() const override { return P::name; }
    void check() const override { check_parameters(of_); }
    [[nodiscard]] bool draws() const override { return nmf::detail::draws(of_); }
    void start(const AnyView<float>& view, const Summary& sums, CounterRandom random,
               Factor<float>& w, Factor<float>& h) const override {
        of_.start(view, sums, random, w, h);
    }
    void start(const AnyView<double>& view, const Summary& sums, CounterRandom random,
               Factor<double>& w, Factor<double>& h) const override {
        of_.start(view, sums, random, w, h);
    }

private:
    P of_;
};

}  // namespace detail

/// A start of the factors, from a policy or its name: "random", "nndsvd", "nndsvda" and "nndsvdar"
/// (Nndsvd with the two fills), "columns", "spa", "anchor-words". An init of your own can be put
/// into it too.
///
/// Throws InputError for an unknown name, with the nearest one.
class AnyInit {
public:
    using Axis = axis::Init;
    static constexpr std::string_view name = "any";

    AnyInit(const RandomInit& of = {}) : of_(of) {}
    AnyInit(const Nndsvd& of) : of_(of) {}
    AnyInit(const RandomColumns& of) : of_(of) {}
    AnyInit(const Spa& of) : of_(of) {}
    AnyInit(const AnchorWords& of) : of_(of) {}

    /// The factors are kept in double precision.
    AnyInit(const CustomInit<double>& of) : rescale(of.rescale), of_(of) {}
    AnyInit(const CustomInit<float>& of) : AnyInit(of.template cast<double>()) {}

    template <class P>
    requires(!std::same_as<P, AnyInit> && InitFor<P, AnyView<float>> && InitFor<P, AnyView<double>>)
        AnyInit(const P& of)
        : of_(std::make_shared<const detail::OwnInitOf<P>>(of)) {
        if constexpr (requires { of.rescale; }) rescale = of.rescale;
    }

    AnyInit(std::string_view text) : AnyInit(named(text)) {}
    AnyInit(const char* text) : AnyInit(std::string_view(text)) {}
    AnyInit(const std::string& text) : AnyInit(std::string_view(text)) {}

    /// That of the policy; NNDSVD with its fill.
    [[nodiscard]] std::string full_name() const {
        if (const auto* svd = std::get_if<Nndsvd>(&of_)) {
            return svd->fill == Nndsvd::Fill::zeros     ? "nndsvd"
                   : svd->fill == Nndsvd::Fill::average ? "nndsvda"
                                                        : "nndsvdar";
        }
        return std::visit(
            [](const auto& of) {
                if constexpr (requires { of->name(); }) {
                    return std::string(of->name());
                } else {
                    return std::string(of.name);
                }
            },
            of_);
    }

    void check() const { detail::check_choice(of_); }

    [[nodiscard]] bool draws() const {
        return std::visit(
            [](const auto& of) {
                if constexpr (requires { of->draws(); }) {
                    return of->draws();
                } else {
                    return detail::draws(of);
                }
            },
            of_);
    }

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary& sums, CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        std::visit(
            [&](const auto& of) {
                if constexpr (!requires { of->check(); }) {
                    of.start(view, sums, random, w, h);
                } else if constexpr (std::same_as<View, AnyView<S>>) {
                    of->start(view, sums, random, w, h);
                } else if constexpr (TransposableView<View> && !detail::has_part<View>) {
                    of->start(detail::erased_view(view), sums, random, w, h);
                } else {
                    detail::throw_input_error(
                        {"an init of your own inside of AnyInit needs a V of "
                         "one piece with whole rows; give it as it is"});
                }
            },
            of_);
    }

    bool rescale = true;

private:
    using Own = std::shared_ptr<const detail::OwnInit>;

    [[nodiscard]] NMF_COLD static AnyInit named(std::string_view text) {
        const detail::NameAndParameter given(text);
        const auto is = [&](std::string_view known) {
            if (given.name == known) given.refuse_parameter();
            return given.name == known;
        };
        if (is("random")) return RandomInit{};
        if (is("nndsvd")) return Nndsvd{};
        if (is("nndsvda")) return Nndsvd{Nndsvd::Fill::average};
        if (is("nndsvdar")) return Nndsvd{Nndsvd::Fill::random};
        if (is("columns")) return RandomColumns{};
        if (is("spa")) return Spa{};
        if (is("anchor-words")) return AnchorWords{};
        detail::throw_unknown_name(
            "init", given.name,
            {"random", "nndsvd", "nndsvda", "nndsvdar", "columns", "spa", "anchor-words"});
    }

    std::variant<RandomInit, Nndsvd, RandomColumns, Spa, AnchorWords, CustomInit<double>, Own> of_;
};

}  // namespace nmf
