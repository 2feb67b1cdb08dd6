// The daemon's end of the socket that joins it to one worker.
#ifndef HSM_REMOTE_WORKER_LINK_H_
#define HSM_REMOTE_WORKER_LINK_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "hsm/remote/exchange.h"
#include "hsm/remote/module_limits.h"
#include "hsm/wire/messages.h"

namespace dkimkeeper {

// Sends calls to one worker, for its whole life, and gives each its fate. Callers ask; one thread,
// the seat's, listens. What the worker says is checked before it is believed: a packet that does
// not decode, an answer to no call or of the wrong kind, keys without end. Thread-safe, but for the
// functions of the listening thread.
class WorkerLink {
 public:
  // Takes the socket, a SOCK_SEQPACKET one.
  explicit WorkerLink(int socket);
  WorkerLink(const WorkerLink&) = delete;
  WorkerLink& operator=(const WorkerLink&) = delete;
  // Every call must have ended.
  ~WorkerLink();

  // --- For callers
  // Sends the call, with a number of its own and `times.worker`, and does not wait; `told` hears
  // what becomes of it, as a rule from the listening thread. False: the worker is gone; an error:
  // the call cannot be sent. Then nobody is told.
  [[nodiscard]] Result<bool> Post(wire::Request& request, const CallTimes& times, Place place,
                                  Exchange::Told told);
  // Likewise, and waits until it has ended. Nothing when that is not before `times.caller`; the
  // worker stays busy with it. A call that cannot be sent has its error for an answer.
  [[nodiscard]] std::optional<Fate> Ask(wire::Request& request, const CallTimes& times,
                                        Place place);

  // --- For any thread
  // How many calls it has answered.
  [[nodiscard]] unsigned answered() const { return answered_; }
  // It has found its token's health key: the search may take as long as one for all keys.
  [[nodiscard]] bool has_health_key() const { return has_health_key_; }
  void NoteHealthKey() { has_health_key_ = true; }
  // Ends the conversation: whoever listens hears the end.
  void Shut();

  // --- For the listening thread
  enum class Heard : std::uint8_t {
    kNothing,   // for a tenth of a second
    kAnswer,    // and passed it on
    kAway,      // UNAVAILABLE/TOKEN_AWAY: the worker is to be replaced; passed on by Lose
    kEnd,       // the worker is gone
    kNonsense,  // the worker is not to be believed
  };
  [[nodiscard]] Heard Listen();
  // The first message: Ready, or why the worker cannot start; it then has a second to exit by
  // itself, because its exit status tells its source whether the PIN was refused. Neither by
  // `deadline`: UNAVAILABLE/TOKEN_AWAY.
  [[nodiscard]] Result<TokenInfo> AwaitReady(Deadline deadline);
  // Tells the callers whose patience is over. True: a call is at the worker for too long.
  [[nodiscard]] bool IsHung(Deadline now);
  // The worker has ended: so have its calls, and later ones are not sent.
  void Lose(Loss loss);

 private:
  struct Packet {
    Heard heard;
    std::string_view bytes = {};  // with kAnswer
  };
  [[nodiscard]] Packet Receive();
  // Ignores what is said until the worker is gone, or `deadline`.
  void AwaitEnd(Deadline deadline);
  [[nodiscard]] Heard Deliver(wire::Response response);
  // False: the worker has ended.
  [[nodiscard]] bool Add(std::uint64_t number, std::unique_ptr<Exchange> exchange);
  // What came of sending it. The exchange back where nobody else ends it: it was not sent, or the
  // worker ended meanwhile.
  [[nodiscard]] std::unique_ptr<Exchange> AfterSending(std::uint64_t number, bool sent);
  // With the lock held.
  [[nodiscard]] std::unique_ptr<Exchange> TakeOut(std::uint64_t number);
  // 0 or an errno.
  [[nodiscard]] int Send(std::string_view packet) const;

  const int socket_;
  std::string buffer_;  // of the listening thread

  std::atomic<unsigned> answered_ = 0;
  std::atomic<bool> has_health_key_ = false;
  std::atomic<std::uint64_t> last_number_ = 0;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<Loss> lost_;  // set once: the worker has ended
  std::unordered_map<std::uint64_t, std::unique_ptr<Exchange>> in_flight_;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_WORKER_LINK_H_
