#include "hsm/worker/call_desk.h"

#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include "hsm/wire/codec.h"

namespace dkimkeeper {
namespace {

wire::Answer AnswerOf(Result<TokenKey> key) {
  if (!key) return std::move(key.error());
  return *std::move(key);
}

wire::Answer AnswerOf(Result<std::string> signature) {
  if (!signature) return std::move(signature.error());
  return wire::Signature{*std::move(signature)};
}

wire::Answer AnswerOf(Outcome outcome) {
  if (!outcome) return std::move(outcome.error());
  return wire::Done{};
}

// A part is begun anew before a key would make it longer than kPartSize.
void ReplyInParts(Result<std::vector<TokenKey>> keys, const CallDesk::Reply& reply) {
  if (!keys) return reply(std::move(keys.error()));
  wire::KeysPart part;
  std::size_t size = 0;
  for (TokenKey& key : *keys) {
    const std::size_t more = wire::EncodedSize(key);
    if (!part.keys.empty() && size + more > wire::kPartSize) {
      reply(std::exchange(part, {}));
      size = 0;
    }
    size += more;
    part.keys.push_back(std::move(key));
  }
  part.last = true;
  reply(std::move(part));
}

std::span<const std::uint8_t> Octets(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Outcome CallDesk::Destroy(const KeyId& id, Deadline deadline) {
  if (destruction_.allow) {
    if (Outcome allowed = destruction_.allow(id); !allowed) return allowed;
  }
  Outcome gone = token_.DestroyPermanently(id, deadline);
  if (gone && destruction_.done) destruction_.done(id);
  return gone;
}

void CallDesk::Handle(const wire::Request& request, const Reply& reply) {
  const Deadline deadline = request.deadline;
  // The registry's word travels with each call, because this worker may be a minute old.
  const auto expect = [this](const auto& call) {
    if (!call.expected.record_bytes.empty()) token_.Expect(call.id, call.expected);
  };
  const auto handle = [&](const auto& call) {
    using Kind = std::decay_t<decltype(call)>;
    if constexpr (std::is_same_v<Kind, wire::GenerateCall>) {
      reply(AnswerOf(token_.GenerateKeyPair(call.spec, deadline)));
    } else if constexpr (std::is_same_v<Kind, wire::FindKeysCall>) {
      ReplyInParts(token_.FindKeys(deadline), reply);
    } else if constexpr (std::is_same_v<Kind, wire::FindKeyCall>) {
      reply(AnswerOf(token_.FindKey(call.id, deadline)));
    } else if constexpr (std::is_same_v<Kind, wire::SignCall>) {
      expect(call);
      reply(AnswerOf(token_.Sign(call.id, call.digest, deadline)));
    } else if constexpr (std::is_same_v<Kind, wire::SignNoteCall>) {
      expect(call);
      reply(AnswerOf(token_.SignNote(call.id, Octets(call.note), deadline)));
    } else if constexpr (std::is_same_v<Kind, wire::DestroyCall>) {
      reply(AnswerOf(Destroy(call.id, deadline)));
    } else if constexpr (std::is_same_v<Kind, wire::RemainsCall>) {
      reply(AnswerOf(token_.RemoveRemains(call.id, deadline)));
    } else {
      static_assert(std::is_same_v<Kind, wire::HealthCall>);
      reply(AnswerOf(token_.CheckHealth(deadline)));
    }
  };
  std::visit(handle, request.call);
}

}  // namespace dkimkeeper
