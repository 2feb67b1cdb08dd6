#include "client/cli/run.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "client/cli/session.h"
#include "client/cli/table.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDeadline{5'000};
// Tokens take their time to make a key: RSA-4096 on a card, more than a minute.
constexpr milliseconds kGenerateDeadline{150'000};
// Other work in the token.
constexpr milliseconds kTokenDeadline{30'000};
// Finding all of its keys.
constexpr milliseconds kAttestDeadline{90'000};

// A key that may be in other hands: each daemon is waited for.
constexpr milliseconds kStopDeadline{60'000};
// Name servers that do not answer, one after the other.
constexpr milliseconds kCheckDeadline{120'000};
// Thousands of rows, or years of them.
constexpr milliseconds kMuchDeadline{30'000};

template <typename... Any>
bool IsAnyOf(const Command& command) {
  return (std::holds_alternative<Any>(command) || ...);
}

milliseconds DeadlineOf(const Command& command) {
  if (IsAnyOf<v1::GenerateKeyRequest>(command)) return kGenerateDeadline;
  if (IsAnyOf<v1::AttestTokenRequest>(command)) return kAttestDeadline;
  if (IsAnyOf<DnsCheckCommand>(command)) return kCheckDeadline;
  if (IsAnyOf<v1::RevokeKeyRequest, RotateCommand, v1::ApproveRequestRequest>(command))
    return kStopDeadline;
  if (IsAnyOf<v1::AdoptKeyRequest, v1::DestroyKeyRequest>(command)) return kTokenDeadline;
  if (IsAnyOf<v1::PreviewPolicyRequest, ApplyCommand, ImportOpenDkimCommand>(command))
    return kMuchDeadline;
  return kDeadline;
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    if (end > start) parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

}  // namespace

ClientOptions ToClientOptions(const GlobalOptions& globals, const Command& command) {
  return {.servers = SplitAtCommas(globals.servers),
          .ca_file = globals.ca_file,
          .cert_file = globals.cert_file,
          .key_file = globals.key_file,
          .deadline = DeadlineOf(command),
          .note = {}};
}

Outcome Session::Print(const Json& document, const std::string& text) {
  return Print(json_ ? PrintJson(document) : text);
}

Outcome Session::Print(const std::string& text) {
  around_.out << text << std::flush;
  if (around_.out.good()) return {};
  return Fail(Code::kInternal, reason::kInternal, "cannot write to standard output");
}

Outcome RunCommand(const Invocation& invocation, const Surroundings& around) {
  if (const auto* sign = std::get_if<SignCommand>(&invocation.command)) {
    const bool no_server = invocation.globals.servers.empty();
    if (no_server || !sign->agent.empty()) return SignWithAgent(*sign, around);
  }
  const auto run = [&](Session& session) {
    return std::visit([&](const auto& command) { return Run(session, command); },
                      invocation.command);
  };
  if (IsAnyOf<AuditListCommand, AuditExportCommand, AuditVerifyCommand, AuditWhoSignedCommand>(
          invocation.command)) {
    Session without_server(nullptr, invocation.globals.json, around);
    return run(without_server);
  }
  if (invocation.globals.servers.empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "no server is named: give --server host:port, or set DKIMKEEPER_SERVER");
  }
  auto client = OperatorClient::Connect(ToClientOptions(invocation.globals, invocation.command));
  if (!client) return Forward(client);
  Session session(*std::move(client), invocation.globals.json, around);
  return run(session);
}

std::string ErrorLine(const Error& error) {
  return "dkimkeeper: " + Printable(error.message) + " [" + Printable(error.reason) + "]\n";
}

}  // namespace dkimkeeper
