#include "server/dns/record_fault.h"

#include <algorithm>
#include <optional>

#include "proto/dkim/ascii.h"
#include "proto/dkim/base64.h"
#include "proto/dkim/key_record.h"
#include "proto/dkim/tag_list.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxStringOctets = 255;
constexpr std::size_t kMostStringsTried = 6;  // 720 orders

// p= without folds, as far as the value can be read.
std::optional<std::string> KeyText(std::string_view value) {
  const auto tags = TagList::Parse(value);
  if (!tags) return std::nullopt;
  const auto text = tags->Find("p");
  if (!text) return std::nullopt;
  return RemoveFoldingSpace(*text);
}

bool HoldsKey(const std::string& value, const PublicKey& wanted) {
  const auto record = ParseKeyRecord(value);
  return record && record->public_key == wanted;
}

// Whether the parts, in some order, are one record of `wanted` that was torn apart.
bool JoinsToKey(std::vector<std::string> parts, const PublicKey& wanted) {
  if (parts.size() < 2 || parts.size() > kMostStringsTried) return false;
  std::sort(parts.begin(), parts.end());
  do {
    if (HoldsKey(Joined(parts), wanted)) return true;
  } while (std::next_permutation(parts.begin(), parts.end()));
  return false;
}

std::string OfOctets(std::size_t part, std::size_t whole) {
  return std::to_string(part) + " of " + std::to_string(whole) + " octets";
}

// A p= that ends too early, or starts late; empty: it does neither.
std::string DescribeCut(const TxtStrings& strings, const std::string& text,
                        const std::string& wanted) {
  if (text.empty() || text.size() >= wanted.size()) return {};
  if (wanted.starts_with(text)) {
    const bool one_full = strings.size() == 1 && strings[0].size() == kMaxStringOctets;
    return "p= is cut after " + OfOctets(text.size(), wanted.size()) +
           (one_full ? ": the record's second string is missing" : ": the rest of it is missing");
  }
  if (wanted.ends_with(text)) {
    return "p= lacks its first octets: only the last " + OfOctets(text.size(), wanted.size()) +
           " are there";
  }
  return {};
}

}  // namespace

std::string DescribeMalformed(const TxtStrings& strings, const PublicKey& wanted,
                              std::string parse_error) {
  const std::string value = Joined(strings);
  if (value.find('"') != std::string::npos) {
    return "has quotation marks inside: it was quoted twice; publish it with one pair around each "
           "string";
  }
  if (value.find("\\;") != std::string::npos) {
    return "has backslashes before its semicolons: it was escaped twice; publish it without them";
  }
  if (JoinsToKey(strings, wanted)) return "has its strings in the wrong order";
  const std::string wanted_text = EncodeBase64(wanted.record_bytes);
  if (const auto text = KeyText(value)) {
    if (*text == wanted_text) {
      return "has the right p=, and is not a record of it: " + std::move(parse_error);
    }
    if (auto cut = DescribeCut(strings, *text, wanted_text); !cut.empty()) return cut;
  }
  return parse_error;
}

std::string DescribeOtherKey(const PublicKey& found, const PublicKey& wanted) {
  if (found.algorithm != wanted.algorithm) {
    return "k= is " + std::string(KeyTypeName(found.algorithm)) + " where " +
           std::string(KeyTypeName(wanted.algorithm)) + " belongs";
  }
  const std::string is = EncodeBase64(found.record_bytes);
  const std::string should = EncodeBase64(wanted.record_bytes);
  const auto [at, ignored] = std::mismatch(is.begin(), is.end(), should.begin(), should.end());
  const auto place = static_cast<std::size_t>(at - is.begin());
  return "p= differs from octet " + std::to_string(place + 1) + " on: \"" + is.substr(place, 12) +
         "…\" where \"" + should.substr(place, 12) + "…\" belongs";
}

std::string DescribeSeveral(const std::vector<TxtStrings>& records, const PublicKey& wanted) {
  std::vector<std::string> values;
  values.reserve(records.size());
  for (const auto& strings : records) values.push_back(Joined(strings));
  std::string text = std::to_string(values.size()) + " TXT records where one belongs";
  if (JoinsToKey(values, wanted)) {
    return text + ": the strings of one record were published as records of their own";
  }
  const auto holds = [&wanted](const std::string& value) { return HoldsKey(value, wanted); };
  const auto right = std::find_if(values.begin(), values.end(), holds);
  if (right == values.end()) return text + ", none of them with this key";
  return text + ": number " + std::to_string(right - values.begin() + 1) +
         " is of this key; remove the others";
}

}  // namespace dkimkeeper
