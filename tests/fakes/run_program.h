// Runs another program to its end, for tests that set up the world around the code under test.
#ifndef TESTS_FAKES_RUN_PROGRAM_H_
#define TESTS_FAKES_RUN_PROGRAM_H_

#include <string>
#include <vector>

namespace dkimkeeper {

struct ProgramResult {
  int exit_status = -1;  // -1: could not be started, or died of a signal
  std::string output;    // standard output and standard error together
};

// `arguments[0]` is looked up in PATH. The environment is the caller's. Blocks until the end.
[[nodiscard]] ProgramResult RunProgram(const std::vector<std::string>& arguments);

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_RUN_PROGRAM_H_
