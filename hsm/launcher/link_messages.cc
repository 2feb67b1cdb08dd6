#include "hsm/launcher/link_messages.h"

#include <chrono>
#include <optional>

#include "proto/octets.h"
#include "proto/reason.h"

namespace dkimkeeper::launcher {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxReason = 64;
constexpr std::size_t kMaxMessage = 4096;
constexpr std::uint32_t kMaxSignal = 64;   // SIGRTMAX
constexpr std::uint32_t kMaxStatus = 255;  // wait(2)

void Write(OctetWriter& out, const Spawn& spawn) {
  out.U64(spawn.request);
  out.U32(spawn.token);
}
void Write(OctetWriter& out, const Kill& kill) { out.U64(kill.worker); }
void Write(OctetWriter& out, const AllowLogin& allow) { out.U32(allow.token); }
void Write(OctetWriter& out, const Spawned& spawned) {
  out.U64(spawned.request);
  out.U64(spawned.worker);
}
void Write(OctetWriter& out, const NotSpawned& refused) {
  out.U64(refused.request);
  out.U8(static_cast<std::uint8_t>(refused.error.code));
  out.Text(std::string_view(refused.error.reason).substr(0, kMaxReason), kMaxReason);
  out.Text(std::string_view(refused.error.message).substr(0, kMaxMessage), kMaxMessage);
  out.U32(static_cast<std::uint32_t>(refused.error.retry_after.count()));
}
void Write(OctetWriter& out, const Ended& ended) {
  out.U64(ended.worker);
  out.U32(static_cast<std::uint32_t>(ended.end.signal));
  out.U32(static_cast<std::uint32_t>(ended.end.exit_status));
  out.U8(ended.end.by_us ? 1 : 0);
}

// The kind of a message is its place in the variant.
template <typename Messages>
std::string Encode(const Messages& message) {
  OctetWriter out;
  out.U8(kVersion);
  out.U8(static_cast<std::uint8_t>(message.index()));
  std::visit([&out](const auto& one) { Write(out, one); }, message);
  return out.Take();
}

NotSpawned ReadNotSpawned(OctetReader& in) {
  NotSpawned refused;
  refused.request = in.U64();
  refused.error.code = in.Choice(Code::kInternal);
  refused.error.reason = in.Text(kMaxReason);
  refused.error.message = in.Text(kMaxMessage);
  refused.error.retry_after = std::chrono::milliseconds(in.U32());
  return refused;
}

int ReadAtMost(OctetReader& in, std::uint32_t most) {
  const std::uint32_t value = in.U32();
  if (value > most) in.Fail();
  return static_cast<int>(value);
}

Ended ReadEnded(OctetReader& in) {
  Ended ended;
  ended.worker = in.U64();
  ended.end.signal = ReadAtMost(in, kMaxSignal);
  ended.end.exit_status = ReadAtMost(in, kMaxStatus);
  ended.end.by_us = in.Flag();
  return ended;
}

std::optional<LinkRequest> ReadRequest(std::uint8_t kind, OctetReader& in) {
  switch (kind) {
    case 0: {
      const std::uint64_t request = in.U64();
      return Spawn{request, in.U32()};
    }
    case 1:
      return Kill{in.U64()};
    case 2:
      return AllowLogin{in.U32()};
    default:
      return std::nullopt;
  }
}

std::optional<LinkEvent> ReadEvent(std::uint8_t kind, OctetReader& in) {
  switch (kind) {
    case 0: {
      const std::uint64_t request = in.U64();
      return Spawned{request, in.U64()};
    }
    case 1:
      return ReadNotSpawned(in);
    case 2:
      return ReadEnded(in);
    default:
      return std::nullopt;
  }
}

template <typename Message>
Result<Message> Decode(std::string_view packet,
                       std::optional<Message> (*read)(std::uint8_t, OctetReader&)) {
  OctetReader in(packet);
  if (in.U8() == kVersion) {
    const std::uint8_t kind = in.U8();
    auto message = read(kind, in);
    if (message && in.AtEnd()) return *std::move(message);
  }
  return Fail(Code::kInvalidArgument, reason::kBadFrame,
              "a message between daemon and launcher is malformed; both are one program, so that "
              "one of them has been tampered with");
}

}  // namespace

std::string EncodeRequest(const LinkRequest& request) { return Encode(request); }
std::string EncodeEvent(const LinkEvent& event) { return Encode(event); }

Result<LinkRequest> DecodeLinkRequest(std::string_view packet) {
  return Decode<LinkRequest>(packet, ReadRequest);
}

Result<LinkEvent> DecodeLinkEvent(std::string_view packet) {
  return Decode<LinkEvent>(packet, ReadEvent);
}

}  // namespace dkimkeeper::launcher
