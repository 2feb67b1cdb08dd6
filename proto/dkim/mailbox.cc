#include "proto/dkim/mailbox.h"

#include <optional>
#include <span>
#include <vector>

#include "proto/dkim/address_lexer.h"
#include "proto/dkim/utf8.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Tokens = std::span<const AddressToken>;

// The text names no address: it is mail content.
tl::unexpected<Error> BadMailbox(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadMailbox,
              "the From field " + fault + "; sign only mail with one author address");
}

bool IsSpecial(const AddressToken& token, char special) {
  return token.kind == AddressTokenKind::kSpecial && token.text[0] == special;
}

bool IsWord(const AddressToken& token) {
  return token.kind == AddressTokenKind::kAtom || token.kind == AddressTokenKind::kQuotedString;
}

bool Contains(Tokens tokens, char special) {
  for (const AddressToken& token : tokens) {
    if (IsSpecial(token, special)) return true;
  }
  return false;
}

// word *("." word), joined: local-part (RFC 5322 §3.4.1, §4.4) and, of atoms only, domain.
std::optional<std::string> JoinDotted(Tokens tokens) {
  std::string text;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool fits = i % 2 == 0 ? IsWord(tokens[i]) : IsSpecial(tokens[i], '.');
    if (!fits) return std::nullopt;
    text += tokens[i].text;
  }
  if (tokens.size() % 2 == 0) return std::nullopt;
  return text;
}

Result<Domain> ParseAuthorDomain(Tokens tokens) {
  for (const AddressToken& token : tokens) {
    if (token.kind == AddressTokenKind::kDomainLiteral) {
      return BadMailbox("has an address literal in place of a domain");
    }
    if (token.kind == AddressTokenKind::kQuotedString) return BadMailbox("has a quoted domain");
  }
  const auto text = JoinDotted(tokens);
  if (!text) return BadMailbox("has no domain after the '@'");
  auto domain = Domain::Parse(*text);
  if (!domain) return BadMailbox("has an author domain that is no full domain name");
  return domain;
}

// addr-spec = local-part "@" domain
Result<Mailbox> ParseAddress(Tokens tokens) {
  std::size_t at = 0;
  while (at < tokens.size() && !IsSpecial(tokens[at], '@')) ++at;
  if (at == tokens.size()) return BadMailbox("has no address");
  auto local_part = JoinDotted(tokens.first(at));
  if (!local_part || local_part->empty()) return BadMailbox("has a bad local part");
  if (!IsUtf8(*local_part)) return BadMailbox("has a local part that is not UTF-8");
  auto domain = ParseAuthorDomain(tokens.subspan(at + 1));
  if (!domain) return Forward(domain);
  return Mailbox{*std::move(local_part), *std::move(domain)};
}

// display-name: words, with the dots of obs-phrase (RFC 5322 §4.1).
bool IsDisplayName(Tokens tokens) {
  for (const AddressToken& token : tokens) {
    if (!IsWord(token) && !IsSpecial(token, '.')) return false;
  }
  return tokens.empty() || IsWord(tokens.front());
}

}  // namespace

Result<Mailbox> ParseFromMailbox(std::string_view value) {
  const auto lexed = LexAddress(value);
  if (!lexed) return BadMailbox("does not parse");
  const Tokens tokens(*lexed);
  if (tokens.empty()) return BadMailbox("is empty");
  if (Contains(tokens, ',')) return BadMailbox("names several mailboxes, or a route");
  if (Contains(tokens, ':') || Contains(tokens, ';')) return BadMailbox("is a group, or a route");
  std::size_t open = 0;
  while (open < tokens.size() && !IsSpecial(tokens[open], '<')) ++open;
  if (open == tokens.size()) return ParseAddress(tokens);
  if (!IsDisplayName(tokens.first(open))) return BadMailbox("has a display name to be quoted");
  if (!IsSpecial(tokens.back(), '>')) return BadMailbox("does not end after its address");
  return ParseAddress(tokens.subspan(open + 1, tokens.size() - open - 2));
}

}  // namespace dkimkeeper
