#include "hsm/wire/codec.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "proto/dkim/utf8.h"
#include "proto/octets.h"
#include "proto/reason.h"

namespace dkimkeeper::wire {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxKeyId = 32;
constexpr std::size_t kMaxLabel = 1024;
constexpr std::size_t kMaxPublicKey = 4096;
constexpr std::size_t kMaxSignature = 4096;
constexpr std::size_t kMaxMessage = 4096;
constexpr std::size_t kMaxName = 256;
// An empty one takes eight times as much memory as room in the packet.
constexpr std::size_t kMaxNames = 64;

tl::unexpected<Error> BadFrame(std::string_view what) {
  return Fail(Code::kInvalidArgument, reason::kBadFrame,
              "a message between daemon and token worker is malformed: " + std::string(what) +
                  "; both must be of one version");
}

// For what is shown to people only. Tokens and modules say it in any encoding; an answer of the API
// with one octet that is no UTF-8 could not be read at all.
void WriteShown(OctetWriter& out, std::string_view text, std::size_t longest) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = Utf8CharacterSize(text);
    const std::string_view character = size == 0 ? "?" : text.substr(0, size);
    if (shown.size() + character.size() > longest) break;
    shown += character;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  out.Text(shown, longest);
}

std::string ReadShown(OctetReader& in, std::size_t longest) {
  std::string text = in.Text(longest);
  if (!IsUtf8(text)) in.Fail();
  return text;
}

// --- Values of several messages

void Write(OctetWriter& out, const PublicKey& key) {
  out.U8(static_cast<std::uint8_t>(key.algorithm));
  out.Text(key.record_bytes, kMaxPublicKey);
}

PublicKey ReadPublicKey(OctetReader& in) {
  const auto algorithm = in.Choice(Algorithm::kEd25519Sha256);
  return {algorithm, in.Text(kMaxPublicKey)};
}

void Write(OctetWriter& out, const KeyId& id) { out.Text(id.bytes(), kMaxKeyId); }

// Nothing but 1 to 32 bytes is an id.
KeyId ReadKeyId(OctetReader& in) {
  auto id = KeyId::FromBytes(in.Text(kMaxKeyId));
  if (id) return *std::move(id);
  in.Fail();
  return KeyId::Zero();
}

void WriteNames(OctetWriter& out, const std::vector<std::string>& names) {
  const std::size_t count = std::min(names.size(), kMaxNames);
  out.U32(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) WriteShown(out, names[i], kMaxName);
}

std::vector<std::string> ReadNames(OctetReader& in) {
  const std::size_t count = in.Count(4);
  if (count > kMaxNames) in.Fail();
  std::vector<std::string> names(in.good() ? count : 0);
  for (std::string& name : names) name = ReadShown(in, kMaxName);
  return names;
}

void Write(OctetWriter& out, const KeyAttributes& attributes) {
  for (const bool flag : {attributes.sensitive, attributes.always_sensitive, attributes.extractable,
                          attributes.never_extractable, attributes.local, attributes.modifiable,
                          attributes.may_decrypt}) {
    out.U8(flag ? 1 : 0);
  }
  WriteNames(out, attributes.allowed_mechanisms);
}

KeyAttributes ReadAttributes(OctetReader& in) {
  KeyAttributes attributes;
  for (bool* flag : {&attributes.sensitive, &attributes.always_sensitive, &attributes.extractable,
                     &attributes.never_extractable, &attributes.local, &attributes.modifiable,
                     &attributes.may_decrypt}) {
    *flag = in.Flag();
  }
  attributes.allowed_mechanisms = ReadNames(in);
  return attributes;
}

void Write(OctetWriter& out, const TokenKey& key) {
  Write(out, key.id);
  WriteShown(out, key.label, kMaxLabel);
  out.U8(static_cast<std::uint8_t>(key.purpose));
  Write(out, key.public_key);
  out.U32(key.rsa_bits);
  Write(out, key.attributes);
}

TokenKey ReadTokenKey(OctetReader& in) {
  TokenKey key{ReadKeyId(in), {}, {}, {}, 0, {}};
  key.label = ReadShown(in, kMaxLabel);
  key.purpose = in.Choice(KeyPurpose::kAudit);
  key.public_key = ReadPublicKey(in);
  key.rsa_bits = in.U32();
  key.attributes = ReadAttributes(in);
  return key;
}

