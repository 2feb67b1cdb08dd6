// import-opendkim
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "client/cli/apply.h"
#include "client/cli/dns_records.h"
#include "client/cli/import_views.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/opendkim/old_key.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::milliseconds kLook{500};
// A token that takes its time, times two.
constexpr int kLooksWithoutProgress = 120;
constexpr unsigned kLeastRsaBits = 2048;
constexpr unsigned kMostRsaBits = 4096;

using Line = std::pair<std::string, std::string>;  // domain, sender
using Keys = std::vector<v1::Key>;

struct Table {
  DataSetName name;
  std::vector<DataSetEntry> entries;
};

Result<Table> ReadTable(const std::string& text) {
  Table table{ParseDataSetName(text), {}};
  if (table.name.kind == DataSetKind::kDatabase) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                text + " is a database, which only OpenDKIM can open: write its rows to a file");
  }
  std::string content = table.name.rest;
  if (table.name.kind != DataSetKind::kList) {
    std::ifstream file(table.name.rest, std::ios::binary);
    content.assign(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad()) {
      return Fail(Code::kInvalidArgument, reason::kBadOption,
                  "cannot read " + table.name.rest + "; name a file that you may read");
    }
  }
  table.entries = ReadDataSet(table.name.kind, content);
  return table;
}

Result<Migration> ReadTables(const ImportOpenDkimCommand& command) {
  const auto keys = ReadTable(command.key_table);
  if (!keys) return Forward(keys);
  const auto signing = ReadTable(command.signing_table);
  if (!signing) return Forward(signing);
  const DataSetKind kind =
      signing->name.kind_is_written ? signing->name.kind : LikelyKind(signing->entries);
  return Migrate(ReadKeyTable(keys->entries), ReadSigningTable(kind, signing->entries));
}

// What is known of the key, and whether it may be brought along.
Adoption Consider(const MigratedLine& line) {
  if (line.old_key_file.empty())
    return {line, "it stands in the KeyTable: a new key instead", false};
  const auto key = LookAtOldKey(line.old_key_file);
  if (!key) {
    return {line,
            line.old_key_file + " " + key.error().message +
                ": its size is not known; below RSA-2048 it is refused, and the new key signs",
            true};
  }
  if (key->algorithm == Algorithm::kEd25519Sha256) return {line, "Ed25519", true};
  const std::string size = "RSA-" + std::to_string(key->bits);
  if (key->bits >= kLeastRsaBits && key->bits <= kMostRsaBits) return {line, size, true};
  return {line, size + ", not of 2048 to 4096 bits: a new key instead", false};
}

// What no call changes, and what somebody chose on purpose, stays as the server has it.
Outcome TakeFromServer(OperatorClient& server, Document& document) {
  const auto domains = server.ListDomains({});
  if (!domains) return Forward(domains);
  std::map<std::string, const v1::Domain*> held;
  for (const v1::Domain& domain : *domains) held.emplace(domain.domain(), &domain);
  for (DocumentDomain& wanted : document.domains) {
    const auto is = held.find(wanted.name);
    if (is == held.end()) continue;
    wanted.allow_underscore = is->second->allow_underscore();
    wanted.fail_policy = is->second->fail_policy() == v1::FAIL_POLICY_UNSIGNED
                             ? FailPolicy::kUnsigned
                             : FailPolicy::kTempfail;
    for (const v1::Setting& setting : is->second->settings()) wanted.policy.erase(setting.name());
  }
  return {};
}

// New keys of the lines: what was adopted has its record already.
Result<Keys> NewKeys(OperatorClient& server, const std::set<Line>& lines) {
  auto keys = server.ListKeys({});
  if (!keys) return Forward(keys);
  std::erase_if(*keys, [&](const v1::Key& key) {
    return !lines.contains({key.domain(), key.sender()}) || !HasRecord(key) ||
           key.origin() == v1::KEY_ORIGIN_IMPORTED || key.state() == v1::KEY_STATE_REVOKED;
  });
  return keys;
}

std::set<Line> Without(const std::set<Line>& lines, const Keys& keys) {
  std::set<Line> missing = lines;
  for (const v1::Key& key : keys) missing.erase({key.domain(), key.sender()});
  return missing;
}

// Where the service does not make keys by itself.
Outcome GenerateWhereManual(OperatorClient& server, const std::set<Line>& missing) {
  for (const auto& [domain, sender] : missing) {
    v1::GetPolicyRequest of_line;
    of_line.set_domain(domain);
    of_line.set_sender(sender);
    const auto policy = server.GetPolicy(of_line);
    if (!policy) return Forward(policy);
    const bool manual = std::ranges::any_of(policy->settings(), [](const v1::PolicySetting& each) {
      return each.name() == "mode" && each.value() == "manual";
    });
    if (!manual) continue;
    v1::GenerateKeyRequest request;
    request.set_domain(domain);
    request.set_sender(sender);
    if (const auto key = server.GenerateKey(request); !key) return Forward(key);
  }
  return {};
}

