// The configured tokens, each behind its workers.
#ifndef SERVER_REMOTE_TOKENS_H_
#define SERVER_REMOTE_TOKENS_H_

#include <memory>
#include <vector>

#include "hsm/launcher/launcher_client.h"
#include "hsm/remote/remote_token.h"
#include "proto/base/clock.h"
#include "proto/base/event_log.h"
#include "server/base/alarms.h"
#include "server/config/config.h"
#include "server/store/registry.h"
#include "server/tokens/served_tokens.h"

namespace dkimkeeper {

// In the order of the configuration; begins to start their workers. Events `token.ready` and
// `token.away`, alarm `key.poisoned`. Everything named must outlive the tokens.
[[nodiscard]] std::vector<std::unique_ptr<RemoteToken>> StartTokens(
    const std::vector<TokenConfig>& configs, launcher::LauncherClient& launcher,
    const Registry& registry, AlarmBoard& alarms, const Clock& clock, EventLog& events);

// Waits until each token is ready or has failed to start. A token that is away or refuses its PIN
// may come back by itself, so that the daemon serves without it; one whose module is not there, or
// whose name fits two, does not: FAILED_PRECONDITION/MODULE_MISSING, /TOKEN_AMBIGUOUS.
[[nodiscard]] Outcome AwaitTokens(const std::vector<TokenConfig>& configs,
                                  const std::vector<std::unique_ptr<RemoteToken>>& tokens,
                                  const Clock& clock);

// How each of `tokens`, which are in the order of the configuration, is served.
[[nodiscard]] std::vector<ServedTokens::Options> ServedAs(
    const Config& config, const std::vector<std::unique_ptr<RemoteToken>>& tokens);

}  // namespace dkimkeeper

#endif  // SERVER_REMOTE_TOKENS_H_
