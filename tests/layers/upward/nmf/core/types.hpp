// SPDX-License-Identifier: MIT
#pragma once

#include <nmf/run/loop.hpp>
