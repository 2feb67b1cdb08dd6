// One call on its way to a worker and back.
#ifndef HSM_REMOTE_EXCHANGE_H_
#define HSM_REMOTE_EXCHANGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "hsm/remote/module_limits.h"
#include "hsm/remote/roster.h"
#include "hsm/wire/messages.h"

namespace dkimkeeper {

// How a call that has no answer ended.
enum class Loss : std::uint8_t {
  kNotSent,  // the worker was gone before it had the call
  kKilled,   // the worker was killed: by somebody, or for another call's sake
  kCrashed,  // the worker died by itself
  kHung,     // the worker was killed because this call did not end
};

// How a call ended.
using Fate = std::variant<wire::Answer, Loss>;

// UNAVAILABLE/TOKEN_AWAY: the worker's own recoveries have failed.
[[nodiscard]] bool SaysTokenAway(const wire::Answer& answer);

// What is known of a call until it has ended, and who is told then. Holds the place at the worker
// as long as it lives, though its caller be gone. Guarded by the mutex of the worker's link.
class Exchange {
 public:
  // Private keys that a token is believed to have, in the answer to a FindKeysCall.
  static constexpr std::size_t kMostKeys = 200'000;
  // And the memory that they take together; a key of RSA with 4096 bits takes about a kilobyte.
  static constexpr std::size_t kMostKeyOctets = kMostKeys * 1024;

  enum class Progress : std::uint8_t {
    kMore,     // a part; others follow
    kDone,     // the answer is complete
    kForeign,  // no answer to this call: it comes from no worker of ours
  };

  // With the call's fate; with nothing, when the caller's patience was over before. Must not block.
  using Told = std::function<void(std::optional<Fate> fate)>;

  Exchange(const wire::Call& call, const CallTimes& times, Place place, Told told);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // The worker has it. Until then nobody but its sender ends it.
  void MarkSent() { sent_ = true; }
  [[nodiscard]] bool sent() const { return sent_; }

  [[nodiscard]] Progress Accept(wire::Answer answer);
  [[nodiscard]] const std::optional<wire::Answer>& answer() const { return answer_; }

  // The call is at the worker for too long. Remembered.
  [[nodiscard]] bool IsOverdue(Deadline now);
  // Whom to tell that the caller's patience is over: empty while it is not, and from then on.
  [[nodiscard]] Told TakeLate(Deadline now);

  // Without the mutex. Gives the place back, and then tells the fate: the answer, where there is
  // one; else that it hung, where that was found out; else `loss`.
  static void End(std::unique_ptr<Exchange> exchange, Loss loss);

 private:
  enum class Awaited : std::uint8_t { kKey, kKeys, kSignature, kDone };
  [[nodiscard]] static Awaited AwaitedBy(const wire::Call& call);
  [[nodiscard]] static std::optional<KeyId> KeyAwaitedBy(const wire::Call& call);
  [[nodiscard]] bool Fits(const wire::Answer& answer) const;
  [[nodiscard]] Progress AcceptPart(wire::KeysPart part);

  const Awaited awaited_;
  const std::optional<KeyId> id_;  // of the key that the answer must be about
  const CallTimes times_;
  const Place place_;
  Told told_;
  bool sent_ = false;
  std::vector<TokenKey> keys_;  // of the parts until now
  std::size_t key_octets_ = 0;  // likewise
  std::optional<wire::Answer> answer_;
  bool hung_ = false;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_EXCHANGE_H_
