#include "server/audit/audit_writer.h"

#include <system_error>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kFailing = "audit.failing";
constexpr std::string_view kDamaged = "audit.damaged";
constexpr std::string_view kOk = "ok";
// How often an idle log looks whether its segment is in place, and whether segments are too old.
constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::minutes kExpire{10};

tl::unexpected<Error> Unwritable(const std::string& problem) {
  return tl::unexpected<Error>(
      {.code = Code::kUnavailable,
       .reason = std::string(reason::kAuditUnwritable),
       .message = "the audit log cannot be written (" + problem +
                  "), and nothing is done without a record; mend its disk, then try again",
       .retry_after = std::chrono::seconds(1)});
}

}  // namespace

AuditWriter::AuditWriter(std::unique_ptr<SegmentLog> log, const Options& options,
                         AlarmBoard& alarms, Metrics& metrics, const Clock& clock,
                         ForwardRecord forward)
    : options_(options),
      alarms_(alarms),
      metrics_(metrics),
      clock_(clock),
      forward_(std::move(forward)),
      log_(std::move(log)),
      tree_(log_->tree()) {
  state_.records = tree_.size();
  RecordOpening();
  writer_ = std::thread([this] { Run(); });
}

AuditWriter::~AuditWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

void AuditWriter::RecordOpening() {
  const RecoveredLog& found = log_->recovered();
  waiting_.push_back(Note("audit.opened", found.torn == 0 ? std::string()
                                                          : std::to_string(found.torn) +
                                                                " octets of a write that was cut "
                                                                "short are cut off"));
  for (const std::string& finding : found.findings) {
    alarms_.Raise(kDamaged, log_->folder().string(),
                  "the audit log was changed from outside: " + finding +
                      "; find out who did it, and see `dkimkeeper audit verify`",
                  clock_.Now());
    waiting_.push_back(Note("audit.damaged", finding));
  }
}

void AuditWriter::Append(AuditEntry entry) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (IsFullLocked()) return DropLocked();
    waiting_.push_back(std::move(entry));
    const bool filling = waiting_.size() == options_.spool / 2 + 1;
    if (filling) hurry_ = true;  // a long `buffer` must not lose what the disk would take
    if (waiting_.size() > 1 && !filling) return;  // the writer knows already
  }
  changed_.notify_one();
}

void AuditWriter::Append(AuditEntry entry, Awaited awaited, Done done) noexcept {
  Lock lock(mutex_);
  const bool act = awaited == Awaited::kAct;
  if (state_.writable && !IsFullLocked()) {
    waiting_held_.push_back({waiting_.size(), awaited, std::move(done)});
    waiting_.push_back(std::move(entry));
    const bool first = waiting_held_.size() == 1;
    lock.unlock();
    if (first) changed_.notify_one();
    return;
  }
  const auto failure = Unwritable(state_.writable ? "more records wait than may" : state_.problem);
  // Where the disk is only slow, a signature without its record would break a promise.
  const bool goes_on = !act && !state_.writable && !options_.stop_when_unwritable;
  if (!act) {
    if (!goes_on) entry.result = reason::kAuditUnwritable;
    if (IsFullLocked()) {
      DropLocked();
    } else {
      waiting_.push_back(std::move(entry));
    }
  }
  lock.unlock();
  done(goes_on ? Outcome() : Outcome(failure));
}

Outcome AuditWriter::AdmitsSignature() const {
  if (!options_.stop_when_unwritable) return {};
  const std::lock_guard lock(mutex_);
  if (state_.writable && !IsFullLocked()) return {};
  return Unwritable(state_.writable ? "more records wait than may" : state_.problem);
}

void AuditWriter::DropLocked() {
  ++undropped_;
  ++state_.dropped;
  metrics_.CountAuditDrop();
}

void AuditWriter::Flush() {
  Lock lock(mutex_);
  hurry_ = true;
  changed_.notify_one();
  settled_.wait(lock, [this] { return (waiting_.empty() && taken_ == 0) || !state_.writable; });
}

void AuditWriter::Look() {
  HeldList held;
  Outcome failure;
  {
    const std::lock_guard lock(mutex_);
    if (!write_began_ || !state_.writable) return;
    if (clock_.Steady() - *write_began_ <= options_.patience) return;
    state_.writable = false;
    state_.problem = "the disk does not answer";
    failure = Unwritable(state_.problem);
    held = std::exchange(batch_held_, {});
    ForsakeLocked(waiting_, waiting_held_);
    for (Held& later : waiting_held_) held.push_back(std::move(later));
    waiting_held_.clear();
  }
  settled_.notify_all();
  Report(failure);
  Release(held, failure);
}

AuditState AuditWriter::State() const {
  const std::lock_guard lock(mutex_);
  AuditState state = state_;
  state.waiting = waiting_.size() + taken_;
  return state;
}

CompactRange AuditWriter::Tree() const {
  const std::lock_guard lock(mutex_);
  return tree_;
}

void AuditWriter::Run() {
  Lock lock(mutex_);
  while (true) {
    Gather(lock);
    const bool last = stopping_;
    TakeLocked();
    write_began_ = clock_.Steady();
    lock.unlock();
    const Outcome written = WriteBatch();
    lock.lock();
    Settle(lock, written);
    if (last && (waiting_.empty() || !written)) return;
  }
}

