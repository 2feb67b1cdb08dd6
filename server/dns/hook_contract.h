// What a hook for cloud DNS is told and what it answers: JSON, version 1 (dkimkeeperd.toml(5)).
#ifndef SERVER_DNS_HOOK_CONTRACT_H_
#define SERVER_DNS_HOOK_CONTRACT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/result.h"
#include "server/dns/publisher.h"

namespace dkimkeeper {

// One JSON object on one line. "action" is "create", "replace" or "remove"; "before" and "after"
// are null or {"value", "strings"}.
[[nodiscard]] std::string RenderHookOrder(const RecordChange& change, const std::string& name);

enum class HookStatus : std::uint8_t { kDone, kAsked, kChanged, kRefused, kAway };

struct HookAnswer {
  HookStatus status = HookStatus::kDone;
  std::string message = {};  // one line for people, at most 1,000 octets, no control characters
  friend bool operator==(const HookAnswer&, const HookAnswer&) = default;
};

// {"status": "done" | "asked" | "changed" | "refused" | "away", "message": "…"}; the message may be
// left out, other keys are ignored. INVALID_ARGUMENT/BAD_DOCUMENT says what is wrong.
[[nodiscard]] Result<HookAnswer> ParseHookAnswer(std::string_view text);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_HOOK_CONTRACT_H_
