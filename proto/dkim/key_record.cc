#include "proto/dkim/key_record.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "proto/dkim/ascii.h"
#include "proto/dkim/base64.h"
#include "proto/dkim/label.h"
#include "proto/dkim/quoted_printable.h"
#include "proto/dkim/tag_list.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kVersion = "DKIM1";
constexpr int kMinRsaBits = 1024;  // RFC 8301 §3.2: what a verifier must still take
constexpr std::size_t kEd25519Octets = 32;

tl::unexpected<Error> BadKeyRecord(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadKeyRecord,
              "the key record " + fault + "; publish the record exactly as it was rendered");
}

// x-hyphenated-word of RFC 6376 §3.6.1: a letter, then letters, digits and inner hyphens.
bool IsHyphenatedWord(std::string_view word) {
  return !LabelFault(word) && IsAsciiAlpha(word.front());
}

// A colon-separated list; "*" is a word of s= only.
Result<std::vector<std::string>> ParseWords(const TagList& tags, std::string_view name) {
  const auto value = tags.Find(name);
  if (!value) return std::vector<std::string>{};
  std::vector<std::string> words;
  for (const std::string_view part : Split(*value, ':')) {
    const std::string_view word = TrimFoldingSpace(part);
    if (!IsHyphenatedWord(word) && !(name == "s" && word == "*")) {
      return BadKeyRecord("has a bad word in " + std::string(name) + "=");
    }
    words.emplace_back(word);
  }
  return words;
}

Result<Algorithm> ParseKeyType(const TagList& tags) {
  const auto type = tags.Find("k");
  if (!type) return Algorithm::kRsaSha256;
  for (const Algorithm algorithm : {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256}) {
    if (*type == KeyTypeName(algorithm)) return algorithm;
  }
  return BadKeyRecord("has a k= other than rsa and ed25519");
}

// DER again, so that equal keys have equal bytes however they were published.
Result<PublicKey> ParseRsaKey(const std::string& info) {
  const auto* next = reinterpret_cast<const unsigned char*>(info.data());
  const auto* end = next + info.size();
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      d2i_PUBKEY(nullptr, &next, static_cast<long>(info.size())), EVP_PKEY_free);
  if (!key || next != end || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return BadKeyRecord("has a p= that is no RSA SubjectPublicKeyInfo");
  }
  if (EVP_PKEY_get_bits(key.get()) < kMinRsaBits) {
    return BadKeyRecord("has an RSA key below 1024 bits");
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) return BadKeyRecord("has an RSA key that cannot be encoded");
  PublicKey parsed{Algorithm::kRsaSha256, {der, der + size}};
  OPENSSL_free(der);
  return parsed;
}

Result<PublicKey> ParseEd25519Key(const std::string& bytes) {
  if (bytes.size() != kEd25519Octets) {
    return BadKeyRecord("has an Ed25519 p= of " + std::to_string(bytes.size()) +
                        " bytes where RFC 8463 wants the 32 raw ones");
  }
  return PublicKey{Algorithm::kEd25519Sha256, bytes};
}

Result<std::optional<PublicKey>> ParseKey(const TagList& tags, Algorithm algorithm) {
  const auto text = tags.Find("p");
  if (!text) return BadKeyRecord("has no p=");
  const auto bytes = DecodeBase64(*text);
  if (!bytes) return BadKeyRecord("has a p= that is no base64");
  if (bytes->empty()) return std::nullopt;
  auto key = algorithm == Algorithm::kRsaSha256 ? ParseRsaKey(*bytes) : ParseEd25519Key(*bytes);
  if (!key) return Forward(key);
  return *std::move(key);
}

Outcome CheckVersion(const TagList& tags) {
  const auto version = tags.Find("v");
  if (!version) return {};  // recommended, not required
  if (tags.tags().front().name != "v") return BadKeyRecord("has v= somewhere else than first");
  if (*version != kVersion) return BadKeyRecord("has a v= other than DKIM1");
  return {};
}

Result<std::string> ParseNote(const TagList& tags) {
  const auto note = DecodeQuotedPrintable(tags.Find("n").value_or(""));
  if (!note) return BadKeyRecord("has an n= that is no quoted-printable");
  return *note;
}

// h=, s= and t= into `record`.
Outcome ParseLists(const TagList& tags, KeyRecord& record) {
  auto hash_algorithms = ParseWords(tags, "h");
  if (!hash_algorithms) return Forward(hash_algorithms);
  auto services = ParseWords(tags, "s");
  if (!services) return Forward(services);
  auto flags = ParseWords(tags, "t");
  if (!flags) return Forward(flags);
  if (!hash_algorithms->empty() && std::find(hash_algorithms->begin(), hash_algorithms->end(),
                                             "sha256") == hash_algorithms->end()) {
    return BadKeyRecord("has an h= without sha256");
  }
  if (*services == std::vector<std::string>{"*"}) services->clear();
  record.hash_algorithms = *std::move(hash_algorithms);
  record.services = *std::move(services);
  record.flags = *std::move(flags);
  return {};
}

void AppendWords(std::string_view name, const std::vector<std::string>& words, std::string& text) {
  if (words.empty()) return;
  text += "; " + std::string(name) + "=";
  for (const std::string& word : words) text += (&word == words.data() ? "" : ":") + word;
}

}  // namespace

std::string RenderKeyRecord(const KeyRecord& record) {
  const auto& key = record.public_key;
  std::string text = "v=" + std::string(kVersion) + "; k=";
  text += KeyTypeName(key ? key->algorithm : record.algorithm);
  AppendWords("h", record.hash_algorithms, text);
  if (!record.note.empty()) text += "; n=" + EncodeQuotedPrintable(record.note);
  AppendWords("s", record.services, text);
  AppendWords("t", record.flags, text);
  return text + "; p=" + (key ? EncodeBase64(key->record_bytes) : "");
}

Result<KeyRecord> ParseKeyRecord(std::string_view value) {
  const auto tags = TagList::Parse(value);
  if (!tags) return BadKeyRecord("does not parse: " + tags.error().message);
  if (const auto version = CheckVersion(*tags); !version) return Forward(version);
  const auto algorithm = ParseKeyType(*tags);
  if (!algorithm) return Forward(algorithm);
  auto key = ParseKey(*tags, *algorithm);
  if (!key) return Forward(key);
  auto note = ParseNote(*tags);
  if (!note) return Forward(note);
  KeyRecord record{
      .public_key = *std::move(key), .algorithm = *algorithm, .note = *std::move(note)};
  if (const auto lists = ParseLists(*tags, record); !lists) return Forward(lists);
  return record;
}

}  // namespace dkimkeeper
