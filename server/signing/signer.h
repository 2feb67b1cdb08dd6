// The hot path: an order goes through the lane of its key's token into that token and comes back as
// a signature.
#ifndef SERVER_SIGNING_SIGNER_H_
#define SERVER_SIGNING_SIGNER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "hsm/token.h"
#include "proto/base/clock.h"
#include "server/access/activity.h"
#include "server/audit/audit_log.h"
#include "server/base/metrics.h"
#include "server/signing/sign_request.h"
#include "server/signing/signing_lane.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// Thread-safe. Nothing here blocks the caller: no lock is held across a token call, nothing is
// allocated by the number of keys, and neither the store nor DNS is asked.
class Signer {
 public:
  struct Parts {
    const Tokens& tokens;
    AuditLog& audit;
    Metrics& metrics;
    Activity& activity;
    const Clock& clock;
    // The token holds another key than was registered: called from any thread, must not block.
    std::function<void(const Key&)> on_key_changed;
    // Somebody signed by a grant as never before since the start: the same.
    std::function<void(const Authorized&)> on_first_use;
  };
  explicit Signer(Parts parts);  // all must outlive this
  // Stops the queues: what is under way or waits is answered first.
  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  using Done = std::function<void(Result<std::string>)>;

  // Calls `done` once, from any thread, perhaps before this returns: with the raw signature, or why
  // there is none. It must not block. An order whose deadline passed while it waited is answered
  // DEADLINE_EXCEEDED and never reaches the token.
  //
  // A full line is RESOURCE_EXHAUSTED/QUEUE_FULL, or /OVER_SHARE for whoever has the most in it
  // while others wait too; of a token without a ready worker it is UNAVAILABLE/TOKEN_AWAY; all with
  // a retry hint. NOT_FOUND/TOKEN_UNKNOWN: the key's token is not
  // configured any more. UNAVAILABLE/AUDIT_UNWRITABLE: its record cannot be written, and the policy
  // is to stop then. Where signatures wait for their records, `done` is called by the audit log's
  // thread.
  void Sign(SignOrder order, Deadline deadline, Done done);

  // Records a request that was refused before it became an order, or that was not even one.
  void RecordRefusal(const Identity& caller, const SignRequest& request, const Error& error);
  void RecordMalformed(const Identity& caller, SignedBy by, const Error& error);

  [[nodiscard]] std::uint64_t signatures() const { return signatures_; }
  [[nodiscard]] std::uint64_t failures() const { return failures_; }
  // That wait for a token.
  [[nodiscard]] std::size_t queued() const;

 private:
  struct Asked {
    SignOrder order;
    std::chrono::steady_clock::time_point at;
    Done done;
  };
  using AskedPtr = std::shared_ptr<const Asked>;

  [[nodiscard]] SigningLane& LaneOf(const ServedToken& served);
  // Answers an order that the token answered.
  void Finish(const AskedPtr& asked, Result<std::string> result);
  // Answers an order that gives no signature.
  void Refuse(const Asked& asked, const Error& error);
  void Count(Algorithm algorithm, std::string_view outcome);
  void NoteSignature(const Authorized& authorized);
  [[nodiscard]] AuditEntry EntryFor(const Asked& asked, std::string_view outcome) const;

  const Parts parts_;
  std::deque<SigningLane> lanes_;  // in the order of the tokens
  std::atomic<std::uint64_t> signatures_{0};
  std::atomic<std::uint64_t> failures_{0};
};

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_SIGNER_H_
