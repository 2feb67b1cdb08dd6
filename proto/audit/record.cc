#include "proto/audit/record.h"

#include <algorithm>

#include "audit/audit.pb.h"
#include "proto/dkim/utf8.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// protobuf refuses to read a text that is no UTF-8: the record would be lost to every reader.
std::string Kept(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t size = Utf8CharacterSize(text);
    const std::size_t taken = std::max<std::size_t>(size, 1);
    if (kept.size() + taken > kLongestAuditText) break;
    kept += size == 0 ? "?" : text.substr(0, taken);
    text.remove_prefix(taken);
  }
  return kept;
}

std::string Bounded(const std::string& text) {
  return text.size() <= kLongestAuditText && IsUtf8(text) ? text : Kept(text);
}

}  // namespace

std::string EncodeRecord(const AuditRecord& record) {
  audit::v1::Record message;
  message.set_sequence(record.sequence);
  message.set_unix_microseconds(record.at.time_since_epoch().count());
  message.set_identity(Bounded(record.identity));
  message.set_act(Bounded(record.act));
  message.set_domain(Bounded(record.domain));
  message.set_sender(Bounded(record.sender));
  message.set_selector(Bounded(record.selector));
  message.set_algorithm(Bounded(record.algorithm));
  if (record.digest) message.set_digest(record.digest->ToBytes());
  message.set_claimed(Bounded(record.claimed));
  message.set_result(Bounded(record.result));
  message.set_latency_microseconds(record.latency_microseconds);
  message.set_detail(Bounded(record.detail));
  // In the order of the field numbers: there is no map and nothing unknown in it.
  return message.SerializeAsString();
}

Result<AuditRecord> DecodeRecord(std::string_view octets) {
  audit::v1::Record message;
  if (octets.size() > kLongestAuditRecord ||
      !message.ParseFromArray(octets.data(), static_cast<int>(octets.size()))) {
    return Fail(Code::kInvalidArgument, reason::kBadFrame, "the octets are no audit record");
  }
  AuditRecord record{
      .sequence = message.sequence(),
      .at = AuditRecord::Time(std::chrono::microseconds(message.unix_microseconds())),
      .identity = message.identity(),
      .act = message.act(),
      .domain = message.domain(),
      .sender = message.sender(),
      .selector = message.selector(),
      .algorithm = message.algorithm(),
      .digest = std::nullopt,
      .claimed = message.claimed(),
      .result = message.result(),
      .latency_microseconds = message.latency_microseconds(),
      .detail = message.detail()};
  if (message.digest().empty()) return record;
  const auto digest = Sha256Digest::FromBytes(message.digest());
  if (!digest) {
    return Fail(Code::kInvalidArgument, reason::kBadFrame,
                "the audit record's digest is not 32 bytes long");
  }
  record.digest = *digest;
  return record;
}

}  // namespace dkimkeeper
