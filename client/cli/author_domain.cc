#include "client/cli/author_domain.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "proto/dkim/mailbox.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kCrlf = "\r\n";

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Cuts the next field off, folds included; nothing at the end of the header.
std::optional<std::string_view> NextField(std::string_view& header) {
  if (header.empty() || header.starts_with(kCrlf)) return std::nullopt;
  std::size_t end = 0;
  for (;;) {
    end = header.find(kCrlf, end);
    if (end == std::string_view::npos) end = header.size();
    const std::size_t next = std::min(end + kCrlf.size(), header.size());
    if (next < header.size() && IsBlank(header[next])) {
      end = next;
      continue;
    }
    const std::string_view field = header.substr(0, end);
    header.remove_prefix(next);
    return field;
  }
}

bool IsFrom(std::string_view name) {
  while (!name.empty() && IsBlank(name.back())) name.remove_suffix(1);
  constexpr std::string_view kFrom = "from";
  return std::equal(name.begin(), name.end(), kFrom.begin(), kFrom.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

tl::unexpected<Error> BadFrom(const char* how_many) {
  return Fail(
      Code::kInvalidArgument, reason::kBadMessage,
      std::string("the message has ") + how_many + " From field: it must have one (RFC 5322 §3.6)");
}

}  // namespace

Result<Domain> AuthorDomain(std::string_view header) {
  std::optional<std::string_view> from;
  while (const auto field = NextField(header)) {
    const std::size_t colon = field->find(':');
    if (colon == std::string_view::npos || !IsFrom(field->substr(0, colon))) continue;
    if (from) return BadFrom("more than one");
    from = field->substr(colon + 1);
  }
  if (!from) return BadFrom("no");
  return ParseFromMailbox(*from).map([](const Mailbox& author) { return author.domain; });
}

}  // namespace dkimkeeper
