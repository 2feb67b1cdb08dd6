#include "server/dns/record_judge.h"

#include <algorithm>

#include "proto/dkim/ascii.h"
#include "proto/dkim/key_record.h"
#include "server/dns/record_fault.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxValueOctets = 4096;

// RFC 6376 §3.6.1 on s=: a verifier of mail passes over a record that is not for mail.
bool IsForMail(const KeyRecord& record) {
  return record.services.empty() ||
         std::any_of(record.services.begin(), record.services.end(),
                     [](const std::string& word) { return word == "*" || word == "email"; });
}

Judgement JudgeKey(const KeyRecord& record, const PublicKey& wanted) {
  if (!record.public_key) return {RecordFinding::kRevoked, "p= is empty: the key is revoked"};
  if (*record.public_key != wanted) {
    return {RecordFinding::kOtherKey, DescribeOtherKey(*record.public_key, wanted)};
  }
  if (!IsForMail(record)) {
    return {RecordFinding::kMalformed, "s= does not name email: verifiers pass over the record"};
  }
  return {.finding = RecordFinding::kAsWished, .key = record.public_key};
}

Judgement JudgeRevoked(const KeyRecord& record, const PublicKey& wanted) {
  if (!record.public_key) return {RecordFinding::kAsWished};
  if (*record.public_key == wanted) {
    return {RecordFinding::kPresent, "p= still holds the key where it should be empty"};
  }
  return {RecordFinding::kOtherKey, DescribeOtherKey(*record.public_key, wanted)};
}

Judgement JudgeAbsent(const KeyRecord& record, const PublicKey& wanted) {
  if (!record.public_key) return {RecordFinding::kPresent, "the revoked record is still there"};
  if (*record.public_key == wanted) {
    return {RecordFinding::kPresent, "the record of this key is still there"};
  }
  return {RecordFinding::kOtherKey, "a record of another key is there"};
}

Judgement JudgeOne(const TxtStrings& strings, RecordWish wish, const PublicKey& wanted) {
  const auto record = ParseKeyRecord(Joined(strings));
  if (!record) {
    return {RecordFinding::kMalformed,
            PrintableText(DescribeMalformed(strings, wanted, record.error().message))};
  }
  switch (wish) {
    case RecordWish::kKey:
      return JudgeKey(*record, wanted);
    case RecordWish::kRevoked:
      return JudgeRevoked(*record, wanted);
    case RecordWish::kAbsent:
      return JudgeAbsent(*record, wanted);
  }
  return {};
}

}  // namespace

std::string PrintableText(std::string_view text) {
  std::string printable;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == ' ' || IsAsciiVisible(c)) {
      printable += c;
    } else {
      const std::string digits = std::to_string(1000U + octet);
      printable += "\\" + digits.substr(1);
    }
    if (printable.size() >= kMaxValueOctets) break;
  }
  return printable.substr(0, kMaxValueOctets);
}

Judgement JudgeRecords(const std::vector<TxtStrings>& records, RecordWish wish,
                       const PublicKey& wanted) {
  if (records.empty()) {
    if (wish == RecordWish::kAbsent) return {RecordFinding::kAsWished};
    return {RecordFinding::kMissing, "there is no TXT record"};
  }
  Judgement judgement = records.size() > 1
                            ? Judgement{RecordFinding::kSeveral, DescribeSeveral(records, wanted)}
                            : JudgeOne(records.front(), wish, wanted);
  judgement.value = PrintableText(Joined(records.front()));
  return judgement;
}

}  // namespace dkimkeeper
