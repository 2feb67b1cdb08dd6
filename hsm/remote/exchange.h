// One call on its way to a worker and back.
#ifndef HSM_REMOTE_EXCHANGE_H_
#define HSM_REMOTE_EXCHANGE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

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

// What is known of a call until its caller takes its fate. Holds the place at the worker as long as
// it lives: for the worker until the call has ended, though its caller be gone. Guarded by the
// mutex of the worker's link.
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

  // The worker counts as hung when the call has not ended by `limit`.
  Exchange(const wire::Call& call, Deadline limit, Place place);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] Progress Accept(wire::Answer answer);
  [[nodiscard]] const std::optional<wire::Answer>& answer() const { return answer_; }

  // The worker was gone when it was to be sent.
  void NotSent() { loss_ = Loss::kNotSent; }
  // The call is at the worker for too long. Remembered.
  [[nodiscard]] bool IsOverdue(Deadline now);

  // Wakes the caller, with the answer where there is one; else with what was found out above, else
  // with `loss`.
  void Finish(Loss loss);
  // Waits until then; `lock` holds the mutex. Nothing when that is not before `patience`.
  [[nodiscard]] std::optional<Fate> Wait(std::unique_lock<std::mutex>& lock, Deadline patience);

 private:
  enum class Awaited : std::uint8_t { kKey, kKeys, kSignature, kDone };
  [[nodiscard]] static Awaited AwaitedBy(const wire::Call& call);
  [[nodiscard]] static std::optional<KeyId> KeyAwaitedBy(const wire::Call& call);
  [[nodiscard]] bool Fits(const wire::Answer& answer) const;
  [[nodiscard]] Progress AcceptPart(wire::KeysPart part);

  const Awaited awaited_;
  const std::optional<KeyId> id_;  // of the key that the answer must be about
  const Deadline limit_;
  const Place place_;
  std::vector<TokenKey> keys_;  // of the parts until now
  std::size_t key_octets_ = 0;  // likewise
  std::optional<wire::Answer> answer_;
  std::optional<Loss> loss_;
  bool finished_ = false;
  std::condition_variable changed_;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_EXCHANGE_H_
