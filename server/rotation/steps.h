// What the life cycle wants done next, and when.
#ifndef SERVER_ROTATION_STEPS_H_
#define SERVER_ROTATION_STEPS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/keys/key.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

enum class StepKind : std::uint8_t {
  kFinish,           // carry on with an interrupted act in the token
  kGenerate,         // make the next key of a line
  kPublish,          // have its record published
  kProve,            // look for its record until every server shows it
  kActivate,         // renew the proof, sign something, let it sign
  kRetire,           // its line is given up: its hand-over window starts
  kAwaitStop,        // hear from every live daemon that it signs no more
  kRevoke,           // it counts as revoked
  kWithdraw,         // have p= published empty
  kProveWithdrawn,   // look until every server shows that
  kRemove,           // have the record removed
  kProveRemoved,     // look until no server shows it
  kDestroy,          // remove the private key from the token
  kWatch,            // look whether a proven record is still there
  kShortenHandOver,  // all agents have its successor: its hand-over window ends early
  kEndHandOver,      // nothing to do: the hand-over window ends by itself
  kDropSender,       // its last key is destroyed: its entry goes
  kDropDomain,
};
// "generate", "publish" …
[[nodiscard]] std::string_view StepName(StepKind kind);

// One step of one key, or of a line that needs a key, or of a sender or domain that is given up.
struct Step {
  StepKind kind = StepKind::kWatch;
  Domain domain;
  Sender sender;
  Algorithm algorithm = Algorithm::kRsaSha256;
  std::optional<Selector> selector = {};  // nothing: there is no key (yet)
  std::optional<KeyId> key = {};
  Timestamp due;  // past: now
  // For people: "activate it, which retires 20260101-abcde".
  std::string what = {};
  // What holds it up beside the time, for people: "ns2.example.net shows another key", "domain is
  // paused". Empty: nothing.
  std::string waits_for = {};
  // Nobody takes it but an operator: the domain is paused, or its mode is manual.
  bool advice = false;
  friend bool operator==(const Step&, const Step&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_STEPS_H_
