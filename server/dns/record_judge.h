// What TXT records at one name amount to, held against what was wished.
#ifndef SERVER_DNS_RECORD_JUDGE_H_
#define SERVER_DNS_RECORD_JUDGE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/public_key.h"
#include "server/dns/record_check.h"
#include "server/dns/txt_strings.h"

namespace dkimkeeper {

struct Judgement {
  RecordFinding finding = RecordFinding::kMissing;
  std::string detail = {};  // ServerAnswer::detail
  std::string value = {};   // ServerAnswer::value
  // The key of the one record there is.
  std::optional<PublicKey> key = {};
};

// `records`: all TXT records of the name; none: there is no such name, or no TXT record. Parsed tag
// by tag (RFC 6376 §3.6.1), never searched for the key. The finding is never kLoop, kRefused or
// kNoAnswer. Pure.
[[nodiscard]] Judgement JudgeRecords(const std::vector<TxtStrings>& records, RecordWish wish,
                                     const PublicKey& wanted);

// `text` for people: octets that do not print as `\DDD` (RFC 1035 §5.1), at most 4,096 octets.
[[nodiscard]] std::string PrintableText(std::string_view text);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RECORD_JUDGE_H_
