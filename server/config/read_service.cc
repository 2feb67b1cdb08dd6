// [signing], [policy], [access], [audit], [store], [metrics], [alarm]: what the daemon does.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/config/sections.h"
#include "server/keys/policy_settings.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kStoreExample =
    "the absolute path of a file, or postgresql = \"host=… dbname=…\"";

// One of two words, in the order of the enumeration.
template <typename Choice>
void ReadChoice(TableReader& table, std::string_view key, std::pair<const char*, const char*> words,
                Choice& choice) {
  std::string word(words.first);
  table.Text(key, word, CheckText);
  if (word == words.second) {
    choice = static_cast<Choice>(1);
  } else if (word != words.first && table.Has(key)) {
    table.Complain(
        key, "is \"" + word + "\"; write \"" + words.first + "\" or \"" + words.second + "\"");
  }
}

}  // namespace

void ReadSigning(TableReader table, unsigned sessions, SigningConfig& signing) {
  table.Whole("queue_limit", signing.queue_limit, 1, 1'000'000);
  signing.workers = sessions;
  table.Whole("workers", signing.workers, 1, kMaxSigningWorkers);
  table.Whole("max_batch", signing.max_batch, 1, 1024);
  table.Finish();
}

void ReadPolicy(TableReader table, PolicyConfig& policy) {
  PolicySettings written;
  const auto read = [&](std::string_view key, std::string_view name, std::string_view range) {
    std::optional<std::string> text;
    table.AnyText(key, text);
    if (!text) return;
    if (CheckSettings({{std::string(name), *text}})) {
      written.insert_or_assign(std::string(name), *std::move(text));
    } else {
      table.Complain(key, "is \"" + *text + "\"; write " + std::string(range));
    }
  };
  for (const PolicySetting& setting : AllPolicySettings()) {
    read(setting.name, setting.name, setting.range);
    // What rsa_bits was called before.
    constexpr std::string_view kFormer = "default_rsa_bits";
    if (setting.name == "rsa_bits" && table.Has(kFormer)) {
      read(kFormer, setting.name, setting.range);
    }
  }
  if (auto keys = PolicyWith(policy.keys, written)) {
    policy.keys = *std::move(keys);
  } else {
    table.Complain("", keys.error().message);
  }
  table.Bool("allow_activation_without_dns_proof", policy.allow_activation_without_dns_proof);
  table.Finish();
}

void ReadAccess(TableReader table, AccessConfig& access) {
  table.Texts("administrators", access.administrators, CheckIdentity);
  table.Require("administrators",
                "the identities that may do everything, such as [\"uri:spiffe://…\"]; [] for none");
  table.Bool("break_glass", access.break_glass);
  table.Finish();
}

void ReadAudit(TableReader table, const std::vector<TokenConfig>& tokens, AuditConfig& audit) {
  if (std::string former; table.Has("path")) {
    table.Text("path", former, CheckText);
    table.Complain(
        "path",
        "named the text file of before; write directory = \"/var/lib/dkimkeeper/audit\", "
        "and keep the old file as it is");
  }
  table.Text("directory", audit.directory, CheckPath);
  if (!table.Has("path")) table.Require("directory", "the absolute path of a directory");
  table.Text("origin", audit.origin, CheckOrigin);
  table.Text("token", audit.token, CheckName);
  if (!audit.token.empty() &&
      std::ranges::find(tokens, audit.token, &TokenConfig::name) == tokens.end()) {
    table.Complain("token", "names no token; write the name of a [[token]]");
  }
  ReadChoice(table, "signatures", {"buffered", "durable"}, audit.signatures);
  table.Duration("buffer", audit.buffer, milliseconds(1), seconds(10));
  ReadChoice(table, "when_unwritable", {"spool", "stop"}, audit.when_unwritable);
  table.Whole("spool", audit.spool, 1, 10'000'000);
  table.Whole("segment_size", audit.segment_size, 1, 4096);
  table.Duration("retention", audit.retention, hours(1), days(36'500));
  table.Duration("checkpoint_interval", audit.checkpoint_interval, milliseconds(100), days(1));
  ReadChoice(table, "forward", {"none", "syslog"}, audit.forward);
  table.Finish();
}

void ReadStore(TableReader table, std::chrono::milliseconds handover_window, StoreConfig& store) {
  table.Text("path", store.path, CheckPath);
  table.Text("postgresql", store.postgresql, CheckConnection);
  table.Text("password_file", store.password_file, CheckPath);
  if (!table.Has("postgresql")) {
    table.Require("path", kStoreExample);
    if (table.Has("password_file")) {
      table.Complain("password_file", "is for postgresql; remove it");
    }
  } else if (table.Has("path")) {
    table.Complain("postgresql", "stands beside path; write one of the two");
  }
  // Not written, it follows the window.
  store.snapshot_max_age = std::min(store.snapshot_max_age, handover_window / 2);
  table.Duration("snapshot_max_age", store.snapshot_max_age, seconds(1), days(1));
  if (table.Has("snapshot_max_age") && store.snapshot_max_age >= handover_window) {
    table.Complain("snapshot_max_age",
                   "is not shorter than [policy] handover_window; write less, or daemons that lost "
                   "the store would sign longer than planned");
  }
  table.Finish();
}

void ReadMetrics(TableReader table, MetricsConfig& metrics) {
  std::string listen = "127.0.0.1:9464";
  table.Text("listen", listen, CheckMetricsAddress);
  if (auto address = ListenAddress::Parse(listen)) metrics.listen = std::move(*address);
  table.Finish();
}

void ReadAlarm(TableReader table, AlarmConfig& alarm) {
  table.Texts("command", alarm.command, [](const std::string&) { return Complaint(); });
  if (!alarm.command.empty() && CheckPath(alarm.command.front())) {
    table.Complain("command",
                   "has no absolute path as its first element; write [\"/path/of/program\", "
                   "\"argument\"], there is no shell");
  }
  table.Duration("time_limit", alarm.time_limit, seconds(1), minutes(10));
  table.Finish();
}

}  // namespace dkimkeeper
