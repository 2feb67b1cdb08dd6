#include "tests/unit/client/dkim/reference_verifier.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <vector>

namespace dkimkeeper {
namespace {

std::string ReplaceAll(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string Lower(std::string_view text) {
  std::string lower;
  for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// Runs of WSP become one SP.
std::string Collapse(std::string text) {
  std::replace(text.begin(), text.end(), '\t', ' ');
  return ReplaceAll(std::move(text), "  ", " ");
}

// The header fields without final CRLF, and the body.
std::vector<std::string> SplitHeader(std::string_view message, std::string& body) {
  std::vector<std::string> fields;
  std::string text(message);
  while (!text.empty() && !text.starts_with("\r\n")) {
    std::size_t end = text.find("\r\n");
    while (end != std::string::npos && end + 2 < text.size() &&
           (text[end + 2] == ' ' || text[end + 2] == '\t')) {
      end = text.find("\r\n", end + 2);
    }
    fields.push_back(text.substr(0, end));
    text.erase(0, end == std::string::npos ? end : end + 2);
  }
  body = text.empty() ? text : text.substr(2);
  return fields;
}

std::string NameOf(std::string_view field) {
  std::string name = Lower(field.substr(0, field.find(':')));
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
  return name;
}

}  // namespace

std::string ReferenceBody(Canonicalization canonicalization, std::string_view body) {
  std::string text(body);
  if (canonicalization == Canonicalization::kRelaxed) {
    text = ReplaceAll(Collapse(text + "\r\n"), " \r\n", "\r\n");
    text.erase(text.size() - 2);
  }
  while (text.ends_with("\r\n")) text.erase(text.size() - 2);
  if (text.empty() && canonicalization == Canonicalization::kRelaxed) return text;
  return text + "\r\n";
}

std::string ReferenceHeaderField(Canonicalization canonicalization, std::string_view field) {
  if (canonicalization == Canonicalization::kSimple) return std::string(field);
  const std::size_t colon = field.find(':');
  std::string value = Collapse(ReplaceAll(std::string(field.substr(colon + 1)), "\r\n", ""));
  if (value.starts_with(' ')) value.erase(0, 1);
  if (value.ends_with(' ')) value.pop_back();
  return NameOf(field) + ":" + value;
}

Sha256Digest ReferenceSha256(std::string_view octets) {
  std::array<std::uint8_t, Sha256Digest::kSize> digest{};
  EVP_Digest(octets.data(), octets.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return Sha256Digest(digest);
}

std::string WithoutSignature(std::string_view field) {
  // b= is the tag after a `;` or white space; bh= is not.
  std::size_t at = field.find("b=");
  while (field[at - 1] != ';' && field[at - 1] != ' ' && field[at - 1] != '\t') {
    at = field.find("b=", at + 1);
  }
  const std::size_t end = field.find(';', at);
  std::string without(field.substr(0, at + 2));
  if (end != std::string_view::npos) without += field.substr(end);
  return without;
}

ReferenceVerdict ReferenceVerify(std::string_view signed_message, const SignatureField& signature) {
  std::string body;
  std::vector<std::string> fields = SplitHeader(signed_message, body);
  const std::string own = WithoutSignature(fields.front());
  fields.erase(fields.begin());

  std::string hashed;
  for (const std::string& name : signature.header_names) {
    const auto last = std::find_if(fields.rbegin(), fields.rend(), [&](const std::string& field) {
      return NameOf(field) == Lower(name);
    });
    if (last == fields.rend()) continue;
    hashed += ReferenceHeaderField(signature.canonicalization.header, *last) + "\r\n";
    fields.erase(std::next(last).base());
  }
  hashed += ReferenceHeaderField(signature.canonicalization.header, own);
  const Sha256Digest body_digest =
      ReferenceSha256(ReferenceBody(signature.canonicalization.body, body));
  return {ReferenceSha256(hashed), body_digest.ToBytes() == signature.body_hash};
}

}  // namespace dkimkeeper
