// Tokens as the daemon serves them, whose alarms nobody hears.
#ifndef TESTS_FAKES_QUIET_TOKENS_H_
#define TESTS_FAKES_QUIET_TOKENS_H_

#include <string_view>
#include <vector>

#include "server/tokens/served_tokens.h"

namespace dkimkeeper {

// Named as their Info says. `clock` and the tokens must outlive this.
class QuietTokens {
 public:
  struct Entry {
    Token& token;
    TokenLimits limits = {};
    WorkQueue::Options signing = {.threads = 1, .limit = 2};
  };

  QuietTokens(const std::vector<Entry>& entries, const Clock& clock)
      : served_(OptionsOf(entries), alarms_, clock) {}

  // NOLINTNEXTLINE(google-explicit-constructor): stands for them everywhere
  operator const Tokens&() const { return all(); }
  [[nodiscard]] const Tokens& all() const { return served_.all(); }
  // One that is there.
  [[nodiscard]] const ServedToken& operator[](std::string_view name) const {
    return **all().Find(name);
  }

 private:
  static std::vector<ServedTokens::Options> OptionsOf(const std::vector<Entry>& entries) {
    std::vector<ServedTokens::Options> options;
    for (const auto& [token, limits, signing] : entries) {
      options.push_back({token.Info().name, token, limits, signing});
    }
    return options;
  }

  EventLog events_{[](Severity, std::string_view) {}};
  AlarmBoard alarms_{events_};
  ServedTokens served_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_QUIET_TOKENS_H_
