#include "client/reference/packet_codec.h"

#include <optional>

#include "client/reference/reference_body.h"
#include "proto/dkim/label.h"
#include "proto/dkim/utf8.h"
#include "proto/octets.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxDomain = 1024;  // U-labels; what Domain::Parse looks at
constexpr std::size_t kMaxSelector = 253;
constexpr std::size_t kMaxSender = 63;
constexpr std::size_t kMaxSignature = 1024;
constexpr std::size_t kMaxReason = 64;
constexpr std::size_t kMaxMessage = 2048;
constexpr std::chrono::milliseconds kLongestPatience{600'000};

tl::unexpected<Error> BadFrame(std::string_view what) {
  return Fail(Code::kInvalidArgument, reason::kBadFrame,
              "a message between a local program and the agent is malformed: " + std::string(what) +
                  "; both must be of one version");
}

// Reads a value of a type that has a grammar; what it refuses fails the reader.
template <typename Value>
std::optional<Value> Parsed(OctetReader& in, Result<Value> value) {
  if (value) return *std::move(value);
  in.Fail();
  return std::nullopt;
}

std::optional<Selector> ReadSelector(OctetReader& in) {
  const std::string text = in.Text(kMaxSelector);
  std::optional<Selector> selector = Parsed(in, Selector::Parse(text, Underscore::kAllowed));
  if (selector && selector->str() != text) in.Fail();
  return selector;
}

std::optional<Reference> ReadReference(OctetReader& in) {
  const std::string domain = in.Text(kMaxNameOctets);
  std::optional<Selector> selector = ReadSelector(in);
  if (!selector) return std::nullopt;
  std::optional<Reference> reference = Parsed(in, Reference::Make(domain, *std::move(selector)));
  if (reference && reference->domain() != domain) in.Fail();
  return reference;
}

void Write(OctetWriter& out, const Reference& reference) {
  out.Text(reference.domain(), kMaxNameOctets);
  out.Text(reference.selector().str(), kMaxSelector);
}

// --- Requests. The kind of a message is its place in the variant.

void Write(OctetWriter& out, const FindCall& call) {
  out.Text(call.domain, kMaxDomain);
  out.U8(static_cast<std::uint8_t>(call.which.index()));
  if (const auto* selector = std::get_if<Selector>(&call.which)) {
    out.Text(selector->str(), kMaxSelector);
  } else {
    out.U8(static_cast<std::uint8_t>(std::get<Algorithm>(call.which)));
  }
}

void Write(OctetWriter& out, const SignCall& call) {
  Write(out, call.reference);
  out.U8(static_cast<std::uint8_t>(call.algorithm));
  out.Text(call.digest.ToBytes(), Sha256Digest::kSize);
}

std::optional<FindCall> ReadFind(OctetReader& in) {
  std::string domain = in.Text(kMaxDomain);
  if (!IsUtf8(domain)) in.Fail();
  if (in.Flag()) return FindCall{std::move(domain), in.Choice(Algorithm::kEd25519Sha256)};
  std::optional<Selector> selector = ReadSelector(in);
  if (!selector) return std::nullopt;
  return FindCall{std::move(domain), *std::move(selector)};
}

std::optional<SignCall> ReadSign(OctetReader& in) {
  std::optional<Reference> reference = ReadReference(in);
  const auto algorithm = in.Choice(Algorithm::kEd25519Sha256);
  const auto digest = Parsed(in, Sha256Digest::FromBytes(in.Text(Sha256Digest::kSize)));
  if (!reference || !digest) return std::nullopt;
  return SignCall{*std::move(reference), algorithm, *digest};
}

std::optional<std::variant<FindCall, SignCall>> ReadCall(OctetReader& in) {
  switch (in.U8()) {
    case 0:
      return ReadFind(in);
    case 1:
      return ReadSign(in);
    default:
      return std::nullopt;
  }
}

// --- Answers

// Cut at a character where it is too long: for people.
void WriteShown(OctetWriter& out, std::string_view text, std::size_t longest) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = Utf8CharacterSize(text);
    const std::string_view character = size == 0 ? "?" : text.substr(0, size);
    if (shown.size() + character.size() > longest) break;
    shown += character;
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out.Text(shown, longest);
}

