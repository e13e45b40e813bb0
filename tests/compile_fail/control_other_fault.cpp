// error: a message that no compiler gives
// SPDX-License-Identifier: MIT
int main() {
#ifndef NMF_ACCEPTED
    undeclared();  // here
#endif
}
