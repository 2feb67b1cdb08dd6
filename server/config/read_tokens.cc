// [[token]] and [isolation]: tokens, their workers, and who those run as.
#include <set>

#include "server/config/sections.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

void RequireOneOf(TableReader& table, const std::string& first, const std::string& second) {
  if (table.Has(first) && table.Has(second)) {
    table.Complain(second, "stands beside " + first + "; write one of the two");
  } else if (!table.Has(first) && !table.Has(second)) {
    table.Complain(first, "is missing; write it, or " + second);
  }
}

void ReadSandbox(TableReader& table, TokenConfig& token) {
  std::string sandbox = ToString(token.sandbox);
  table.Text("sandbox", sandbox, CheckSandbox);
  for (const Sandbox known : {Sandbox::kStrict, Sandbox::kNetwork, Sandbox::kOff}) {
    if (sandbox == ToString(known)) token.sandbox = known;
  }
  table.Texts("sandbox_allow", token.sandbox_allow, CheckSystemCall);
}

void ReadToken(TableReader& table, TokenConfig& token) {
  table.Text("name", token.name, CheckName);
  table.Require("name", "a name of your choice, such as \"main\"");
  table.Text("module", token.module, CheckPath);
  table.Require("module", "the absolute path of the PKCS#11 module");
  table.Text("label", token.label, CheckText);
  table.Text("serial", token.serial, CheckText);
  RequireOneOf(table, "label", "serial");
  table.Text("pin_file", token.pin_file, CheckPath);
  table.Text("pin_credential", token.pin_credential, CheckCredentialName);
  RequireOneOf(table, "pin_file", "pin_credential");
  table.Whole("workers", token.workers, 1, 32);
  table.Whole("sessions", token.sessions, 1, 256);
  table.Texts("environment", token.environment, CheckVariable);
  ReadSandbox(table, token);
  table.Whole("destroy_limit", token.destroy_limit, 0, 1'000);
  table.Duration("start_limit", token.start_limit, milliseconds(100), minutes(10));
  table.Duration("sign_limit", token.sign_limit, milliseconds(10), minutes(1));
  table.Whole("max_keys", token.max_keys, 0, 1'000'000);
  table.Bool("require_backup", token.require_backup);
  table.Finish();
}

}  // namespace

const char* ToString(Sandbox sandbox) {
  switch (sandbox) {
    case Sandbox::kStrict:
      return "strict";
    case Sandbox::kNetwork:
      return "network";
    case Sandbox::kOff:
      return "off";
  }
  return "strict";
}

void ReadTokens(TableReader& root, std::vector<TokenConfig>& tokens) {
  std::set<std::string> names;
  for (TableReader& table : root.Tables("token")) {
    TokenConfig& token = tokens.emplace_back();
    ReadToken(table, token);
    if (!token.name.empty() && !names.insert(token.name).second) {
      table.Complain("name", "is the name of another token; write a name of its own");
    }
  }
  if (tokens.empty()) {
    const std::string what = root.Has("token") ? "names no token" : "is missing";
    root.Complain("token", what + "; write a table headed [[token]] for each token");
  }
}

void ReadIsolation(TableReader table, IsolationConfig& isolation) {
  table.Text("daemon_user", isolation.daemon_user, CheckText);
  table.Text("token_user", isolation.token_user, CheckText);
  for (const auto& [one, other] :
       {std::pair("daemon_user", "token_user"), std::pair("token_user", "daemon_user")}) {
    if (table.Has(one) && !table.Has(other)) {
      table.Complain(other, "is missing beside " + std::string(one) + "; write both, or neither");
    }
  }
  table.Text("worker", isolation.worker, CheckPath);
  table.Text("state", isolation.state, CheckPath);
  // Beside the store the daemon could put another directory in its place.
  if (table.Has("daemon_user")) {
    table.Require("state", "a directory, with a parent that daemon_user cannot write to");
  }
  table.Finish();
}

}  // namespace dkimkeeper
