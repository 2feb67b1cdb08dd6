// What is left to do for a change, given what stands in DNS: the rule that keeps every publisher
// from touching what is not ours.
#ifndef SERVER_DNS_CHANGE_STEP_H_
#define SERVER_DNS_CHANGE_STEP_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "server/dns/publisher.h"
#include "server/dns/txt_strings.h"

namespace dkimkeeper {

// What stands at one name. A value.
struct StandingRecords {
  std::vector<TxtStrings> txt = {};
  std::string cname = {};  // where a CNAME leads; empty: there is none
  friend bool operator==(const StandingRecords&, const StandingRecords&) = default;
};

enum class ChangeStep : std::uint8_t { kNothing, kCreate, kReplace, kRemove };

// kNothing: it is so already. With kReplace and kRemove exactly one TXT record stands there, and is
// `change.before`: the same public key, or revoked as that one is. Two records of one key, such as
// with and without t=y, are told apart by all their tags. FAILED_PRECONDITION/RECORD_CHANGED says
// what stands there instead.
[[nodiscard]] Result<ChangeStep> StepFor(const RecordChange& change,
                                         const StandingRecords& standing);

// What a publisher that found `standing` in the way says of it.
[[nodiscard]] tl::unexpected<Error> RecordChanged(std::string_view name,
                                                  const StandingRecords& standing);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_CHANGE_STEP_H_
