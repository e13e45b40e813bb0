// SPDX-License-Identifier: MIT
#pragma once
#include <nmf/core/requirements.hpp>
[[gnu::noinline]] void f();
