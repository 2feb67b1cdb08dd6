// How tries of steps went: in memory only, so that a restart tries anew at once.
#ifndef SERVER_ROTATION_ATTEMPTS_H_
#define SERVER_ROTATION_ATTEMPTS_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "server/rotation/steps.h"

namespace dkimkeeper {

// The tries of one step since it last got anywhere.
struct Attempt {
  std::size_t tries = 0;
  Timestamp last_at;
  std::string problem = {};  // what the last one met, for people; empty: it only has to wait
  std::string reason = {};   // of proto/reason.h; empty: it did not fail, it is not done yet
  Timestamp first_at = {};
};

// Thread-safe.
class Attempts {
 public:
  // `step` was tried and is not done.
  void Record(const Step& step, Timestamp at, std::string problem, std::string reason = {});
  // It is done, or there is something new: the next try is a first one.
  void Forget(const Step& step);
  // Of all steps: the clock jumped, or an operator wants everything tried now.
  void ForgetAll();
  // Of steps that are not among `planned` any more.
  void ForgetOthers(std::span<const Step> planned);

  [[nodiscard]] std::optional<Attempt> Find(const Step& step) const;

 private:
  // Kind, then the key's id, or domain, sender and algorithm where there is no key.
  using Name = std::pair<StepKind, std::string>;
  [[nodiscard]] static Name NameOf(const Step& step);

  mutable std::mutex mutex_;
  std::map<Name, Attempt> attempts_;
};

// When a step that was tried is tried again: from 5 s to 10 min for looks at DNS, from 30 s to an
// hour for the rest; doubled each time. An operator who has to act is looked for every 10 minutes.
[[nodiscard]] Timestamp NextTry(const Step& step, const Attempt& attempt);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_ATTEMPTS_H_