std::string ReadShown(OctetReader& in, std::size_t longest) {
  std::string text = in.Text(longest);
  if (!IsUtf8(text)) in.Fail();
  return text;
}

void Write(OctetWriter& out, const Error& error) {
  out.U8(static_cast<std::uint8_t>(error.code));
  WriteShown(out, error.reason, kMaxReason);
  WriteShown(out, error.message, kMaxMessage);
  WriteShown(out, error.current_selector, kMaxSelector);
  out.U32(static_cast<std::uint32_t>(error.retry_after.count()));
}

Error ReadError(OctetReader& in) {
  Error error;
  error.code = in.Choice(Code::kInternal);
  error.reason = ReadShown(in, kMaxReason);
  error.message = ReadShown(in, kMaxMessage);
  error.current_selector = ReadShown(in, kMaxSelector);
  error.retry_after = std::chrono::milliseconds(in.U32());
  return error;
}

void Write(OctetWriter& out, const FoundKey& key) {
  Write(out, key.reference);
  out.Text(key.sender.str(), kMaxSender);
  out.Text(ToSubjectPublicKeyInfo(key.public_key), kMaxReferencePublicKey);
}

std::optional<FoundKey> ReadFoundKey(OctetReader& in) {
  std::optional<Reference> reference = ReadReference(in);
  const std::string name = in.Text(kMaxSender);
  std::optional<Sender> sender = Parsed(in, Sender::Parse(name));
  if (sender && sender->str() != name) in.Fail();
  std::optional<PublicKey> key = FromSubjectPublicKeyInfo(in.Text(kMaxReferencePublicKey));
  if (!reference || !sender || !key) return std::nullopt;
  return FoundKey{*std::move(reference), *std::move(sender), *std::move(key)};
}

void Write(OctetWriter& out, const RawSignature& signature) {
  out.Text(signature.bytes, kMaxSignature);
}

Result<std::string> Finish(OctetWriter& out) {
  if (!out.good()) return BadFrame("a part of it is longer than it may be");
  return out.Take();
}

std::optional<ReferenceAnswer> ReadAnswer(OctetReader& in) {
  switch (in.U8()) {
    case 0:
      return ReadError(in);
    case 1:
      return ReadFoundKey(in);
    case 2:
      return RawSignature{in.Text(kMaxSignature)};
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::string> EncodeRequest(const ReferenceRequest& request) {
  OctetWriter out;
  out.U8(kVersion);
  out.U32(static_cast<std::uint32_t>(request.patience.count()));
  out.U8(static_cast<std::uint8_t>(request.call.index()));
  std::visit([&out](const auto& call) { Write(out, call); }, request.call);
  return Finish(out);
}

Result<std::string> EncodeAnswer(const ReferenceAnswer& answer) {
  OctetWriter out;
  out.U8(kVersion);
  out.U8(static_cast<std::uint8_t>(answer.index()));
  std::visit([&out](const auto& value) { Write(out, value); }, answer);
  return Finish(out);
}

Result<ReferenceRequest> DecodeRequest(std::string_view packet) {
  OctetReader in(packet);
  if (in.U8() != kVersion) return BadFrame("its version is another");
  const std::chrono::milliseconds patience(in.U32());
  if (patience > kLongestPatience) in.Fail();
  auto call = ReadCall(in);
  if (!call || !in.AtEnd()) return BadFrame("a request is not what its kind says");
  return ReferenceRequest{patience, *std::move(call)};
}

Result<ReferenceAnswer> DecodeAnswer(std::string_view packet) {
  OctetReader in(packet);
  if (in.U8() != kVersion) return BadFrame("its version is another");
  auto answer = ReadAnswer(in);
  if (!answer || !in.AtEnd()) return BadFrame("an answer is not what its kind says");
  return *std::move(answer);
}

}  // namespace dkimkeeper
