// Who signs, and who is refused: where an intruder would show.
#ifndef SERVER_ACCESS_ACTIVITY_H_
#define SERVER_ACCESS_ACTIVITY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/access/authorized.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// Of one identity. A value.
struct IdentityActivity {
  std::uint64_t signatures = 0;
  std::optional<Timestamp> last_signature = {};
  std::map<std::string, std::uint64_t, std::less<>> refused = {};  // by reason (proto/reason.h)
  std::optional<Timestamp> last_refused = {};
  std::map<Grant, Timestamp> first_used = {};  // the grants that it signed by

  // All its refusals.
  [[nodiscard]] std::uint64_t refusals() const;
};

// Counted in memory, on this daemon, since its start. Bounded: where there is no room for an
// identity, one that never signed gives up its own, and what has none is counted together.
// Thread-safe; a signature costs a look-up under a lock.
class Activity {
 public:
  struct Bounds {
    std::size_t identities = 1000;
    std::size_t grants = 10'000;  // uses of all identities together
  };
  Activity() : Activity(Bounds()) {}
  explicit Activity(Bounds bounds) : bounds_(bounds) {}
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;

  // True: nobody with this identity signed by this grant before. Where there is no room to remember
  // it, false.
  [[nodiscard]] bool NoteSignature(const Authorized& authorized, Timestamp now);
  // Without an identity: "".
  void NoteRefusal(std::string_view identity, std::string_view reason, Timestamp now);

  struct Picture {
    std::map<std::string, IdentityActivity> identities;  // "": callers without one
    IdentityActivity others;
  };
  [[nodiscard]] Picture Now() const;

 private:
  struct Row {
    IdentityActivity activity;
    std::shared_ptr<const LimitedGrant> last_grant;  // the common case: the same again
  };
  // Nothing: there is no room.
  [[nodiscard]] Row* RowOf(const std::string& identity, bool signs);
  [[nodiscard]] bool MakeRoom();

  const Bounds bounds_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Row> rows_;
  IdentityActivity strangers_;
  IdentityActivity others_;
  std::size_t grants_ = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_ACTIVITY_H_
