// The ways in which a process comes to harm. They use no more system calls than a module's own
// work.
#ifndef TESTS_FAULTMODULE_ACTS_H_
#define TESTS_FAULTMODULE_ACTS_H_

#include <cstdint>

namespace dkimkeeper::faultmodule {

void WaitFor(std::uint64_t milliseconds);
[[noreturn]] void Hang();
// Dies of SIGSEGV, whatever handler there is.
[[noreturn]] void Crash();
[[noreturn]] void Exit(std::uint64_t status);

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_ACTS_H_
