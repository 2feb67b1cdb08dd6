#include "proto/dkim/domain.h"

#include <idn2.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"
#include "proto/dkim/utf8.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Bounds the work of IDNA: 253 characters of at most 4 octets, rounded.
constexpr std::size_t kMaxInputOctets = 1024;

struct Idn2Free {
  void operator()(char* text) const { idn2_free(text); }
};
using Idn2Text = std::unique_ptr<char, Idn2Free>;

tl::unexpected<Error> BadDomain(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadDomain,
              fault + "; give a full domain name such as example.com");
}

// IDNA 2008 with the mapping of UTS 46, non-transitional. Nothing where libidn2 refuses. Never
// called with IDN2_USE_STD3_ASCII_RULES, which deletes the characters it does not like.
std::optional<std::string> Idn2ToAscii(const std::string& text) {
  char* ascii = nullptr;
  const int code = idn2_to_ascii_8z(text.c_str(), &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const Idn2Text owned(ascii);
  if (code != IDN2_OK) return std::nullopt;
  return std::string(owned.get());
}

// The mapping of UTS 46 drops some characters (soft hyphen, zero-width space, variation
// selectors), and another name would be left: such a character adds nothing to an "a" before it.
bool HasVanishingCharacter(std::string_view utf8) {
  while (!utf8.empty()) {
    const std::size_t size = Utf8CharacterSize(utf8);
    if (size > 1 && Idn2ToAscii("a" + std::string(utf8.substr(0, size))) == "a") return true;
    utf8.remove_prefix(size);
  }
  return false;
}

// The A-label of a U-label, or of an A-label to be validated.
Result<std::string> ToALabel(std::string_view label) {
  if (!IsUtf8(label)) return BadDomain("a label of the domain is not UTF-8");
  if (HasVanishingCharacter(label)) {
    return BadDomain("a label of the domain contains an invisible character");
  }
  const auto ascii = Idn2ToAscii(ToAsciiLower(label));
  if (!ascii) return BadDomain("a label of the domain is not a valid internationalized label");
  return *ascii;
}

Result<std::string> ToAsciiLabel(std::string_view label) {
  // libidn2 passes spaces, underscores and NULs in silence, so that ASCII is checked before it.
  std::string ascii_part;
  std::copy_if(label.begin(), label.end(), std::back_inserter(ascii_part), IsAscii);
  const auto bad = std::find_if_not(ascii_part.begin(), ascii_part.end(),
                                    [](char c) { return IsAsciiAlnum(c) || c == '-'; });
  if (bad != ascii_part.end()) {
    return BadDomain("a label of the domain contains " + DescribeOctet(*bad));
  }
  const bool all_ascii = ascii_part.size() == label.size();
  const bool a_label = EqualsIgnoringAsciiCase(label.substr(0, 4), "xn--");
  if (all_ascii && !a_label) return ToAsciiLower(label);
  return ToALabel(label);
}

// The syntax of the finished name, whatever made it.
std::optional<std::string> NameFault(const std::string& name) {
  if (name.size() > kMaxNameOctets) {
    return "the domain is " + std::to_string(name.size()) + " octets long, the limit is 253";
  }
  const auto labels = Split(name, '.');
  for (const std::string_view label : labels) {
    if (const auto fault = LabelFault(label)) return "a label of the domain " + *fault;
  }
  if (labels.size() < 2) return "the domain has only one label";
  if (std::all_of(labels.back().begin(), labels.back().end(), IsAsciiDigit)) {
    return "the domain is a number or an IP address";
  }
  return std::nullopt;
}

// The U-label; the A-label itself where that would not be read as the same name again.
std::string ToUnicodeLabel(std::string_view label) {
  char* unicode = nullptr;
  const int code = idn2_to_unicode_8z8z(std::string(label).c_str(), &unicode, 0);
  const Idn2Text owned(unicode);
  if (code != IDN2_OK) return std::string(label);
  const auto back = ToAsciiLabel(owned.get());
  return back && *back == label ? std::string(owned.get()) : std::string(label);
}

}  // namespace

Result<Domain> Domain::Parse(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty()) return BadDomain("the domain is empty");
  if (text.size() > kMaxInputOctets) return BadDomain("the domain is longer than 253 octets");
  std::string name;
  for (const std::string_view label : Split(text, '.')) {
    const auto ascii = ToAsciiLabel(label);
    if (!ascii) return Forward(ascii);
    name += *ascii + '.';  // an empty label stays visible to NameFault
  }
  name.pop_back();
  if (const auto fault = NameFault(name)) return BadDomain(*fault);
  return Domain(std::move(name));
}

std::string Domain::ToUnicode() const {
  std::string unicode;
  for (const std::string_view label : Split(name_, '.')) {
    if (!unicode.empty()) unicode += '.';
    unicode += label.starts_with("xn--") ? ToUnicodeLabel(label) : std::string(label);
  }
  return unicode;
}

bool Domain::IsAtOrBelow(const Domain& ancestor) const {
  return name_ == ancestor.name_ || name_.ends_with("." + ancestor.name_);
}

}  // namespace dkimkeeper
