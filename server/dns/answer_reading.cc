#include "server/dns/answer_reading.h"

#include <algorithm>
#include <array>
#include <set>

#include "server/dns/dns_name.h"

namespace dkimkeeper {
namespace {

AnswerReading Useless(std::string problem) {
  return {.kind = ReadingKind::kUseless, .problem = std::move(problem)};
}

// What makes an answer useless whatever it holds; empty: nothing.
std::string Problem(const DnsAnswer& answer) {
  if (answer.rcode != kNoError && answer.rcode != kNxDomain) {
    return "answers " + ResponseCodeName(answer.rcode);
  }
  return answer.truncated ? "cuts its answer short" : "";
}

const DnsRecord* Find(const std::vector<DnsRecord>& records, std::string_view name, DnsType type) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const DnsRecord& record) {
    return record.owner == name && record.type == type;
  });
  return found == records.end() ? nullptr : &*found;
}

AnswerReading ReadRecords(const DnsAnswer& answer, std::string_view name) {
  AnswerReading reading{.kind = ReadingKind::kRecords};
  for (const DnsRecord& record : answer.answer) {
    if (record.type != DnsType::kTxt || record.owner != name) continue;
    reading.records.push_back(record.strings);
    reading.ttl = std::max(reading.ttl, record.ttl);
  }
  if (reading.records.empty()) reading.ttl = NegativeTtl(answer.authority);
  return reading;
}

// Name servers of a zone between `zone` and `name`: the part of the tree was given to others.
AnswerReading ReadReferral(const DnsAnswer& answer, std::string_view name, std::string_view zone) {
  AnswerReading reading{.kind = ReadingKind::kReferral};
  for (const DnsRecord& record : answer.authority) {
    if (record.type != DnsType::kNs || record.owner == zone ||
        !IsNameAtOrBelow(name, record.owner) || !IsNameAtOrBelow(record.owner, zone)) {
      continue;
    }
    if (!reading.target.empty() && reading.target != record.owner) continue;
    reading.target = record.owner;
    reading.servers.push_back(record.target);
  }
  return reading.servers.empty() ? Useless("is not authoritative for " + std::string(zone))
                                 : reading;
}

}  // namespace

std::string ResponseCodeName(unsigned rcode) {
  constexpr std::array<const char*, 11> kNames = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                                  "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                                  "NXRRSET", "NOTAUTH", "NOTZONE"};
  return rcode < kNames.size() ? kNames.at(rcode) : "code " + std::to_string(rcode);
}

std::chrono::seconds NegativeTtl(const std::vector<DnsRecord>& records) {
  const auto soa = std::find_if(records.begin(), records.end(), [](const DnsRecord& record) {
    return record.type == DnsType::kSoa;
  });
  return soa == records.end() ? kUnknownNegativeTtl : std::min(soa->ttl, soa->minimum);
}

AnswerReading ReadAuthoritative(const DnsAnswer& answer, std::string_view name,
                                std::string_view zone) {
  // The response code is of the last name of a chain (RFC 6604 §3): of one that goes in a circle
  // BIND says SERVFAIL, and shows it.
  const DnsRecord* alias = Find(answer.answer, name, DnsType::kCname);
  if (answer.authoritative && alias != nullptr) {
    return {.kind = ReadingKind::kCname, .target = alias->target, .ttl = alias->ttl};
  }
  if (auto problem = Problem(answer); !problem.empty()) return Useless(std::move(problem));
  if (!answer.authoritative) return ReadReferral(answer, name, zone);
  return ReadRecords(answer, name);
}

AnswerReading ReadRecursive(const DnsAnswer& answer, std::string_view name) {
  std::string at(name);
  std::chrono::seconds ttl{0};
  std::set<std::string> seen = {at};
  while (const DnsRecord* alias = Find(answer.answer, at, DnsType::kCname)) {
    at = alias->target;
    ttl = std::max(ttl, alias->ttl);
    if (!seen.insert(at).second || seen.size() > kMaxCnames + 1) {
      return {.kind = ReadingKind::kLoop, .target = at, .ttl = ttl};
    }
  }
  if (auto problem = Problem(answer); !problem.empty()) return Useless(std::move(problem));
  if (!answer.recursion_available) return Useless("offers no recursion");
  AnswerReading reading = ReadRecords(answer, at);
  reading.ttl = std::max(reading.ttl, ttl);
  if (at != name) reading.target = at;
  return reading;
}

}  // namespace dkimkeeper
