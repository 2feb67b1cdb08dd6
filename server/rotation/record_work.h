// The executor's steps in DNS: records changed, looked at, and what follows from what they show.
#ifndef SERVER_ROTATION_RECORD_WORK_H_
#define SERVER_ROTATION_RECORD_WORK_H_

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "server/rotation/leased_registry.h"
#include "server/rotation/proof_signature.h"
#include "server/rotation/record_changes.h"
#include "server/rotation/record_looks.h"
#include "server/rotation/rotation_parts.h"

namespace dkimkeeper {

// What a step that was taken waits for, for people; empty: it is done.
using Waits = std::string;
// Makes a decision hold only while something else does, e.g. while the plan wants it.
using Guard = std::function<Registry::Decide(Registry::Decide)>;

// Thread-safe for different keys. All of `parts` and `registry` must outlive this.
class RecordWork {
 public:
  RecordWork(const RotationParts& parts, LeasedRegistry& registry);

  // Has the record of `key` changed to what `stage` wants. Errors of Publishers::Find and Publish;
  // somebody else's record is left alone, which ends that part of the key's life.
  [[nodiscard]] Result<Waits> Change(const Key& key, StageOf stage, const Guard& guard);

  // Looks whether DNS shows what `stage` wants.
  [[nodiscard]] Result<Waits> Prove(const Key& key, StageOf stage);

  // Looks whether a proven record is still there. It is lost when servers answered otherwise twice
  // in a row; then, where the policy says so, the standby takes over.
  [[nodiscard]] Result<Waits> Watch(const Key& key);

  // Renews the proof, has the token sign, and activates.
  [[nodiscard]] Result<Waits> Activate(const Key& key, const Guard& guard);

  // As Prove or Watch, for what stage `key` has come to, and without the lease: what DNS shows is
  // so, whoever looked.
  [[nodiscard]] Result<RecordCheck> CheckNow(const Key& key);

  // See RotationDesk.
  [[nodiscard]] Outcome ProveNow(const Key& key);

  // The clock jumped: since when servers say what they say is not known any more.
  void Forget();

 private:
  // The last part of a proof: the token signs something.
  [[nodiscard]] Result<SignedProof> SignFor(const Key& key, const PublishedProof& published);
  using Commit = std::function<Result<Updated>(const Registry::Decide&)>;
  struct Look {
    const Key& key;
    const RecordCheck& check;
    KeyPolicy policy;
    Timestamp now;
  };

  [[nodiscard]] Result<Waits> Learn(const Key& key, StageOf stage, const RecordCheck& check,
                                    const Commit& commit);
  [[nodiscard]] Outcome LearnShown(const Look& look, const Commit& commit);
  [[nodiscard]] Outcome LearnGone(const Look& look, StageOf stage, const Commit& commit);
  [[nodiscard]] bool DiffersAgain(const Look& look);
  // Whether every look since kSettled ago found that `agreement`.
  [[nodiscard]] bool Settled(const Look& look, RecordAgreement agreement);
  [[nodiscard]] Result<Waits> Switch(const Key& lost);

  [[nodiscard]] RecordCheck LookAt(const Key& key, StageOf stage);
  [[nodiscard]] KeyPolicy PolicyFor(const Key& key) const;
  [[nodiscard]] Commit Leased();
  [[nodiscard]] Timestamp Now() const { return ToTimestamp(parts_.clock.Now()); }

  const RotationParts& parts_;
  LeasedRegistry& registry_;
  RecordLooks looks_;
  std::mutex mutex_;
  std::set<KeyId> doubted_;  // whose proven record was not there at the last look
  // On what all servers agree that is not the wish, and since when. In memory: after a restart
  // nothing is settled too early.
  std::map<KeyId, std::pair<RecordAgreement, Timestamp>> agreed_since_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_RECORD_WORK_H_
