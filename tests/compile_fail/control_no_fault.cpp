// error: anything
// SPDX-License-Identifier: MIT
int main() { return 0; }  // here
