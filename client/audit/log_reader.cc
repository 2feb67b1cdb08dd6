#include "client/audit/log_reader.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "proto/reason.h"

namespace dkimkeeper {

Result<std::unique_ptr<LogReader>> LogReader::Open(std::filesystem::path folder) {
  std::unique_ptr<LogReader> log(new LogReader(std::move(folder)));
  const auto first = log->FindNext();
  if (!first) return Forward(first);
  if (!*first) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "there is no audit log in " + log->folder_.string() +
                    ": name the folder that holds its .audit files");
  }
  log->Begin(**first);
  return log;
}

Result<std::optional<SegmentFile>> LogReader::FindNext() const {
  auto segments = ListSegments(folder_);
  if (!segments) return Forward(segments);
  for (SegmentFile& each : *segments) {
    if (!segment_ || each.first > segment_->first) return std::move(each);
  }
  return std::optional<SegmentFile>();
}

void LogReader::Begin(SegmentFile segment) {
  segment_ = std::move(segment);
  file_ = std::ifstream(segment_->path, std::ios::binary);
  reader_.reset();
  torn_ = false;
  unreadable_ = !file_.is_open();
  if (unreadable_) problems_.push_back("cannot open " + segment_->path.string());
}

void LogReader::Report(const Damage& damage) {
  problems_.push_back(segment_->path.string() + ", octet " + std::to_string(damage.offset) + ": " +
                      damage.what);
}

bool LogReader::ReadHeader() {
  file_.clear();
  file_.seekg(0);
  SegmentReader reader(file_);
  const auto header = reader.ReadHeader();
  if (const auto* damage = std::get_if<Damage>(&header)) {
    Report(*damage);
    unreadable_ = true;
  }
  torn_ = std::holds_alternative<SegmentEnd>(header);
  if (!std::holds_alternative<SegmentHeader>(header)) return false;
  origin_ = std::get<SegmentHeader>(header).origin;
  reader_.emplace(reader);
  return true;
}

std::optional<LoggedRecord> LogReader::NextHere() {
  if (unreadable_ || (!reader_ && !ReadHeader())) return std::nullopt;
  while (!unreadable_) {
    auto next = reader_->Next();
    if (auto* found = std::get_if<SegmentRecord>(&next))
      return LoggedRecord{std::move(found->record), origin_};
    if (const auto* end = std::get_if<SegmentEnd>(&next)) {
      torn_ = *end == SegmentEnd::kTorn;
      return std::nullopt;
    }
    const auto& damage = std::get<Damage>(next);
    Report(damage);
    unreadable_ = damage.kind == DamageKind::kLength || damage.kind == DamageKind::kUnreadable;
  }
  return std::nullopt;
}

Result<std::optional<LoggedRecord>> LogReader::Next() {
  for (;;) {
    if (auto record = NextHere()) return record;
    auto next = FindNext();
    if (!next) return Forward(next);
    if (!*next) return std::optional<LoggedRecord>();
    // Nothing is written to this one any more, but may have been since it was read.
    if (auto record = NextHere()) return record;
    if (torn_) problems_.push_back(segment_->path.string() + ": it ends within a record");
    Begin(**std::move(next));
  }
}

std::vector<std::string> LogReader::TakeProblems() { return std::exchange(problems_, {}); }

Result<MergedLogs> MergedLogs::Open(const std::vector<std::string>& folders) {
  MergedLogs merged;
  for (const std::string& folder : folders) {
    auto reader = LogReader::Open(folder);
    if (!reader) return Forward(reader);
    merged.logs_.push_back({*std::move(reader), std::nullopt});
  }
  return merged;
}

Result<std::optional<LoggedRecord>> MergedLogs::Next() {
  Log* earliest = nullptr;
  for (Log& log : logs_) {
    if (!log.head) {
      auto next = log.reader->Next();
      if (!next) return Forward(next);
      log.head = *std::move(next);
    }
    if (log.head && (earliest == nullptr || log.head->record.at < earliest->head->record.at))
      earliest = &log;
  }
  if (earliest == nullptr) return std::optional<LoggedRecord>();
  return std::exchange(earliest->head, std::nullopt);
}

std::vector<std::string> MergedLogs::TakeProblems() {
  std::vector<std::string> all;
  for (Log& log : logs_) std::ranges::move(log.reader->TakeProblems(), std::back_inserter(all));
  return all;
}

}  // namespace dkimkeeper
