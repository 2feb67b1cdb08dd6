// audit list, verify, export, who-signed
#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>

#include "client/audit/log_reader.h"
#include "client/audit/message_digests.h"
#include "client/audit/record_filter.h"
#include "client/audit/verification.h"
#include "client/audit/verifier_keys.h"
#include "client/cli/audit_views.h"
#include "client/cli/moment.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::milliseconds kLook{500};
// Rows that share the widths of their columns, and stand in memory.
constexpr std::size_t kRowsAtOnce = 1000;

tl::unexpected<Error> BadOption(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadOption, std::move(message));
}

std::vector<std::string> FoldersOr(const std::vector<std::string>& folders) {
  return folders.empty() ? std::vector<std::string>{kDefaultAuditFolder} : folders;
}

Result<RecordFilter> FilterOf(const AuditSelection& selection, std::int64_t now_ms) {
  RecordFilter filter{.identity = selection.identity,
                      .domain = selection.domain,
                      .act = selection.act,
                      .outcome = selection.outcome};
  for (const auto& [text, target] :
       {std::pair{&selection.since, &filter.since}, std::pair{&selection.until, &filter.until}}) {
    if (text->empty()) continue;
    const auto moment = ParseMoment(*text, now_ms);
    if (!moment) return Forward(moment);
    *target = *moment;
  }
  return filter;
}

// Records that match, in pieces. Damage is told on standard error as it is met.
class Source {
 public:
  static Result<Source> Open(const AuditSelection& selection, Session& session) {
    auto filter = FilterOf(selection, session.now_ms());
    if (!filter) return Forward(filter);
    auto logs = MergedLogs::Open(FoldersOr(selection.folders));
    if (!logs) return Forward(logs);
    return Source(*std::move(logs), *std::move(filter), session);
  }

  // At most kRowsAtOnce; none at the end for now.
  Result<std::vector<LoggedRecord>> Next() {
    std::vector<LoggedRecord> found;
    while (found.size() < kRowsAtOnce) {
      auto next = logs_.Next();
      if (!next) return Forward(next);
      if (!*next) break;
      if (filter_.Matches((*next)->record)) found.push_back(**std::move(next));
    }
    for (const std::string& each : logs_.TakeProblems()) {
      ++problems_;
      session_->around().err << "dkimkeeper: " << Printable(each) << "\n" << std::flush;
    }
    return found;
  }

  // What was shown may not be all.
  [[nodiscard]] Outcome Conclude() const {
    if (problems_ == 0) return {};
    return Fail(Code::kInternal, reason::kAuditDamaged,
                "the audit log is damaged, and what is shown may not be all: see dkimkeeper audit "
                "verify");
  }

 private:
  Source(MergedLogs logs, RecordFilter filter, Session& session)
      : logs_(std::move(logs)), filter_(std::move(filter)), session_(&session) {}

  MergedLogs logs_;
  RecordFilter filter_;
  Session* session_;
  std::size_t problems_ = 0;
};

std::string JsonLines(const std::vector<LoggedRecord>& records) {
  std::string lines;
  for (const LoggedRecord& each : records) lines += JsonLine(each);
  return lines;
}

// One piece of the table; the names of the columns stand above the first.
std::string Rows(const std::vector<LoggedRecord>& records, bool several, bool first) {
  if (records.empty() && !first) return {};
  std::vector<TableRow> rows;
  rows.reserve(records.size());
  for (const LoggedRecord& each : records) rows.push_back(RecordRow(each, several));
  const std::string table = RenderTable(RecordHeader(several), rows);
  return first ? table : table.substr(table.find('\n') + 1);
}

// {"records": […]}, however many there are.
Outcome PrintDocument(Session& session, Source& source) {
  std::string separator = "{\n  \"records\": [\n    ";
  for (;;) {
    const auto records = source.Next();
    if (!records) return Forward(records);
    std::string text;
    for (const LoggedRecord& each : *records) {
      const std::string line = JsonLine(each);
      text += std::exchange(separator, ",\n    ") + line.substr(0, line.size() - 1);
    }
    if (records->empty()) {
      const bool none = separator.starts_with('{');
      text = none ? "{\n  \"records\": []\n}\n" : "\n  ]\n}\n";
    }
    if (const Outcome printed = session.Print(text); !printed) return printed;
    if (records->empty()) return source.Conclude();
  }
}

Outcome PrintPieces(Session& session, Source& source, bool several, bool json, bool follow) {
  for (bool first = true;; first = false) {
    const auto records = source.Next();
    if (!records) return Forward(records);
    const std::string text = json ? JsonLines(*records) : Rows(*records, several, first);
    if (const Outcome printed = session.Print(text); !printed) return printed;
    if (!records->empty()) continue;
    const auto& pace = session.around().pace;
    if (!follow || !pace || !pace->Wait(kLook, {})) return source.Conclude();
  }
}

