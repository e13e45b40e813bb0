// SPDX-License-Identifier: MIT
// Empty: the source that the shared precompiled header is made for.