// --- Requests. The kind of a message is its place in the variant.

void Write(OctetWriter& out, const GenerateCall& call) {
  Write(out, call.spec.id);
  out.U8(static_cast<std::uint8_t>(call.spec.purpose));
  out.U8(static_cast<std::uint8_t>(call.spec.algorithm));
  out.U32(call.spec.rsa_bits);
  out.Text(call.spec.label, kMaxLabel);
  out.U8(call.spec.continues ? 1 : 0);
}
void Write(OctetWriter& /*out*/, const FindKeysCall& /*call*/) {}
void Write(OctetWriter& out, const FindKeyCall& call) { Write(out, call.id); }
void Write(OctetWriter& out, const SignCall& call) {
  Write(out, call.id);
  out.Text(call.digest.ToBytes(), Sha256Digest::kSize);
  Write(out, call.expected);
}
void Write(OctetWriter& out, const SignNoteCall& call) {
  Write(out, call.id);
  out.Text(call.note, kMaxNote);
  Write(out, call.expected);
}
void Write(OctetWriter& out, const DestroyCall& call) { Write(out, call.id); }
void Write(OctetWriter& /*out*/, const HealthCall& /*call*/) {}
void Write(OctetWriter& out, const RemainsCall& call) { Write(out, call.id); }

GenerateCall ReadGenerate(OctetReader& in) {
  GenerateCall call{KeySpec{.id = ReadKeyId(in), .label = {}}};
  call.spec.purpose = in.Choice(KeyPurpose::kAudit);
  call.spec.algorithm = in.Choice(Algorithm::kEd25519Sha256);
  call.spec.rsa_bits = in.U32();
  call.spec.label = in.Text(kMaxLabel);
  call.spec.continues = in.Flag();
  return call;
}

SignCall ReadSign(OctetReader& in) {
  KeyId id = ReadKeyId(in);
  const auto digest = Sha256Digest::FromBytes(in.Text(Sha256Digest::kSize));
  if (!digest) in.Fail();
  SignCall call{std::move(id), digest.value_or(Sha256Digest({})), {}};
  call.expected = ReadPublicKey(in);
  return call;
}

SignNoteCall ReadSignNote(OctetReader& in) {
  KeyId id = ReadKeyId(in);
  SignNoteCall call{std::move(id), in.Text(kMaxNote), {}};
  call.expected = ReadPublicKey(in);
  return call;
}

std::optional<Call> ReadCall(std::uint8_t kind, OctetReader& in) {
  switch (kind) {
    case 0:
      return ReadGenerate(in);
    case 1:
      return FindKeysCall{};
    case 2:
      return FindKeyCall{ReadKeyId(in)};
    case 3:
      return ReadSign(in);
    case 4:
      return ReadSignNote(in);
    case 5:
      return DestroyCall{ReadKeyId(in)};
    case 6:
      return HealthCall{};
    case 7:
      return RemainsCall{ReadKeyId(in)};
    default:
      return std::nullopt;
  }
}

// --- Responses

void Write(OctetWriter& out, const Ready& ready) {
  const TokenInfo& token = ready.token;
  for (const std::string* text :
       {&token.name, &token.label, &token.manufacturer, &token.model, &token.serial}) {
    WriteShown(out, *text, kMaxName);
  }
  out.U32(static_cast<std::uint32_t>(token.algorithms.size()));
  for (const Algorithm algorithm : token.algorithms) out.U8(static_cast<std::uint8_t>(algorithm));
  out.U32(token.sessions);
}

Ready ReadReady(OctetReader& in) {
  TokenInfo token;
  for (std::string* text :
       {&token.name, &token.label, &token.manufacturer, &token.model, &token.serial}) {
    *text = ReadShown(in, kMaxName);
  }
  token.algorithms.resize(in.Count(1));
  for (Algorithm& algorithm : token.algorithms) algorithm = in.Choice(Algorithm::kEd25519Sha256);
  token.sessions = in.U32();
  return {std::move(token)};
}

