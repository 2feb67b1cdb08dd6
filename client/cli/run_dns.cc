// dns …
#include <algorithm>
#include <mutex>
#include <optional>

#include "client/cli/check_views.h"
#include "client/cli/dns_records.h"
#include "client/cli/in_parallel.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Checks = std::vector<Result<v1::RecordCheck>>;

// One key, those of a domain, or all.
Result<std::vector<v1::Key>> KeysOf(OperatorClient& server, const std::string& domain,
                                    const std::string& selector) {
  if (selector.empty()) {
    v1::ListKeysRequest request;
    request.set_domain(domain);
    return server.ListKeys(request);
  }
  v1::GetKeyRequest request;
  request.set_domain(domain);
  request.set_selector(selector);
  return server.GetKey(request).map([](v1::Key key) { return std::vector{std::move(key)}; });
}

Result<v1::RecordCheck> Check(OperatorClient& server, const v1::Key& key, bool stored) {
  if (stored) {
    v1::GetCheckRequest request;
    request.set_domain(key.domain());
    request.set_selector(key.selector());
    return server.GetCheck(request);
  }
  v1::CheckRecordRequest request;
  request.set_domain(key.domain());
  request.set_selector(key.selector());
  return server.CheckRecord(request);
}

// In the order of the keys. A check that fails does not hold up the others.
Checks CheckAll(Session& session, const std::vector<v1::Key>& keys, bool stored) {
  Checks checks(keys.size());
  const Surroundings& around = session.around();
  std::mutex mutex;
  std::size_t done = 0;
  InParallel(keys.size(), [&](std::size_t i) {
    checks[i] = Check(session.server(), keys[i], stored);
    const std::lock_guard lock(mutex);
    ++done;
    if (around.err_is_terminal) {
      around.err << "\r" << done << " of " << keys.size() << " records" << std::flush;
    }
    return true;
  });
  if (around.err_is_terminal) around.err << "\r\033[K" << std::flush;
  return checks;
}

Json ChecksJson(const std::vector<v1::Key>& keys, const Checks& checks) {
  Json shown = Json::array();
  Json failed = Json::array();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (checks[i]) {
      shown.push_back(ToJson(*checks[i]));
    } else {
      failed.push_back({{"domain", keys[i].domain()},
                        {"selector", keys[i].selector()},
                        {"reason", checks[i].error().reason},
                        {"message", checks[i].error().message}});
    }
  }
  return {{"checks", std::move(shown)}, {"failed", std::move(failed)}};
}

std::string ShowChecks(const std::vector<v1::Key>& keys, const Checks& checks,
                       std::int64_t now_ms) {
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    text += text.empty() ? "" : "\n";
    text += checks[i]
                ? ShowCheck(*checks[i], now_ms)
                : Printable(keys[i].record_name() + ": not checked: " + checks[i].error().message +
                            " [" + checks[i].error().reason + "]") +
                      "\n";
  }
  return text;
}

Outcome Judge(const Checks& checks) {
  const auto bad = std::ranges::count_if(
      checks, [](const auto& check) { return !check || !IsAsWished(*check); });
  if (bad == 0) return {};
  if (checks.size() == 1 && !checks.front()) return Forward(checks.front());
  return Fail(Code::kFailedPrecondition, reason::kDnsProofMissing,
              (checks.size() == 1 ? "the record is not proven to be as it should be"
                                  : std::to_string(bad) + " of " + std::to_string(checks.size()) +
                                        " records are not proven to be as they should be") +
                  std::string("; what to do stands above"));
}

}  // namespace

Outcome Run(Session& session, const DnsRecordCommand& command) {
  const auto keys = KeysOf(session.server(), command.domain, command.selector);
  if (!keys) return Forward(keys);
  const RecordFormat format = session.json() ? RecordFormat::kJson : command.format;
  return session.Print(RenderDnsRecords(*keys, format));
}

Outcome Run(Session& session, const DnsCheckCommand& command) {
  auto keys = KeysOf(session.server(), command.domain, command.selector);
  if (!keys) return Forward(keys);
  if (command.selector.empty()) {
    std::erase_if(*keys, [](const v1::Key& key) { return !HasRecord(key); });
  }
  const Checks checks = CheckAll(session, *keys, command.stored);
  if (checks.size() == 1 && !checks.front()) return Judge(checks);
  if (Outcome printed =
          session.Print(ChecksJson(*keys, checks), ShowChecks(*keys, checks, session.now_ms()));
      !printed) {
    return printed;
  }
  return Judge(checks);
}

}  // namespace dkimkeeper
