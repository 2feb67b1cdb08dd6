#include "server/tokens/served_tokens.h"

namespace dkimkeeper {
namespace {

// Operators do one thing after the other; a queue this long is somebody's loop.
constexpr WorkQueue::Options kActs{.threads = 1, .limit = 64};

}  // namespace

ServedTokens::ServedTokens(const std::vector<Options>& tokens, AlarmBoard& alarms,
                           const Clock& clock)
    : tokens_(Serve(tokens, alarms, clock)) {}

std::vector<ServedToken> ServedTokens::Serve(const std::vector<Options>& tokens, AlarmBoard& alarms,
                                             const Clock& clock) {
  std::vector<ServedToken> served;
  served.reserve(tokens.size());
  for (const Options& one : tokens) {
    served.push_back({.name = one.name,
                      .token = one.token,
                      .signing = signing_.emplace_back(one.signing),
                      .acts = acts_.emplace_back(kActs),
                      .health = healths_.emplace_back(one.token, alarms, clock),
                      .limits = one.limits});
  }
  return served;
}

void ServedTokens::StopActs() {
  for (WorkQueue& acts : acts_) acts.Stop();
}

}  // namespace dkimkeeper
