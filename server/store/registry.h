// The one place where domains, keys and grants change.
#ifndef SERVER_STORE_REGISTRY_H_
#define SERVER_STORE_REGISTRY_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/access/access_rules.h"
#include "server/base/published.h"
#include "server/keys/keyring.h"
#include "server/store/key_store.h"

namespace dkimkeeper {

// One consistent, immutable picture: what is stored, and the two look-up forms made from it.
struct View {
  Contents contents;
  Keyring keyring;
  AccessRules rules;
};
using ViewPtr = std::shared_ptr<const View>;

// A mutation as its caller named it.
struct Mutation {
  Caller caller;
  std::string request_id;
  std::string fingerprint;  // SHA-256 of the method and its parameters, hexadecimal
};

// What a mutation wants changed, and the name of what it is about (`subject`), by which a repeated
// call finds the same thing again.
struct Decision {
  std::vector<Change> changes;
  std::string subject;
};

struct Updated {
  ViewPtr view;
  std::string subject;
  bool repeated = false;  // the request was recorded before; nothing was changed now
};

// Thread-safe. Readers take a View and keep it; one writer at a time commits to the store, then
// publishes the next View.
class Registry {
 public:
  // Errors of KeyStore::Load. `store` must outlive this.
  [[nodiscard]] static Result<std::unique_ptr<Registry>> Open(KeyStore& store,
                                                              std::set<Grant> bootstrap);

  // Never null.
  [[nodiscard]] ViewPtr Get() const { return views_.Get(); }
  [[nodiscard]] Published<View>& views() { return views_; }

  // Looks at the newest View and says what to change, or refuses. Pure: it may be asked again when
  // another daemon was quicker.
  using Decide = std::function<Result<Decision>(const View&)>;

  // Commits what `decide` asks for, together with the record of `mutation`; a mutation that is
  // recorded already is answered from there. The same request id with other parameters:
  // INVALID_ARGUMENT/REQUEST_ID_REUSED. ABORTED/CHANGED_SINCE_READ when other daemons were quicker
  // again and again. Blocks on the store.
  [[nodiscard]] Result<Updated> Update(const Mutation& mutation, Timestamp now,
                                       const Decide& decide);

  // The same for a change that no caller asked for: the outcome of an act, a reconciliation. No
  // change is no commit.
  [[nodiscard]] Result<Updated> Update(Timestamp now, const Decide& decide);

  // What `mutation` did when it was recorded; nothing when it never was. REQUEST_ID_REUSED as
  // above. Blocks on the store.
  [[nodiscard]] Result<std::optional<Updated>> Repeated(const Mutation& mutation);

  // Takes over what other daemons committed. Blocks on the store.
  [[nodiscard]] Outcome Refresh();

  // Publishes the picture again where the validity of a grant began or ended since the last time:
  // who watches has to look anew.
  void NoteTime(Timestamp now);

  // When the store was last asked for changes, and the other daemons heard that this one has them
  // (server/store/heartbeat.h). Monotonic; the beginning of time before the first time.
  [[nodiscard]] std::chrono::steady_clock::time_point LastContact() const {
    return last_contact_.load();
  }
  // How old the picture may be at most at `now`. Ask before Get(): what is taken later is not
  // older.
  [[nodiscard]] std::chrono::steady_clock::duration SnapshotAge(
      std::chrono::steady_clock::time_point now) const;
  void NoteContact(std::chrono::steady_clock::time_point asked_at) { last_contact_ = asked_at; }

 private:
  Registry(KeyStore& store, std::set<Grant> bootstrap, ViewPtr view);

  [[nodiscard]] Result<Updated> UpdateLocked(const std::optional<RequestEntry>& request,
                                             Timestamp now, const Decide& decide);
  [[nodiscard]] Result<std::optional<Updated>> CatchUpLocked(
      const std::optional<RequestEntry>& request);
  [[nodiscard]] Outcome RefreshLocked();

  KeyStore& store_;
  const std::set<Grant> bootstrap_;
  std::mutex writer_;
  Timestamp noted_at_ = Timestamp::min();  // guarded by writer_
  Published<View> views_;
  std::atomic<std::chrono::steady_clock::time_point> last_contact_{
      std::chrono::steady_clock::time_point::min()};
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_REGISTRY_H_
