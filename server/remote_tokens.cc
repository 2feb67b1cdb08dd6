#include "server/remote_tokens.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/poisoned_key.h"

namespace dkimkeeper {
namespace {

// Over the module's own limit: for the process, and for one that waits for another's start.
constexpr std::chrono::seconds kStartPatience{5};

ModuleLimits LimitsOf(const TokenConfig& config) {
  ModuleLimits limits;
  limits.start = config.start_limit;
  limits.sign = config.sign_limit;
  limits.shortest_sign = std::min(limits.shortest_sign, config.sign_limit);
  return limits;
}

// Says when a token comes and goes, and why one of its workers was lost or could not start: once
// each, not at every attempt. For one thread at a time, as the token tells it.
class StateLog {
 public:
  StateLog(std::string token, EventLog& events) : token_(std::move(token)), events_(events) {}

  void Take(unsigned ready_workers, const std::optional<Error>& last_error) {
    const std::string why = last_error ? last_error->reason + ": " + last_error->message : "";
    const bool away = ready_workers == 0;
    const bool was_away = std::exchange(away_, away);
    const bool other_reason = std::exchange(why_, why) != why;
    if (away && (!was_away || other_reason)) {
      events_.Error("token.away", {{"token", token_}, {"why", why}});
    } else if (!away && was_away) {
      events_.Info("token.ready", {{"token", token_}, {"workers", ready_workers}});
    } else if (!away && other_reason) {
      events_.Warning("token.worker_lost", {{"token", token_}, {"why", why}});
    }
  }

 private:
  const std::string token_;
  EventLog& events_;
  bool away_ = true;
  std::string why_;
};

RemoteTokenHooks HooksOf(const TokenConfig& config, const Registry& registry, AlarmBoard& alarms,
                         const Clock& clock, EventLog& events) {
  const auto log = std::make_shared<StateLog>(config.name, events);
  return {.on_poisoned = AlarmOnPoisoned(config.name, registry, alarms, clock),
          .on_state = [log](unsigned ready_workers, const std::optional<Error>& last_error) {
            log->Take(ready_workers, last_error);
          }};
}

}  // namespace

std::vector<std::unique_ptr<RemoteToken>> StartTokens(const std::vector<TokenConfig>& configs,
                                                      launcher::LauncherClient& launcher,
                                                      const Registry& registry, AlarmBoard& alarms,
                                                      const Clock& clock, EventLog& events) {
  std::vector<std::unique_ptr<RemoteToken>> tokens;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    const TokenConfig& config = configs[i];
    tokens.push_back(std::make_unique<RemoteToken>(
        RemoteTokenOptions{.name = config.name,
                           .workers = config.workers,
                           .sessions = config.sessions,
                           .limits = LimitsOf(config)},
        launcher.SourceOf(i), HooksOf(config, registry, alarms, clock, events)));
  }
  return tokens;
}

Outcome AwaitTokens(const std::vector<TokenConfig>& configs,
                    const std::vector<std::unique_ptr<RemoteToken>>& tokens, const Clock& clock) {
  // They start side by side: several that hang take no longer than one.
  const Deadline begin = clock.Steady();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto ready = tokens[i]->WaitUntilReady(begin + configs[i].start_limit + kStartPatience);
    if (ready) continue;
    const std::string& why = ready.error().reason;
    if (why == reason::kModuleMissing || why == reason::kTokenAmbiguous) return ready;
  }
  return {};
}

std::vector<ServedTokens::Options> ServedAs(
    const Config& config, const std::vector<std::unique_ptr<RemoteToken>>& tokens) {
  std::vector<ServedTokens::Options> served;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const TokenConfig& token = config.tokens[i];
    served.push_back(
        {.name = token.name,
         .token = *tokens[i],
         .limits = {.max_keys = token.max_keys, .require_backup = token.require_backup},
         .signing = {.threads = config.signing.workers, .limit = config.signing.queue_limit}});
  }
  return served;
}

}  // namespace dkimkeeper