void AuditWriter::Gather(Lock& lock) {
  if (!state_.writable) {
    changed_.wait_for(lock, options_.retry, [this] { return stopping_; });
    return;
  }
  const auto hurries = [this] { return stopping_ || hurry_ || !waiting_held_.empty(); };
  const bool work = changed_.wait_for(lock, kLook, [&] { return hurries() || !waiting_.empty(); });
  if (work) changed_.wait_for(lock, options_.buffer, hurries);
}

void AuditWriter::TakeLocked() {
  for (Held& held : waiting_held_) held.index += batch_.size();
  batch_held_ = std::exchange(waiting_held_, {});
  if (batch_.empty()) {
    batch_.swap(waiting_);
  } else {
    for (AuditEntry& entry : waiting_) batch_.push_back(std::move(entry));
    waiting_.clear();
  }
  if (undropped_ > 0) {
    batch_.push_back(
        Note("audit.dropped", std::to_string(std::exchange(undropped_, 0)) + " records"));
  }
  hurry_ = false;
  taken_ = batch_.size();
}

Outcome AuditWriter::WriteBatch() {
  NoteLoss();
  Expire();
  if (batch_.empty()) return {};
  Outcome written = log_->Write(batch_);
  NoteLoss();
  if (!written) return written;
  if (forward_) {
    for (const AuditEntry& entry : batch_) forward_(entry);
  }
  for (const auto& path : std::exchange(expired_, {})) {
    std::error_code ignored;  // it is tried again
    std::filesystem::remove(path, ignored);
  }
  return written;
}

void AuditWriter::NoteLoss() {
  const std::string loss = log_->TakeLoss();
  if (loss.empty()) return;
  alarms_.Raise(kDamaged, log_->folder().string(),
                "the audit log was changed from outside: " + loss +
                    "; find out who did it, and bring the file back where you can",
                clock_.Now());
  batch_.push_back(Note("audit.damaged", loss));
}

void AuditWriter::Expire() {
  const auto now = clock_.Steady();
  if (!expired_.empty() || (looked_for_expired_ && now - *looked_for_expired_ < kExpire)) return;
  looked_for_expired_ = now;
  expired_ = log_->Expired(clock_.Now());
  if (expired_.empty()) return;
  batch_.push_back(Note("audit.expired", expired_.front().filename().string() + " to " +
                                             expired_.back().filename().string()));
}

void AuditWriter::Settle(Lock& lock, const Outcome& written) {
  HeldList held = std::exchange(batch_held_, {});
  metrics_.ObserveAuditWrite(clock_.Steady() - *write_began_);
  write_began_.reset();
  state_.writable = written.has_value();
  if (written) {
    metrics_.CountAudited(batch_.size());
    tree_ = log_->tree();
    state_.records = tree_.size();
    state_.problem.clear();
    batch_.clear();
    outage_noted_ = false;
  } else {
    state_.problem = written.error().message;
    ForsakeLocked(batch_, held);
    ForsakeLocked(waiting_, waiting_held_);
    // It also sees to it that there is something to try the disk with.
    if (!std::exchange(outage_noted_, true)) {
      batch_.push_back(Note("audit.unwritable", state_.problem));
    }
    for (Held& later : std::exchange(waiting_held_, {})) held.push_back(std::move(later));
  }
  taken_ = batch_.size();
  metrics_.SetAuditWaiting(taken_ + waiting_.size());
  const Outcome told = written ? Outcome() : Outcome(Unwritable(state_.problem));
  lock.unlock();
  settled_.notify_all();
  Report(told);
  Release(held, told);
  lock.lock();
}

// An act that does not begin leaves no record but its refusal; a signature that does not leave was
// made all the same.
void AuditWriter::ForsakeLocked(std::vector<AuditEntry>& entries, const HeldList& held) {
  std::vector<bool> goes(entries.size(), false);
  for (const Held& each : held) {
    if (each.awaited == Awaited::kAct) {
      goes[each.index] = true;
    } else if (options_.stop_when_unwritable) {
      entries[each.index].result = reason::kAuditUnwritable;
    }
  }
  std::size_t index = 0;
  std::erase_if(entries, [&](const AuditEntry&) { return goes[index++]; });
}

void AuditWriter::Release(const HeldList& held, const Outcome& written) const {
  for (const Held& each : held) {
    const bool goes_on =
        written || (each.awaited == Awaited::kSignature && !options_.stop_when_unwritable);
    each.done(goes_on ? Outcome() : written);
  }
}

void AuditWriter::Report(const Outcome& written) {
  const std::string folder = log_->folder().string();
  if (written) return alarms_.Clear(kFailing, folder, clock_.Now());
  alarms_.Raise(
      kFailing, folder,
      written.error().message + (options_.stop_when_unwritable
                                     ? "; no signature is made meanwhile"
                                     : "; signatures go on, their records wait in memory"),
      clock_.Now());
}

AuditEntry AuditWriter::Note(std::string act, std::string detail) const {
  return {.at = std::chrono::floor<std::chrono::microseconds>(clock_.Now()),
          .act = std::move(act),
          .result = std::string(kOk),
          .detail = std::move(detail)};
}

}  // namespace dkimkeeper
