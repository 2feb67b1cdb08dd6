#include "client/cli/apply.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "client/cli/difference.h"
#include "client/cli/in_parallel.h"
#include "client/cli/table.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Result<Difference> CompareWithServer(OperatorClient& server, const Document& document, bool prune) {
  const auto domains = server.ListDomains({});
  if (!domains) return Forward(domains);
  std::vector<v1::Grant> grants;
  if (!document.grants.empty()) {
    auto listed = server.ListGrants({});
    if (!listed) return Forward(listed);
    grants = *std::move(listed);
  }
  return Compare(document, *domains, grants, prune);
}

Outcome Make(OperatorClient& server, const v1::AddDomainRequest& request) {
  return server.AddDomain(request).map([](const auto&) {});
}
Outcome Make(OperatorClient& server, const v1::AddSenderRequest& request) {
  return server.AddSender(request).map([](const auto&) {});
}
Outcome Make(OperatorClient& server, const v1::PlaceDomainRequest& request) {
  return server.PlaceDomain(request).map([](const auto&) {});
}
Outcome Make(OperatorClient& server, const v1::SetPolicyRequest& request) {
  return server.SetPolicy(request).map([](const auto&) {});
}
Outcome Make(OperatorClient& server, const v1::RemoveSenderRequest& request) {
  return server.RemoveSender(request).map([](const auto&) {});
}
Outcome Make(OperatorClient& server, const v1::RemoveDomainRequest& request) {
  return server.RemoveDomain(request);
}
Outcome Make(OperatorClient& server, const v1::AddGrantRequest& request) {
  return server.AddGrant(request).map([](const auto&) {});
}
Outcome Make(OperatorClient& server, const v1::RemoveGrantRequest& request) {
  return server.RemoveGrant(request).map([](const auto&) {});
}

// Makes changes, a few at once, until all are made or one failed.
class Application {
 public:
  Application(Session& session, const Difference& difference)
      : session_(session), difference_(difference) {
    for (const auto* lists : {&difference.domains, &difference.grants}) {
      for (const Changes& changes : *lists) total_ += changes.size();
    }
  }

  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] const std::vector<std::string>& made() const { return made_; }

  Outcome MakeAll() {
    for (const auto* lists : {&difference_.domains, &difference_.grants}) {
      InParallel(lists->size(), [&](std::size_t i) { return MakeList((*lists)[i]); });
      if (failure_) break;
    }
    if (session_.around().err_is_terminal) session_.around().err << "\r\033[K" << std::flush;
    if (!failure_) return {};
    Error error = *failure_;
    error.message += "; " + std::to_string(made_.size()) + " of " + std::to_string(total_) +
                     " changes were made: run it again to go on";
    return tl::unexpected(std::move(error));
  }

 private:
  bool MakeList(const Changes& changes) {
    for (const Change& change : changes) {
      const Outcome outcome = std::visit(
          [&](const auto& request) { return Make(session_.server(), request); }, change.request);
      const std::lock_guard lock(mutex_);
      if (!outcome) {
        if (failure_) return false;  // one is told
        failure_ = outcome.error();
        failure_->message = change.line + ": " + failure_->message;
        return false;
      }
      made_.push_back(change.line);
      if (session_.around().err_is_terminal) {
        session_.around().err << "\r" << made_.size() << " of " << total_ << std::flush;
      }
    }
    return true;
  }

  Session& session_;
  const Difference& difference_;
  std::size_t total_ = 0;
  std::mutex mutex_;
  std::vector<std::string> made_;
  std::optional<Error> failure_;
};

std::string Lines(const Difference& difference) {
  std::string text;
  for (const auto* lists : {&difference.domains, &difference.grants}) {
    for (const Changes& changes : *lists) {
      for (const Change& change : changes) text += Printable(change.line) + "\n";
    }
  }
  return text;
}

Json ApplyJson(const Difference& difference, const std::vector<std::string>& made) {
  std::vector<std::string> sorted = made;
  std::ranges::sort(sorted);
  Json list = Json::array();
  for (const auto* lists : {&difference.domains, &difference.grants}) {
    for (const Changes& changes : *lists) {
      for (const Change& change : changes) {
        list.push_back(
            {{"change", change.line}, {"made", std::ranges::binary_search(sorted, change.line)}});
      }
    }
  }
  return {{"changes", std::move(list)}, {"made", made.size()}};
}

Outcome RefuseConflicts(const Surroundings& around, const Difference& difference) {
  if (difference.conflicts.empty()) return {};
  for (const std::string& conflict : difference.conflicts) {
    around.err << Printable(conflict) << "\n";
  }
  return Fail(Code::kInvalidArgument, reason::kBadDocument,
              "the document cannot be applied: correct what the lines above say; nothing was "
              "changed");
}

// Yes, from a terminal or by --yes.
Outcome Confirm(const Surroundings& around, const ApplyTerms& terms, std::size_t total) {
  if (terms.yes) return {};
  if (!around.in_is_terminal || !terms.may_ask) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "nobody can be asked here: give --yes to make these changes, or --dry-run");
  }
  around.err << "Make "
             << (total == 1 ? "this change" : "these " + std::to_string(total) + " changes")
             << "? [y/N] " << std::flush;
  std::string answer;
  std::getline(around.in, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return Fail(Code::kInvalidArgument, reason::kBadOption, "not confirmed: nothing was changed");
}

}  // namespace

Result<Applied> ApplyDocument(Session& session, const Document& document, const ApplyTerms& terms) {
  const Surroundings& around = session.around();
  const auto difference = CompareWithServer(session.server(), document, terms.prune);
  if (!difference) return Forward(difference);
  if (Outcome agreed = RefuseConflicts(around, *difference); !agreed) return Forward(agreed);
  Application application(session, *difference);
  if (terms.dry_run || application.total() == 0) {
    const std::string none = "The server holds what the document says.\n";
    return Applied{
        ApplyJson(*difference, {}), application.total() == 0 ? none : Lines(*difference), {}};
  }
  if (!session.json()) {
    if (Outcome shown = session.Print(Lines(*difference)); !shown) return Forward(shown);
  }
  if (Outcome yes = Confirm(around, terms, application.total()); !yes) return Forward(yes);
  Outcome outcome = application.MakeAll();
  const std::string text = outcome ? std::to_string(application.total()) + " changes made\n" : "";
  return Applied{ApplyJson(*difference, application.made()), text, std::move(outcome)};
}

}  // namespace dkimkeeper
