// SPDX-License-Identifier: MIT
// Calls the function of a shared library that is linked, and loads one at run time, twice.
#include <cstdio>

#include <dlfcn.h>

extern "C" double linked();

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const double expected = linked();
    for (int time = 0; time < 2; ++time) {
        void* const library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            std::printf("%s\n", dlerror());
            return 1;
        }
        const auto run = reinterpret_cast<double (*)()>(dlsym(library, "loaded"));
        const double found = run == nullptr ? 0 : run();
        std::printf("%.17g linked, %.17g loaded\n", expected, found);
        if (dlclose(library) != 0 || found != expected) return 1;
    }
    return expected > 0 ? 0 : 1;
}