Result<VerificationOptions> OptionsOf(const AuditVerifyCommand& command) {
  VerificationOptions options{.record = command.record, .first = command.first};
  if (!command.key.empty()) {
    if (auto key = VerifierKey::Parse(command.key)) {
      options.keys.push_back(*std::move(key));
    } else {
      auto keys = ReadVerifierKeys(command.key);
      if (!keys) return Forward(keys);
      options.keys = *std::move(keys);
    }
  }
  if (!command.last.empty()) {
    auto known = ReadKnownCheckpoints(command.last);
    if (!known) return Forward(known);
    options.known = *std::move(known);
  }
  return options;
}

// A checkpoint of a log that was not named would seem to prove something.
Outcome CheckAllUsed(const VerificationOptions& options, const std::vector<Verification>& logs) {
  for (const SignedNote& note : options.known) {
    const std::string origin = note.text.substr(0, note.text.find('\n'));
    if (std::ranges::none_of(logs, [&](const Verification& log) { return log.origin == origin; }))
      return BadOption("--last has a checkpoint of " + origin + ", which is none of these logs");
  }
  return {};
}

Result<std::vector<SignedDigest>> DigestsToFind(Session& session,
                                                const AuditWhoSignedCommand& command) {
  std::vector<SignedDigest> wanted;
  if (command.message.empty()) {
    const auto digest = Sha256Digest::FromHex(command.digest);
    if (!digest) return Forward(digest);
    wanted.push_back({*digest, std::nullopt, {}});
    return wanted;
  }
  std::ifstream file;
  if (command.message != "-") {
    file.open(command.message, std::ios::binary);
    if (!file.is_open())
      return BadOption("cannot read " + command.message + "; name a file that you may read");
  }
  const auto digests = DigestsOf(command.message == "-" ? session.around().in : file);
  if (!digests) return Forward(digests);
  for (const SignatureDigest& each : *digests) wanted.push_back({each.digest, each, {}});
  return wanted;
}

}  // namespace

Outcome Run(Session& session, const AuditListCommand& command) {
  auto source = Source::Open(command.selection, session);
  if (!source) return Forward(source);
  if (session.json() && !command.follow) return PrintDocument(session, *source);
  return PrintPieces(session, *source, command.selection.folders.size() > 1, session.json(),
                     command.follow);
}

Outcome Run(Session& session, const AuditExportCommand& command) {
  auto source = Source::Open(command.selection, session);
  if (!source) return Forward(source);
  return PrintPieces(session, *source, false, true, false);
}

Outcome Run(Session& session, const AuditVerifyCommand& command) {
  if (command.folders.size() > 1 && (command.record || command.first))
    return BadOption("--record and --first are of one log: name one folder");
  const auto options = OptionsOf(command);
  if (!options) return Forward(options);
  std::vector<Verification> logs;
  Json documents = Json::array();
  std::string text;
  for (const std::string& folder : command.folders) {
    auto log = VerifyLog(folder, *options);
    if (!log) return Forward(log);
    documents.push_back(ToJson(*log, folder));
    text += (text.empty() ? "" : "\n") + RenderVerification(*log, folder);
    logs.push_back(*std::move(log));
  }
  Outcome printed = session.Print(Json{{"logs", std::move(documents)}}, text);
  if (!printed) return printed;
  const auto damaged = std::ranges::count_if(logs, [](const auto& log) { return !log.healthy(); });
  if (damaged == 0) return CheckAllUsed(*options, logs);
  return Fail(Code::kInternal, reason::kAuditDamaged,
              std::to_string(damaged) + " of " + std::to_string(logs.size()) +
                  " audit logs not whole: keep the files, and look who could write them");
}

Outcome Run(Session& session, const v1::ListCheckpointsRequest& request) {
  const auto stored = session.server().ListCheckpoints(request);
  if (!stored) return Forward(stored);
  std::string notes;  // an empty line ends each, as in a log's own file of them
  for (const v1::StoredCheckpoint& each : stored->checkpoints()) notes += each.note() + "\n";
  return session.Print(ToJsonList("checkpoints", stored->checkpoints()), notes);
}

Outcome Run(Session& session, const AuditWhoSignedCommand& command) {
  auto wanted = DigestsToFind(session, command);
  if (!wanted) return Forward(wanted);
  AuditSelection all;
  all.folders = command.folders;
  auto source = Source::Open(all, session);
  if (!source) return Forward(source);
  bool found = false;
  for (;;) {
    auto records = source->Next();
    if (!records) return Forward(records);
    if (records->empty()) break;
    for (LoggedRecord& each : *records) {
      for (SignedDigest& digest : *wanted) {
        if (each.record.digest != digest.digest) continue;
        found = true;
        digest.records.push_back(each);
      }
    }
  }
  std::string text;
  for (const SignedDigest& each : *wanted) text += RenderSignedDigest(each);
  if (const Outcome printed = session.Print(ToJsonList("digests", *wanted), text); !printed)
    return printed;
  if (const Outcome whole = source->Conclude(); !whole) return whole;
  if (found) return {};
  return Fail(
      Code::kNotFound, reason::kRecordUnknown,
      "no record of it: it was not signed by these daemons, or earlier than these logs begin");
}

}  // namespace dkimkeeper
