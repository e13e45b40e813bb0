// error: undeclared
// SPDX-License-Identifier: MIT
int main() {
#ifndef NMF_ACCEPTED
    undeclared();
#endif
}  // here
