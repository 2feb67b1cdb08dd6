// What the mail server is told to do with a message.
#ifndef CLIENT_AGENT_VERDICT_H_
#define CLIENT_AGENT_VERDICT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/agent/agent_policy.h"
#include "dkimkeeper/client.h"
#include "proto/result.h"

namespace dkimkeeper {

enum class Action : std::uint8_t {
  kContinue,  // more of the message, please
  kAccept,    // take the message as it is
  kReject,    // 550 5.7.1
  kTempfail,  // 451 4.7.5
};

struct Verdict {
  Action action = Action::kContinue;
  std::string text = {};    // for the SMTP client, with kReject and kTempfail; no mail content
  std::string result = {};  // for log and counters, one of a small set; empty with kContinue
  std::string note = {};    // with kAccept: the name of a field to add, whose text is `result`

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// For a message that must not be signed.
[[nodiscard]] Verdict Refused(Refusal refusal, std::string result, std::string text);

// For a message that should have been signed: `error` says why it is not. What custody says never
// decides alone that mail leaves without a signature; the domain's policy does.
[[nodiscard]] Verdict NotSigned(FailPolicy policy, const Error& error);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_VERDICT_H_
