#include "server/lifecycle/domain_decisions.h"

#include <algorithm>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/domain_entry.h"
#include "server/lifecycle/placement.h"

namespace dkimkeeper {
namespace {

Decision Put(DomainEntry entry) {
  std::string subject = entry.domain.str();
  return {{PutDomain{std::move(entry)}}, std::move(subject)};
}

}  // namespace

Result<Decision> DecideAddDomain(const View& view, const Caller& caller, DomainEntry entry,
                                 std::span<const TokenTerms> tokens) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!authorized) return Forward(authorized);
  const auto there = view.contents.domains.find(entry.domain);
  if (there != view.contents.domains.end()) {
    if (there->second.removing_at) {
      return Fail(Code::kAlreadyExists, reason::kDomainExists,
                  "domain " + entry.domain.str() +
                      " is being removed and still has keys; `dkimkeeper next " +
                      entry.domain.str() + "` says until when, add it again after that");
    }
    return Fail(Code::kAlreadyExists, reason::kDomainExists,
                "domain " + entry.domain.str() + " exists already");
  }
  if (const auto good = CheckPlacement(entry.placement, tokens); !good) return Forward(good);
  entry.senders.insert(Sender::Default());
  return Put(std::move(entry));
}

Result<Decision> DecidePlace(const View& view, const Caller& caller, const PlaceRequest& request,
                             std::span<const TokenTerms> tokens) {
  auto entry = EntryFor(view, caller, Verb::kAdminister, request.domain);
  if (!entry) return Forward(entry);
  if (const auto good = CheckPlacement(request.placement, tokens); !good) return Forward(good);
  if (!request.sender) {
    entry->placement = request.placement;
    return Put(*std::move(entry));
  }
  if (!entry->senders.contains(*request.sender)) return NoSender(request.domain, *request.sender);
  if (request.placement.token.empty()) {
    entry->sender_placements.erase(*request.sender);
  } else {
    entry->sender_placements.insert_or_assign(*request.sender, request.placement);
  }
  return Put(*std::move(entry));
}

Result<Decision> DecideAddSender(const View& view, const Caller& caller, const Domain& domain,
                                 const Sender& sender) {
  auto entry = EntryFor(view, caller, Verb::kAdminister, domain);
  if (!entry) return Forward(entry);
  if (entry->removing_at || entry->removing_senders.contains(sender)) {
    return Forward(CheckStays(*entry, sender));
  }
  if (!entry->senders.insert(sender).second) {
    return Fail(Code::kAlreadyExists, reason::kSenderExists,
                "domain " + domain.str() + " has a sender " + sender.str() + " already");
  }
  return Put(*std::move(entry));
}

}  // namespace dkimkeeper
