#include "client/cli/check_views.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "client/cli/table.h"
#include "client/cli/time_text.h"
#include "proto/dkim/tag_list.h"

namespace dkimkeeper {
namespace {

// Octets shown before the first difference, and from it on.
constexpr std::size_t kBefore = 24;
constexpr std::size_t kAfter = 32;

// Findings, in the words of the API, and what helps.
constexpr std::array kRemedies{
    std::pair<std::string_view, std::string_view>{"missing", "create the record there"},
    std::pair<std::string_view, std::string_view>{"another key", "replace the record there"},
    std::pair<std::string_view, std::string_view>{"several records",
                                                  "leave one TXT record at this name"},
    std::pair<std::string_view, std::string_view>{
        "malformed", "write the value again: look for lost quotes and strings that were cut"},
    std::pair<std::string_view, std::string_view>{"revoked", "p= is empty there: put the key back"},
    std::pair<std::string_view, std::string_view>{"still there", "remove the record there"},
    std::pair<std::string_view, std::string_view>{"CNAME loop",
                                                  "let the CNAME lead to one name that holds TXT"},
    std::pair<std::string_view, std::string_view>{"refused",
                                                  "let it answer for this zone, over TCP too"},
    std::pair<std::string_view, std::string_view>{"no answer",
                                                  "see that it runs and port 53 is open over TCP"},
};

std::string_view RemedyOf(std::string_view finding) {
  const auto* row =
      std::ranges::find(kRemedies, finding, &std::pair<std::string_view, std::string_view>::first);
  return row == kRemedies.end() ? "look there" : row->second;
}

bool IsFine(const v1::ServerAnswer& answer) {
  return answer.finding() == "as wished" || answer.waived();
}

// One octet is one column.
std::string Columns(std::string_view text) {
  std::string columns = Printable(text);
  std::ranges::replace_if(
      columns, [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }, '?');
  return columns;
}

std::string Window(std::string_view text, std::size_t begin) {
  const std::size_t size = kBefore + kAfter;
  const std::string shown = Columns(text.substr(std::min(begin, text.size()), size));
  return (begin > 0 ? "..." : "") + shown + (text.size() > begin + size ? "..." : "");
}

std::string WithoutSpace(std::string_view text) {
  std::string dense(text);
  std::erase_if(dense, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return dense;
}

// The p= tag without the white space that it may hold (RFC 6376 §3.6.1).
std::string KeyTag(std::string_view value) {
  const Result<TagList> tags = TagList::Parse(value);
  if (!tags) return {};
  const auto key = tags->Find("p");
  return key ? WithoutSpace(*key) : std::string();
}

std::string ShowAnswers(const char* who,
                        const google::protobuf::RepeatedPtrField<v1::ServerAnswer>& answers) {
  if (answers.empty()) return {};
  std::vector<TableRow> rows;
  for (const v1::ServerAnswer& answer : answers) {
    std::string detail = answer.detail();
    if (!answer.target().empty() && answer.finding() != "CNAME loop") {
      detail += (detail.empty() ? "" : "; ") + std::string("CNAME to ") + answer.target();
    }
    rows.push_back({answer.server(), answer.address(),
                    answer.finding() + (answer.waived() ? " (waived)" : ""),
                    answer.ttl() == 0 ? "" : std::to_string(answer.ttl()), detail});
  }
  return RenderTable({who, "ADDRESS", "FINDING", "TTL", "DETAIL"}, rows);
}

// Those that show the same wrong value are named together.
std::string ShowDifferences(const v1::RecordCheck& check) {
  std::vector<std::pair<std::string, std::string>> by_value;  // value, servers
  for (const auto* answers : {&check.servers(), &check.resolvers()}) {
    for (const v1::ServerAnswer& answer : *answers) {
      // Of several records there is no one value to compare.
      if (IsFine(answer) || answer.value().empty() || answer.finding() == "several records") {
        continue;
      }
      auto same =
          std::ranges::find(by_value, answer.value(), &std::pair<std::string, std::string>::first);
      if (same == by_value.end()) same = by_value.insert(same, {answer.value(), ""});
      same->second += (same->second.empty() ? "" : ", ") + answer.server();
    }
  }
  std::string text;
  for (const auto& [value, servers] : by_value) {
    const std::string difference = PointAtDifference(check.expected(), value);
    if (!difference.empty()) text += "\n" + Printable(servers) + ":\n" + difference;
  }
  return text;
}

std::string WishOf(const v1::RecordCheck& check) {
  if (check.wish() == "key") return "the key";
  if (check.wish() == "revoked") return "the key revoked, p= empty";
  return "no record";
}

// A server that shows another picture of the zone than one that is as it should be.
bool IsBehind(const v1::ServerAnswer& answer, const v1::RecordCheck& check) {
  constexpr std::array<std::string_view, 3> kOlder{"missing", "another key", "still there"};
  return std::ranges::find(kOlder, answer.finding()) != kOlder.end() &&
         std::ranges::any_of(check.servers(), IsFine);
}

// Whether the server shows something, and something else is wanted there.
bool ShowsWrong(const v1::ServerAnswer& answer) {
  return !IsFine(answer) && answer.finding() != "refused" && answer.finding() != "no answer";
}

// What to do about those that are not fine.
std::string Advice(const v1::RecordCheck& check) {
  if (!check.problem().empty()) return " " + Printable(check.problem());
  std::string text;
  for (const auto* answers : {&check.servers(), &check.resolvers()}) {
    for (const v1::ServerAnswer& answer : *answers) {
      if (IsFine(answer)) continue;
      const bool is_resolver = answers == &check.resolvers();
      text += "\n  " + Printable(answer.server() + ": " + answer.finding()) + ": " +
              (is_resolver ? "it may remember what was there; wait for the TTL"
               : IsBehind(answer, check)
                   ? "others are as they should be: see that it has the newest zone"
                   : std::string(RemedyOf(answer.finding())));
    }
  }
  if (text.empty()) return " too few answered; ask again";
  if (check.wish() == "key" && std::ranges::any_of(check.servers(), ShowsWrong)) {
    text += "\n  `dkimkeeper dns record " + Printable(check.domain() + " " + check.selector()) +
            "` prints what belongs there";
  }
  return text;
}

std::string Verdict(const v1::RecordCheck& check) {
  if (!IsAsWished(check)) return Printable(check.verdict()) + ":" + Advice(check) + "\n";
  std::string text = "proven: every server shows " + WishOf(check);
  if (check.proof() == "resolvers") {
    text =
        "proven, weakly: resolvers show " + WishOf(check) + "; no authoritative server was asked";
  }
  if (check.wait() > 0) {
    text +=
        "; others may remember what was there before for " + std::to_string(check.wait()) + " s";
  }
  return text + "\n";
}

}  // namespace

bool IsAsWished(const v1::RecordCheck& check) { return check.verdict() == "proven"; }

std::string PointAtDifference(std::string_view expected, std::string_view found) {
  std::string wanted = KeyTag(expected);
  std::string seen = KeyTag(found);
  std::string tag = "p=";
  if (wanted.empty() || seen.empty() || wanted == seen) {
    wanted = expected;
    seen = found;
    tag.clear();
  }
  if (wanted == seen) return {};
  const auto [at_wanted, at_seen] = std::ranges::mismatch(wanted, seen);
  const auto at = static_cast<std::size_t>(at_wanted - wanted.begin());
  const std::size_t begin = at > kBefore ? at - kBefore : 0;
  const std::size_t column = tag.size() + (begin > 0 ? 3 : 0) + (at - begin);
  return "  expected  " + tag + Window(wanted, begin) + "\n  found     " + tag +
         Window(seen, begin) + "\n            " + std::string(column, ' ') + "^ octet " +
         std::to_string(at + 1) + "\n";
}

std::string ShowCheck(const v1::RecordCheck& check, std::int64_t now_ms) {
  std::string text = RenderFields({{"Record", check.name()},
                                   {"Should show", WishOf(check)},
                                   {"Zone", check.zone()},
                                   {"DNSSEC", check.dnssec() == "unknown" ? "" : check.dnssec()},
                                   {"Not asked over", check.skipped()},
                                   {"Checked", TimeText(check.at_ms(), now_ms)}});
  const std::string servers = ShowAnswers("SERVER", check.servers());
  const std::string resolvers = ShowAnswers("RESOLVER", check.resolvers());
  if (!servers.empty()) text += "\n" + servers;
  if (!resolvers.empty()) text += "\n" + resolvers;
  return text + ShowDifferences(check) + "\n" + Verdict(check);
}

}  // namespace dkimkeeper