void Write(OctetWriter& out, const Error& error) {
  out.U8(static_cast<std::uint8_t>(error.code));
  WriteShown(out, error.reason, kMaxName);
  WriteShown(out, error.message, kMaxMessage);
  out.U32(static_cast<std::uint32_t>(error.retry_after.count()));
}

Error ReadError(OctetReader& in) {
  Error error;
  error.code = in.Choice(Code::kInternal);
  error.reason = ReadShown(in, kMaxName);
  error.message = ReadShown(in, kMaxMessage);
  error.retry_after = std::chrono::milliseconds(in.U32());
  return error;
}

void Write(OctetWriter& out, const KeysPart& part) {
  out.U8(part.last ? 1 : 0);
  out.U32(static_cast<std::uint32_t>(part.keys.size()));
  for (const TokenKey& key : part.keys) Write(out, key);
}

KeysPart ReadKeysPart(OctetReader& in) {
  constexpr std::size_t kSmallestKey = 32;
  KeysPart part;
  part.last = in.Flag();
  const std::size_t count = in.Count(kSmallestKey);
  part.keys.reserve(count);
  for (std::size_t i = 0; i < count && in.good(); ++i) part.keys.push_back(ReadTokenKey(in));
  return part;
}

void Write(OctetWriter& out, const Signature& signature) {
  out.Text(signature.bytes, kMaxSignature);
}
void Write(OctetWriter& /*out*/, const Done& /*done*/) {}

std::optional<Answer> ReadAnswer(std::uint8_t kind, OctetReader& in) {
  switch (kind) {
    case 0:
      return ReadReady(in);
    case 1:
      return ReadError(in);
    case 2:
      return ReadTokenKey(in);
    case 3:
      return ReadKeysPart(in);
    case 4:
      return Signature{in.Text(kMaxSignature)};
    case 5:
      return Done{};
    default:
      return std::nullopt;
  }
}

Result<std::string> Finish(OctetWriter& out) {
  if (!out.good()) return BadFrame("a part of it is longer than it may be");
  if (out.size() > kMaxPacket) return BadFrame("it is longer than a packet may be");
  return out.Take();
}

Deadline FromNanoseconds(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kLast = std::numeric_limits<std::int64_t>::max();
  const auto since = static_cast<std::int64_t>(std::min(nanoseconds, kLast));
  return Deadline(std::chrono::duration_cast<Deadline::duration>(std::chrono::nanoseconds(since)));
}

}  // namespace

Result<std::string> Encode(const Request& request) {
  OctetWriter out;
  out.U8(kVersion);
  out.U64(request.number);
  out.U64(static_cast<std::uint64_t>(
      std::chrono::nanoseconds(request.deadline.time_since_epoch()).count()));
  out.U8(static_cast<std::uint8_t>(request.call.index()));
  std::visit([&out](const auto& call) { Write(out, call); }, request.call);
  return Finish(out);
}

Result<std::string> Encode(const Response& response) {
  OctetWriter out;
  out.U8(kVersion);
  out.U64(response.number);
  out.U8(static_cast<std::uint8_t>(response.answer.index()));
  std::visit([&out](const auto& answer) { Write(out, answer); }, response.answer);
  return Finish(out);
}

Result<Request> DecodeRequest(std::string_view packet) {
  OctetReader in(packet);
  if (in.U8() != kVersion) return BadFrame("its version is another");
  const std::uint64_t number = in.U64();
  const Deadline deadline = FromNanoseconds(in.U64());
  if (number == 0) return BadFrame("a request has no number");
  std::optional<Call> call = ReadCall(in.U8(), in);
  if (!call || !in.AtEnd()) return BadFrame("a request is not what its kind says");
  return Request{number, deadline, *std::move(call)};
}

Result<Response> DecodeResponse(std::string_view packet) {
  OctetReader in(packet);
  if (in.U8() != kVersion) return BadFrame("its version is another");
  const std::uint64_t number = in.U64();
  std::optional<Answer> answer = ReadAnswer(in.U8(), in);
  if (!answer || !in.AtEnd()) return BadFrame("an answer is not what its kind says");
  return Response{number, *std::move(answer)};
}

std::size_t EncodedSize(const TokenKey& key) {
  OctetWriter out;
  Write(out, key);
  return out.size();
}

}  // namespace dkimkeeper::wire
