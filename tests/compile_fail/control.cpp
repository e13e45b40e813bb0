// SPDX-License-Identifier: MIT
// The check itself.
// clang-format off

int main() {
#if defined NMF_CASE_no_fault  // error: anything
#elif defined NMF_CASE_other_fault  // error: a message that no compiler gives
    undeclared();  // here
#elif defined NMF_CASE_other_line  // error: 'undeclared'
    undeclared();
    // here
#elif defined NMF_CASE_second_fault  // error: 'undeclared'
    undeclared();  // here
    unknown();
#elif defined NMF_CASE_later_fault  // error: 'undeclared'
    unknown();
    undeclared();  // here
#endif
}
