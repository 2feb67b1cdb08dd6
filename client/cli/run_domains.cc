// domain …, sender …
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/views.h"

namespace dkimkeeper {
namespace {

Outcome PrintDomain(Session& session, const Result<v1::Domain>& domain) {
  if (!domain) return Forward(domain);
  return session.Print(ToJson(*domain), ShowDomain(*domain, session.now_ms()));
}

}  // namespace

Outcome Run(Session& session, const v1::AddDomainRequest& request) {
  return PrintDomain(session, session.server().AddDomain(request));
}

Outcome Run(Session& session, const v1::GetDomainRequest& request) {
  return PrintDomain(session, session.server().GetDomain(request));
}

Outcome Run(Session& session, const v1::ListDomainsRequest& request) {
  const auto domains = session.server().ListDomains(request);
  if (!domains) return Forward(domains);
  return session.Print(ToJsonList("domains", *domains), ShowDomains(*domains, session.now_ms()));
}

Outcome Run(Session& session, const v1::RemoveDomainRequest& request) {
  if (Outcome begun = session.server().RemoveDomain(request); !begun) return begun;
  return session.Print({{"removed", {{"domain", request.domain()}}}},
                       "the removal of domain " + request.domain() +
                           " has begun: its keys live their lives to the end, and the domain goes "
                           "with the last; `dkimkeeper next " +
                           request.domain() + "` shows what is still to come\n");
}

Outcome Run(Session& session, const v1::PauseDomainRequest& request) {
  return PrintDomain(session, session.server().PauseDomain(request));
}

Outcome Run(Session& session, const v1::ResumeDomainRequest& request) {
  return PrintDomain(session, session.server().ResumeDomain(request));
}

Outcome Run(Session& session, const v1::PlaceDomainRequest& request) {
  return PrintDomain(session, session.server().PlaceDomain(request));
}

Outcome Run(Session& session, const v1::AddSenderRequest& request) {
  return PrintDomain(session, session.server().AddSender(request));
}

Outcome Run(Session& session, const v1::RemoveSenderRequest& request) {
  return PrintDomain(session, session.server().RemoveSender(request));
}

Outcome Run(Session& session, const ListSendersCommand& command) {
  v1::GetDomainRequest request;
  request.set_domain(command.domain);
  const Result<v1::Domain> domain = session.server().GetDomain(request);
  if (!domain) return Forward(domain);
  const Json all = ToJson(*domain);
  return session.Print({{"domain", domain->domain()},
                        {"senders", all.at("senders")},
                        {"token", all.at("token")},
                        {"standby_token", all.at("standby_token")},
                        {"sender_placements", all.at("sender_placements")}},
                       ShowSenders(*domain));
}

}  // namespace dkimkeeper
