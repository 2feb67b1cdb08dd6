#include "proto/audit/signed_note.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "proto/audit/tree_hash.h"
#include "proto/dkim/base64.h"
#include "proto/dkim/hex.h"
#include "proto/dkim/utf8.h"
#include "proto/octets.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr char kEd25519 = 1;  // the signature's type
constexpr std::string_view kDash = "\u2014 ";
constexpr std::size_t kIdSize = 4;

tl::unexpected<Error> Refuse(std::string what) {
  return Fail(Code::kInvalidArgument, reason::kBadDocument, std::move(what));
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' '; }

// The specification forbids all of Unicode's spaces.
bool HasSpace(std::string_view name) {
  if (name.find(' ') != std::string_view::npos || std::ranges::any_of(name, IsControl)) return true;
  for (const std::string_view space :
       {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
        "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f",
        "\u3000"}) {
    if (name.find(space) != std::string_view::npos) return true;
  }
  return false;
}

bool IsKeyName(std::string_view name) {
  return !name.empty() && name.find('+') == std::string_view::npos && !HasSpace(name) &&
         IsUtf8(name);
}

std::string IdOctets(std::uint32_t id) {
  OctetWriter writer;
  writer.U32(id);
  return writer.Take();
}

// Without the white space that DKIM's base64 may have: a note has one form.
Result<std::string> DecodeStrictly(std::string_view text) {
  auto octets = DecodeBase64(text);
  if (octets && EncodeBase64(*octets) != text) return Refuse("the base64 has white space in it");
  return octets;
}

Result<NoteSignature> ParseSignature(std::string_view line) {
  if (!line.starts_with(kDash)) return Refuse("a signature line begins with an em dash");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsKeyName(line.substr(0, space)))
    return Refuse("a signature line is a key's name and base64");
  const auto octets = DecodeStrictly(line.substr(space + 1));
  if (!octets || octets->size() <= kIdSize)
    return Refuse("a signature is the base64 of a key ID and more");
  OctetReader reader(std::string_view(*octets).substr(0, kIdSize));
  return NoteSignature{std::string(line.substr(0, space)), reader.U32(), octets->substr(kIdSize)};
}

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* Octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool IsSignature(const VerifierKey& key, std::string_view text, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, KeyDeleter> loaded(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, Octets(key.public_key()), key.public_key().size()));
  const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
  return loaded && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, loaded.get()) == 1 &&
         EVP_DigestVerify(context.get(), Octets(signature), signature.size(), Octets(text),
                          text.size()) == 1;
}

}  // namespace

VerifierKey::VerifierKey(std::string name, std::string_view public_key)
    : name_(std::move(name)), public_key_(public_key) {
  const TreeHash hash = Sha256(name_ + '\n' + kEd25519 + public_key_);
  OctetReader reader(OctetsOf(hash).substr(0, kIdSize));
  id_ = reader.U32();
}

Result<VerifierKey> VerifierKey::Make(std::string name, std::string_view public_key) {
  if (!IsKeyName(name))
    return Refuse("a key's name has no white space, no control character and no plus");
  if (public_key.size() != kSize) return Refuse("an Ed25519 key is 32 bytes long");
  return VerifierKey(std::move(name), public_key);
}

Result<VerifierKey> VerifierKey::Parse(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return Refuse("a verifier key is NAME+ID+BASE64");
  const auto octets = DecodeStrictly(text.substr(second + 1));
  if (!octets || octets->empty() || octets->front() != kEd25519)
    return Refuse("the verifier key is not of Ed25519, or its base64 is damaged");
  auto key = Make(std::string(text.substr(0, first)), std::string_view(*octets).substr(1));
  if (!key) return Forward(key);
  if (EncodeHex(IdOctets(key->id())) != text.substr(first + 1, second - first - 1))
    return Refuse("the verifier key's ID is not that of its name and key");
  return key;
}

std::string VerifierKey::ToString() const {
  return name_ + "+" + EncodeHex(IdOctets(id_)) + "+" + EncodeBase64(kEd25519 + public_key_);
}

Result<SignedNote> SignedNote::Parse(std::string_view note) {
  if (note.size() > kLongestNote) return Refuse("the note is too long");
  if (!IsUtf8(note) || std::ranges::any_of(note, [](char c) { return c != '\n' && IsControl(c); }))
    return Refuse("a note is UTF-8 without control characters");
  const std::size_t blank = note.rfind("\n\n");  // the text may hold such too
  if (blank == std::string_view::npos) return Refuse("a note has an empty line before signatures");
  SignedNote parsed{std::string(note.substr(0, blank + 1)), {}};
  std::string_view lines = note.substr(blank + 2);
  if (lines.empty() || lines.back() != '\n')
    return Refuse("a note ends with a whole line of a signature");
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    auto signature = ParseSignature(lines.substr(0, end));
    if (!signature) return Forward(signature);
    parsed.signatures.push_back(*std::move(signature));
    lines.remove_prefix(end + 1);
  }
  return parsed;
}

std::string SignedNote::ToString() const {
  std::string note = text + "\n";
  for (const NoteSignature& each : signatures) {
    note += std::string(kDash) + each.name + " " +
            EncodeBase64(IdOctets(each.key_id) + each.signature) + "\n";
  }
  return note;
}

void AttachSignature(SignedNote& note, const VerifierKey& key, std::string_view signature) {
  note.signatures.push_back({key.name(), key.id(), std::string(signature)});
}

Outcome VerifyNote(const SignedNote& note, std::span<const VerifierKey> keys) {
  bool verified = false;
  for (const NoteSignature& each : note.signatures) {
    for (const VerifierKey& key : keys) {
      if (each.name != key.name() || each.key_id != key.id()) continue;
      if (!IsSignature(key, note.text, each.signature)) {
        return Fail(Code::kInternal, reason::kBadSignature,
                    "the signature of " + key.name() + " does not match the text");
      }
      verified = true;
    }
  }
  if (verified) return {};
  return Fail(Code::kInternal, reason::kBadSignature, "no key that is known here signed it");
}

}  // namespace dkimkeeper
