#include "client/dkim/header_canonicalization.h"

#include <string_view>

#include "client/dkim/white_space.h"
#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

std::string RelaxedHeaderField(const HeaderField& field) {
  std::string relaxed = ToAsciiLower(field.name());
  relaxed.reserve(field.text().size());
  relaxed.push_back(':');
  const std::size_t value_begin = relaxed.size();
  bool space = false;
  for (const char c : field.value()) {
    if (c == '\r' || c == '\n') continue;  // only in folds, and white space follows
    if (IsWsp(c)) {
      space = true;
      continue;
    }
    if (space && relaxed.size() > value_begin) relaxed.push_back(' ');
    space = false;
    relaxed.push_back(c);
  }
  return relaxed;
}

}  // namespace

std::string CanonicalHeaderField(Canonicalization canonicalization, const HeaderField& field) {
  switch (canonicalization) {
    case Canonicalization::kSimple:
      return field.text();
    case Canonicalization::kRelaxed:
      break;
  }
  return RelaxedHeaderField(field);
}

}  // namespace dkimkeeper
