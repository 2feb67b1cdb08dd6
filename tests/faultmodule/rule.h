// One line of a fault script. README.md has the grammar.
#ifndef TESTS_FAULTMODULE_RULE_H_
#define TESTS_FAULTMODULE_RULE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "tests/faultmodule/functions.h"

namespace dkimkeeper::faultmodule {

enum class Act : std::uint8_t {
  kLog,           // nothing but a line in the log
  kFail,          // the real module is not called
  kFailAfter,     // the real module does its work, then the answer is replaced
  kSleep,         // then the call goes on
  kHang,          // never returns
  kCrash,         // SIGSEGV
  kExit,          // _exit
  kCorrupt,       // one bit of the signature is another one
  kSwap,          // another key's handle
  kDropSessions,  // every session of the process is closed, then the call goes on
  kGone,          // the token is away
};

struct Rule {
  std::optional<Function> function = std::nullopt;  // of none: of all
  std::uint64_t first = 1;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  bool shared = false;  // counts the calls of all processes, not of each
  Act act = Act::kLog;
  std::uint64_t number = 0;  // CK_RV, milliseconds or exit status
  std::string text = {};     // the act and its argument, as written

  [[nodiscard]] bool Covers(Function called) const { return !function || *function == called; }
};

// Nothing for an empty line and a comment. Throws std::invalid_argument, which says what is wrong.
[[nodiscard]] std::optional<Rule> ParseRule(std::string_view line);

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_RULE_H_
