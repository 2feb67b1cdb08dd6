#include "server/lifecycle/domain_entry.h"

#include "proto/reason.h"

namespace dkimkeeper {

Result<DomainEntry> EntryFor(const View& view, const Caller& caller, Verb verb,
                             const Domain& domain) {
  const auto authorized = view.rules.Authorize(caller, verb, Scope::AllOf(domain));
  if (!authorized) return Forward(authorized);
  const auto entry = view.contents.domains.find(domain);
  if (entry == view.contents.domains.end()) {
    return Fail(Code::kNotFound, reason::kDomainUnknown,
                "no domain " + domain.str() + "; `dkimkeeper domain list` shows what there is");
  }
  return entry->second;
}

tl::unexpected<Error> NoSender(const Domain& domain, const Sender& sender) {
  return Fail(
      Code::kNotFound, reason::kSenderUnknown,
      "domain " + domain.str() + " has no sender " + sender.str() + "; `sender add` it first");
}

Outcome CheckStays(const DomainEntry& entry, const Sender& sender) {
  const std::string wait = " is being removed: its keys go through the rest of their lives; `" +
                           std::string("dkimkeeper next ") + entry.domain.str() +
                           "` says until when";
  if (entry.removing_at) {
    return Fail(Code::kFailedPrecondition, reason::kDomainInUse,
                "domain " + entry.domain.str() + wait);
  }
  if (entry.removing_senders.contains(sender)) {
    return Fail(Code::kFailedPrecondition, reason::kSenderInUse,
                "sender " + sender.str() + " of " + entry.domain.str() + wait);
  }
  return {};
}

}  // namespace dkimkeeper