// The new key of each line; fewer where the service is still making some.
Result<Keys> AwaitKeys(Session& session, const std::set<Line>& lines) {
  auto keys = NewKeys(session.server(), lines);
  if (!keys) return Forward(keys);
  const Outcome generated = GenerateWhereManual(session.server(), Without(lines, *keys));
  if (!generated) return Forward(generated);
  Pace* const pace = session.around().pace.get();
  std::size_t before = lines.size();
  for (int looks = 0; looks < kLooksWithoutProgress; ++looks) {
    keys = NewKeys(session.server(), lines);
    if (!keys) return Forward(keys);
    const std::size_t missing = Without(lines, *keys).size();
    if (missing == 0 || pace == nullptr) break;
    if (missing < before) looks = 0;
    before = missing;
    if (!pace->Wait(kLook, {})) break;
  }
  return keys;
}

Outcome WriteRules(const std::string& path, const std::string& rules) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << rules << std::flush;
  if (file.good()) return {};
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              "cannot write " + path + "; name a file that you may write");
}

// Everything that is said after the changes.
class Report {
 public:
  Report(const Migration& migration, std::string rules) : rules_(std::move(rules)) {
    json_ = {{"findings", ToJson(migration.findings)}};
    json_["agent_rules"] = rules_;
  }

  void Add(const Applied& applied) {
    text_ += applied.text;
    json_.update(applied.json);
  }

  void Add(const Keys& keys, std::size_t missing) {
    if (!keys.empty()) {
      text_ += "\nPublish these records; a key signs once every name server shows its own:\n" +
               RenderDnsRecords(keys, RecordFormat::kZone);
    }
    if (missing > 0) {
      text_ += "Of " + std::to_string(missing) +
               " senders no key is made yet: `dkimkeeper dns record` shows their records later\n";
    }
    json_["records"] = Json::parse(RenderDnsRecords(keys, RecordFormat::kJson)).at("records");
    json_["keys_missing"] = missing;
  }

  void Add(const std::vector<Adoption>& adoptions) {
    if (!adoptions.empty()) text_ += ShowAdoptions(adoptions);
    json_["adoptions"] = ToJson(adoptions);
  }

  [[nodiscard]] Outcome Print(Session& session, const ImportOpenDkimCommand& command) {
    if (!command.dry_run && !command.agent_rules.empty()) {
      if (Outcome written = WriteRules(command.agent_rules, rules_); !written) return written;
      text_ += "\nRules of dkimkeeper-agent: " + Printable(command.agent_rules) + "\n";
    } else {
      text_ += "\n" + rules_;
    }
    text_ += "\nEach mail host needs a grant: dkimkeeper grant add IDENTITY sign DOMAIN/*\n";
    return session.Print(json_, text_);
  }

 private:
  std::string rules_;
  std::string text_;
  Json json_;
};

std::vector<Adoption> Adoptions(const Migration& migration, bool wanted) {
  std::vector<Adoption> adoptions;
  if (!wanted) return adoptions;
  for (const MigratedLine& line : migration.lines) adoptions.push_back(Consider(line));
  return adoptions;
}

Document WantedOf(const Migration& migration, const std::vector<Adoption>& adoptions) {
  std::vector<MigratedLine> adopted;
  for (const Adoption& each : adoptions) {
    if (each.possible) adopted.push_back(each.line);
  }
  return DocumentOf(migration, adopted);
}

}  // namespace

Outcome Run(Session& session, const ImportOpenDkimCommand& command) {
  const auto migration = ReadTables(command);
  if (!migration) return Forward(migration);
  if (!session.json()) {
    const Outcome shown = session.Print(ShowFindings(migration->findings) + "\n");
    if (!shown) return shown;
  }
  const std::vector<Adoption> adoptions = Adoptions(*migration, command.adopt_existing);
  Document document = WantedOf(*migration, adoptions);
  if (Outcome taken = TakeFromServer(session.server(), document); !taken) return taken;
  const auto applied =
      ApplyDocument(session, document, {.yes = command.yes, .dry_run = command.dry_run});
  if (!applied) return Forward(applied);
  Report report(*migration, AgentRules(*migration));
  report.Add(*applied);
  std::set<Line> lines;
  for (const MigratedLine& line : migration->lines) {
    lines.emplace(line.domain.str(), line.sender.str());
  }
  if (applied->outcome && !command.dry_run) {
    const auto keys = AwaitKeys(session, lines);
    if (!keys) return Forward(keys);
    report.Add(*keys, Without(lines, *keys).size());
  }
  report.Add(adoptions);
  const Outcome printed = report.Print(session, command);
  return applied->outcome ? printed : applied->outcome;
}

}  // namespace dkimkeeper
