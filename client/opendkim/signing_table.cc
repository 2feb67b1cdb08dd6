#include "client/opendkim/signing_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "proto/dkim/ascii.h"
#include "proto/reason.h"
#include "proto/result.h"

namespace dkimkeeper {
namespace {

using Kind = AuthorPattern::Kind;

constexpr std::size_t kLongestDomain = 253;

tl::unexpected<Error> NotCarriedOver(const std::string& what) {
  return Fail(Code::kInvalidArgument, reason::kBadDocument, what);
}

tl::unexpected<Error> TooFree() {
  return NotCarriedOver(
      "matches a set of authors that has no name here; write a line for each domain or address "
      "that it stands for");
}

// Of visible ASCII, as what goes into a configuration.
bool IsPlain(const std::string& local_part) {
  return !local_part.empty() && std::ranges::all_of(local_part, IsAsciiVisible);
}

Result<AuthorPattern> Of(Kind kind, const std::string& local_part, std::string_view domain) {
  auto parsed = Domain::Parse(domain);
  if (!parsed) return Forward(parsed);
  return AuthorPattern{kind, local_part, *std::move(parsed)};
}

// "refile:": the whole pattern is held against the whole address.
Result<AuthorPattern> ReadPattern(const std::string& text) {
  if (text == "*" || text == "*@*") return AuthorPattern{};
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos) {
    if (text.find('*') != std::string::npos) return TooFree();
    return NotCarriedOver("matches no address as a pattern; write *@" + text);
  }
  const std::string local_part = text.substr(0, at);
  const std::string domain = text.substr(at + 1);
  const bool stars_left = local_part.find('*') != std::string::npos;
  if (local_part == "*" && domain.starts_with("*.") && domain.find('*', 1) == std::string::npos) {
    return Of(Kind::kBelow, "", domain.substr(2));
  }
  if (domain.find('*') != std::string::npos || (stars_left && local_part != "*")) return TooFree();
  if (!IsPlain(local_part)) return TooFree();
  return stars_left ? Of(Kind::kDomain, "", domain) : Of(Kind::kAddress, local_part, domain);
}

// Everything else: addresses, domains, ".domain", and "*" for what nothing else matches.
Result<AuthorPattern> ReadName(const std::string& text) {
  if (text == "*") return AuthorPattern{};
  const std::size_t at = text.rfind('@');
  const bool stars = text.find('*') != std::string::npos;
  if (at == std::string::npos) {
    if (stars) return NotCarriedOver("is never matched: a * stands for itself, but in refile:");
    if (text.starts_with('.')) return Of(Kind::kBelow, "", text.substr(1));
    return Of(Kind::kDomain, "", text);
  }
  const std::string local_part = text.substr(0, at);
  const std::string domain = text.substr(at + 1);
  if (domain == "*" || domain.starts_with('.') || !IsPlain(local_part)) return TooFree();
  if (stars) {
    return NotCarriedOver("is never matched: a * stands for itself, but in refile:; write " +
                          domain);
  }
  return Of(Kind::kAddress, local_part, domain);
}

Result<SigningTableEntry> ReadEntry(DataSetKind kind, const DataSetEntry& entry) {
  const std::string text = ToAsciiLower(entry.key);
  auto authors = kind == DataSetKind::kPatterns ? ReadPattern(text) : ReadName(text);
  if (!authors) return Forward(authors);
  const std::size_t colon = std::min(entry.value.find(':'), entry.value.size());
  std::string key_name = entry.value.substr(0, colon);
  if (key_name.empty()) {
    return NotCarriedOver("names no key; write PATTERN and a name of the KeyTable");
  }
  return SigningTableEntry{entry.line, entry.key, *std::move(authors), std::move(key_name),
                           entry.value.substr(std::min(colon + 1, entry.value.size()))};
}

}  // namespace

bool AuthorPattern::Covers(const AuthorPattern& other) const {
  switch (kind) {
    case Kind::kEverybody:
      return true;
    case Kind::kBelow:
      if (other.kind == Kind::kEverybody || !other.domain->IsAtOrBelow(*domain)) return false;
      return other.kind == Kind::kBelow || *other.domain != *domain;
    case Kind::kDomain:
      return (other.kind == Kind::kDomain || other.kind == Kind::kAddress) &&
             other.domain == domain;
    case Kind::kAddress:
      return other.kind == Kind::kAddress && other.domain == domain &&
             other.local_part == local_part;
  }
  return false;
}

SigningTable ReadSigningTable(DataSetKind kind, std::span<const DataSetEntry> entries) {
  SigningTable table;
  for (const DataSetEntry& each : entries) {
    auto entry = ReadEntry(kind, each);
    if (entry) {
      table.entries.push_back(*std::move(entry));
    } else {
      table.problems.push_back({each.line, each.key, entry.error().message});
    }
  }
  if (kind == DataSetKind::kPatterns) return table;
  // The nearest first: an address, its domain, the domains above from the longest, "*".
  const auto rank = [](const SigningTableEntry& entry) {
    const bool below = entry.authors.kind == Kind::kBelow;
    const std::size_t length = below ? entry.authors.domain->str().size() : 0;
    return std::tuple(entry.authors.kind, kLongestDomain - std::min(length, kLongestDomain),
                      entry.line);
  };
  std::ranges::sort(table.entries, {}, rank);
  return table;
}

DataSetKind LikelyKind(std::span<const DataSetEntry> entries) {
  const bool patterns = std::ranges::any_of(entries, [](const DataSetEntry& entry) {
    const std::size_t star = entry.key.find('*');
    return star != std::string::npos && entry.key != "*" &&
           !(entry.key.ends_with("@*") && star + 1 == entry.key.size());
  });
  return patterns ? DataSetKind::kPatterns : DataSetKind::kFile;
}

}  // namespace dkimkeeper
