// Any text is a configuration in its ranges, or a list of problems, each on a line of its own.
#include <algorithm>
#include <sstream>
#include <string>

#include "server/config/parse.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto parsed = ParseConfig(FuzzText(data, size), "file");
  if (parsed) {
    const Config& config = parsed->config;
    FuzzCheck(!config.tokens.empty(), "some token");
    for (const TokenConfig& token : config.tokens) {
      FuzzCheck(token.sessions >= 1 && token.sessions <= 256, "sessions in range");
      FuzzCheck(token.workers >= 1 && token.workers <= 32, "workers in range");
      FuzzCheck(token.label.empty() != token.serial.empty(), "label or serial");
    }
    FuzzCheck(config.signing.workers >= 1, "some worker");
    FuzzCheck(!config.server.listen.empty() || !config.sockets.empty(), "it listens");
    FuzzCheck(!config.metrics.listen || config.metrics.listen->IsLoopback(), "metrics stay here");
    return 0;
  }
  FuzzCheck(!parsed.error().message.empty(), "a refusal says why");
  std::istringstream lines(parsed.error().message);
  for (std::string line; std::getline(lines, line);) {
    FuzzCheck(line.starts_with("file:"), "a problem stays on its line");
    const bool has_control = std::any_of(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    FuzzCheck(!has_control, "no control character");
  }
  return 0;
}
