#include "client/dkim/header_selection.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxName = 256;

Result<std::vector<std::string>> CheckedNames(const std::vector<std::string>& names) {
  std::vector<std::string> checked;
  for (const std::string& name : names) {
    std::string lower = ToAsciiLower(name);
    if (!IsFieldName(lower) || lower.find(';') != std::string::npos || lower.size() > kMaxName) {
      return Fail(Code::kInvalidArgument, reason::kBadOption,
                  "A name in the list of header fields to sign is not a header field name of at "
                  "most 256 printable ASCII characters without colon and semicolon.");
    }
    if (lower == "dkim-signature") {
      return Fail(Code::kInvalidArgument, reason::kBadOption,
                  "DKIM-Signature cannot be among the header fields to sign: signatures are added "
                  "and reordered on the way.");
    }
    if (std::find(checked.begin(), checked.end(), lower) == checked.end()) {
      checked.push_back(std::move(lower));
    }
  }
  if (std::find(checked.begin(), checked.end(), "from") == checked.end()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "From is missing from a list of header fields to sign or to oversign; RFC 6376 "
                "§5.4 requires it.");
  }
  return checked;
}

// Without a list of its own, oversigning never reaches past the fields that are to be signed.
std::vector<std::string> DefaultOversignedAmong(const std::vector<std::string>& signed_names) {
  std::vector<std::string> names;
  for (const std::string& name : DefaultOversignedHeaders()) {
    if (std::find(signed_names.begin(), signed_names.end(), ToAsciiLower(name)) !=
        signed_names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

const std::vector<std::string>& DefaultSignedHeaders() {
  static const auto& names = *new std::vector<std::string>{"From",
                                                           "Reply-To",
                                                           "Subject",
                                                           "Date",
                                                           "To",
                                                           "Cc",
                                                           "Resent-Date",
                                                           "Resent-From",
                                                           "Resent-To",
                                                           "Resent-Cc",
                                                           "In-Reply-To",
                                                           "References",
                                                           "List-Id",
                                                           "List-Help",
                                                           "List-Unsubscribe",
                                                           "List-Subscribe",
                                                           "List-Post",
                                                           "List-Owner",
                                                           "List-Archive",
                                                           "Message-ID",
                                                           "MIME-Version",
                                                           "Content-Type",
                                                           "Content-Transfer-Encoding",
                                                           "List-Unsubscribe-Post",
                                                           "Feedback-ID",
                                                           "CFBL-Address"};
  return names;
}

const std::vector<std::string>& DefaultOversignedHeaders() {
  static const auto& names =
      *new std::vector<std::string>{"From",     "To",         "Cc",           "Subject",     "Date",
                                    "Reply-To", "Message-ID", "MIME-Version", "Content-Type"};
  return names;
}

Result<HeaderSelection> HeaderSelection::FromOptions(const MessageOptions& options) {
  const auto to_sign = CheckedNames(options.signed_headers.empty() ? DefaultSignedHeaders()
                                                                   : options.signed_headers);
  if (!to_sign) return Forward(to_sign);
  const auto to_oversign =
      CheckedNames(options.oversigned_headers.has_value() ? *options.oversigned_headers
                                                          : DefaultOversignedAmong(*to_sign));
  if (!to_oversign) return Forward(to_oversign);

  std::vector<Name> names;
  for (const std::string& name : *to_sign) {
    const bool oversigned =
        std::find(to_oversign->begin(), to_oversign->end(), name) != to_oversign->end();
    names.push_back({name, oversigned});
  }
  for (const std::string& name : *to_oversign) {
    if (std::find(to_sign->begin(), to_sign->end(), name) == to_sign->end()) {
      names.push_back({name, true});
    }
  }
  return HeaderSelection(std::move(names));
}

std::vector<std::string> HeaderSelection::NamesFor(const HeaderBlock& block) const {
  std::unordered_map<std::string, std::size_t> counts;
  for (const HeaderField& field : block.fields()) ++counts[ToAsciiLower(field.name())];
  std::vector<std::string> entries;
  for (const Name& name : names_) {
    const auto found = counts.find(name.lower);
    const std::size_t count = found == counts.end() ? 0 : found->second;
    entries.insert(entries.end(), count + (name.oversigned ? 1 : 0), name.lower);
  }
  return entries;
}

std::vector<const HeaderField*> SelectFields(const HeaderBlock& block,
                                             std::span<const std::string> names) {
  std::unordered_map<std::string, std::vector<const HeaderField*>> unused;
  for (const HeaderField& field : block.fields()) {
    unused[ToAsciiLower(field.name())].push_back(&field);
  }
  std::vector<const HeaderField*> selected;
  for (const std::string& name : names) {
    const auto found = unused.find(ToAsciiLower(name));
    if (found == unused.end() || found->second.empty()) continue;
    selected.push_back(found->second.back());
    found->second.pop_back();
  }
  return selected;
}

}  // namespace dkimkeeper
