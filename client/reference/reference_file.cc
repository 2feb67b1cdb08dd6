#include "client/reference/reference_file.h"

#include <algorithm>
#include <cstddef>

#include "proto/dkim/base64.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kLine = 64;  // RFC 7468 §2

std::string Boundary(std::string_view which) {
  return "-----" + std::string(which) + " " + std::string(kReferenceLabel) + "-----";
}

}  // namespace

Result<std::string> WriteReferenceFile(const ReferenceBody& body) {
  const auto der = EncodeReferenceBody(body);
  if (!der) return Forward(der);
  const std::string digits = EncodeBase64(*der);
  std::string text = Boundary("BEGIN") + "\n";
  for (std::size_t at = 0; at < digits.size(); at += kLine) {
    text.append(digits, at, kLine) += '\n';
  }
  return text + Boundary("END") + "\n";
}

Result<ReferenceBody> ReadReferenceFile(std::string_view text) {
  const std::string begin = Boundary("BEGIN");
  const std::size_t first = text.find(begin);
  const std::size_t last = text.find(Boundary("END"), std::min(first, text.size()));
  if (first == std::string_view::npos || last == std::string_view::npos) {
    return Fail(Code::kInvalidArgument, reason::kBadReference,
                "the file has no whole block \"" + std::string(kReferenceLabel) +
                    "\"; write it anew with `dkimkeeper key reference DOMAIN SELECTOR`");
  }
  const std::size_t from = first + begin.size();
  const auto der = DecodeBase64(text.substr(from, last - from));
  if (!der) {
    return Fail(Code::kInvalidArgument, reason::kBadReference,
                "the key reference cannot be read: " + der.error().message);
  }
  return DecodeReferenceBody(*der);
}

}  // namespace dkimkeeper
