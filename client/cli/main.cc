// dkimkeeper: the command line. What belongs to this process alone is here: streams, time,
// environment, exit status.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "client/cli/command_line.h"
#include "client/cli/run.h"
#include "client/lib/channel_pace.h"

namespace {

std::int64_t NowMilliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string TempDirectory() {
  const char* directory = std::getenv("TMPDIR");
  return directory != nullptr && *directory != '\0' ? directory : "/tmp";
}

int Main(const std::vector<std::string>& words) {
  const auto parsed = dkimkeeper::ParseCommandLine(words);
  if (const auto* printout = std::get_if<dkimkeeper::Printout>(&parsed)) {
    (printout->exit_code == 0 ? std::cout : std::cerr) << printout->text << std::flush;
    return std::cout.good() ? printout->exit_code : 1;
  }
  const dkimkeeper::Surroundings around{.in = std::cin,
                                        .out = std::cout,
                                        .err = std::cerr,
                                        .in_is_terminal = isatty(STDIN_FILENO) == 1,
                                        .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                        .now_ms = NowMilliseconds,
                                        .temp_directory = TempDirectory(),
                                        .pace = dkimkeeper::ChannelPace()};
  const auto outcome = dkimkeeper::RunCommand(std::get<dkimkeeper::Invocation>(parsed), around);
  if (outcome) return 0;
  std::cerr << dkimkeeper::ErrorLine(outcome.error()) << std::flush;
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  // A reader that goes away is a failed write, told like any other.
  (void)std::signal(SIGPIPE, SIG_IGN);
  // gRPC's own log would stand beside our one sentence.
  (void)setenv("GRPC_VERBOSITY", "NONE", 0);
  try {
    return Main({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    std::cerr << "dkimkeeper: " << failure.what() << " [INTERNAL]\n";
    return 1;
  }
}
