// Keys as the API shows them: computed from the registry's rows and from the tokens' public keys.
#ifndef SERVER_RPC_KEY_VIEW_H_
#define SERVER_RPC_KEY_VIEW_H_

#include <optional>
#include <vector>

#include "dkimkeeper/v1/keys.pb.h"
#include "proto/dkim/key_record.h"
#include "server/rotation/outlook.h"

namespace dkimkeeper {

// What the record of `key` has to be at `now`: its public key, or nothing in p= once it is revoked.
// Nothing while the pair is being made.
[[nodiscard]] std::optional<KeyRecord> RecordOf(const Key& key, const KeyPolicy& policy,
                                                Timestamp now);

// Shows keys of one picture at one moment. Not thread-safe. Keys of one domain are best shown one
// after the other: its plan is made once. Both must outlive this.
class KeyView {
 public:
  KeyView(const View& view, const Outlook& outlook, Timestamp now)
      : view_(view), outlook_(outlook), now_(now) {}

  // With its state, record and next action.
  [[nodiscard]] v1::Key Show(const Key& key);

 private:
  void TurnTo(const Domain& domain);
  void FillRecord(const Key& key, const KeyPolicy& policy, v1::Key& message) const;
  void FillNext(const Key& key, v1::Key& message) const;

  const View& view_;
  const Outlook& outlook_;
  const Timestamp now_;
  std::optional<Domain> domain_;
  std::vector<Step> steps_;  // of `domain_`
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_KEY_VIEW_H_
