#include "hsm/remote/exchange.h"

#include <iterator>
#include <type_traits>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// In memory, about.
std::size_t OctetsOf(const TokenKey& key) {
  std::size_t octets = sizeof(key) + key.label.size() + key.public_key.record_bytes.size();
  for (const std::string& name : key.attributes.allowed_mechanisms) {
    octets += sizeof(std::string) + name.size();
  }
  return octets;
}

}  // namespace

bool SaysTokenAway(const wire::Answer& answer) {
  const auto* error = std::get_if<Error>(&answer);
  return error != nullptr && error->code == Code::kUnavailable &&
         error->reason == reason::kTokenAway;
}

Exchange::Exchange(const wire::Call& call, const CallTimes& times, Place place, Told told)
    : awaited_(AwaitedBy(call)),
      id_(KeyAwaitedBy(call)),
      times_(times),
      place_(std::move(place)),
      told_(std::move(told)) {}

Exchange::Awaited Exchange::AwaitedBy(const wire::Call& call) {
  return std::visit(
      [](const auto& one) {
        using Kind = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Kind, wire::FindKeysCall>) return Awaited::kKeys;
        if constexpr (std::is_same_v<Kind, wire::SignCall>) return Awaited::kSignature;
        if constexpr (std::is_same_v<Kind, wire::SignNoteCall>) return Awaited::kSignature;
        if constexpr (std::is_same_v<Kind, wire::DestroyCall>) return Awaited::kDone;
        if constexpr (std::is_same_v<Kind, wire::RemainsCall>) return Awaited::kDone;
        if constexpr (std::is_same_v<Kind, wire::HealthCall>) return Awaited::kDone;
        return Awaited::kKey;
      },
      call);
}

std::optional<KeyId> Exchange::KeyAwaitedBy(const wire::Call& call) {
  if (const auto* generate = std::get_if<wire::GenerateCall>(&call)) return generate->spec.id;
  if (const auto* find = std::get_if<wire::FindKeyCall>(&call)) return find->id;
  return std::nullopt;
}

bool Exchange::Fits(const wire::Answer& answer) const {
  if (std::holds_alternative<Error>(answer)) return true;
  switch (awaited_) {
    case Awaited::kKey: {
      const auto* key = std::get_if<TokenKey>(&answer);
      return key != nullptr && key->id == id_;
    }
    case Awaited::kKeys:
      return std::holds_alternative<wire::KeysPart>(answer);
    case Awaited::kSignature:
      return std::holds_alternative<wire::Signature>(answer);
    case Awaited::kDone:
      return std::holds_alternative<wire::Done>(answer);
  }
  return false;
}

Exchange::Progress Exchange::Accept(wire::Answer answer) {
  if (!Fits(answer)) return Progress::kForeign;
  if (auto* part = std::get_if<wire::KeysPart>(&answer)) return AcceptPart(std::move(*part));
  answer_ = std::move(answer);
  return Progress::kDone;
}

Exchange::Progress Exchange::AcceptPart(wire::KeysPart part) {
  if (part.keys.size() > kMostKeys - keys_.size()) return Progress::kForeign;
  // Nothing but the last part may be empty: otherwise they could go on for ever.
  if (part.keys.empty() && !part.last) return Progress::kForeign;
  for (const TokenKey& key : part.keys) key_octets_ += OctetsOf(key);
  if (key_octets_ > kMostKeyOctets) return Progress::kForeign;
  std::move(part.keys.begin(), part.keys.end(), std::back_inserter(keys_));
  if (!part.last) return Progress::kMore;
  answer_ = wire::KeysPart{std::move(keys_), true};
  return Progress::kDone;
}

bool Exchange::IsOverdue(Deadline now) {
  hung_ = hung_ || now >= times_.limit;
  return hung_;
}

Exchange::Told Exchange::TakeLate(Deadline now) {
  return sent_ && now >= times_.caller ? std::exchange(told_, {}) : Told();
}

void Exchange::End(std::unique_ptr<Exchange> exchange, Loss loss) {
  const Told told = std::move(exchange->told_);
  std::optional<Fate> fate(exchange->hung_ ? Loss::kHung : loss);
  if (exchange->answer_) fate = std::move(*exchange->answer_);
  exchange.reset();
  if (told) told(std::move(fate));
}

}  // namespace dkimkeeper
