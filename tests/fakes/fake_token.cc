#include "tests/fakes/fake_token.h"

#include <algorithm>
#include <chrono>

#include "hsm/key_purpose.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kMinRsaBits = 2048;

KeyAttributes BornHere(Algorithm algorithm) {
  return {
      .sensitive = true,
      .always_sensitive = true,
      .never_extractable = true,
      .local = true,
      .allowed_mechanisms = {algorithm == Algorithm::kRsaSha256 ? "CKM_RSA_PKCS" : "CKM_EDDSA"}};
}

tl::unexpected<Error> Unknown(const KeyId& id) {
  return Fail(Code::kNotFound, reason::kTokenKeyUnknown, "The fake holds no key " + id.ToHex());
}

tl::unexpected<Error> TooLate() {
  return Fail(Code::kDeadlineExceeded, reason::kDeadline, "The fake was too slow.");
}

Outcome CheckSpec(const KeySpec& spec) {
  if (Outcome label = CheckLabel(spec.label, spec.purpose); !label) return label;
  if (spec.algorithm == Algorithm::kEd25519Sha256) return {};
  if (spec.rsa_bits == 2048 || spec.rsa_bits == 3072 || spec.rsa_bits == 4096) return {};
  return Fail(Code::kInvalidArgument, reason::kBadKeySize, "The fake knows no such key size.");
}

}  // namespace

FakeToken::FakeToken(std::string name) : name_(std::move(name)) {}

void FakeToken::Fail(Call call, unsigned nth, Error error) {
  AddFault({.call = call, .at = 0, .error = std::move(error)}, nth);
}

void FakeToken::FailAfterwards(Call call, unsigned nth, Error error) {
  AddFault({.call = call, .at = 0, .error = std::move(error), .afterwards = true}, nth);
}

void FakeToken::CorruptSignature(unsigned nth, Call call) {
  AddFault({.call = call, .at = 0, .error = std::nullopt, .corrupt = true}, nth);
}

void FakeToken::AddFault(Fault fault, unsigned nth) {
  const std::lock_guard lock(mutex_);
  fault.at = counters_[fault.call] + nth;
  faults_.push_back(std::move(fault));
}

void FakeToken::Hold(Call call) {
  const std::lock_guard lock(mutex_);
  held_[call] = true;
}

void FakeToken::Release(Call call) {
  const std::lock_guard lock(mutex_);
  held_[call] = false;
  changed_.notify_all();
}

void FakeToken::WaitUntilHeld(Call call, unsigned count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_[call] >= count; });
}

void FakeToken::Import(const KeyId& id, const SoftwareKey& key, std::string label) {
  const KeyPurpose purpose = PurposeOfLabel(label);
  Insert(key, {.id = id,
               .label = std::move(label),
               .purpose = purpose,
               .public_key = key.public_key(),
               .rsa_bits = key.rsa_bits(),
               .attributes = {.sensitive = true, .modifiable = true}});
}

void FakeToken::ReplaceKey(const KeyId& id, const SoftwareKey& key) {
  const std::lock_guard lock(mutex_);
  Entry& entry = keys_.at(id);
  entry.key = key;
  entry.seen.public_key = key.public_key();
}

unsigned FakeToken::calls(Call call) const {
  const std::lock_guard lock(mutex_);
  const auto counter = counters_.find(call);
  return counter == counters_.end() ? 0 : counter->second;
}

Result<std::optional<FakeToken::Fault>> FakeToken::Begin(Call call, Deadline deadline) {
  std::unique_lock lock(mutex_);
  const unsigned number = ++counters_[call];
  ++waiting_[call];
  changed_.notify_all();
  const bool released = changed_.wait_until(lock, deadline, [&] { return !held_[call]; });
  --waiting_[call];
  if (!released || std::chrono::steady_clock::now() >= deadline) return TooLate();
  const auto due = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    return fault.call == call && fault.at == number;
  });
  if (due == faults_.end()) return std::nullopt;
  Fault fault = std::move(*due);
  faults_.erase(due);
  if (fault.error && !fault.afterwards) return tl::unexpected<Error>(std::move(*fault.error));
  return fault;
}

void FakeToken::Insert(const SoftwareKey& key, TokenKey seen) {
  const std::lock_guard lock(mutex_);
  const KeyId id = seen.id;
  keys_.insert_or_assign(id, Entry{key, std::move(seen)});
}

Result<FakeToken::Entry> FakeToken::Lookup(const KeyId& id) const {
  const std::lock_guard lock(mutex_);
  const auto entry = keys_.find(id);
  if (entry == keys_.end()) return Unknown(id);
  return entry->second;
}

Result<TokenKey> FakeToken::GenerateKeyPair(const KeySpec& spec, Deadline deadline) {
  const auto fault = Begin(Call::kGenerateKeyPair, deadline);
  if (!fault) return Forward(fault);
  if (Outcome good = CheckSpec(spec); !good) return Forward(good);
  if (const Result<Entry> there = Lookup(spec.id)) {
    if (spec.continues) return there->seen;
    return dkimkeeper::Fail(Code::kAlreadyExists, reason::kKeyExists, "The fake has that key.");
  }
  const bool rsa = spec.algorithm == Algorithm::kRsaSha256;
  const SoftwareKey key = rsa ? SoftwareKey::Rsa(spec.rsa_bits) : SoftwareKey::Ed25519();
  TokenKey seen{.id = spec.id,
                .label = spec.label,
                .purpose = spec.purpose,
                .public_key = key.public_key(),
                .rsa_bits = key.rsa_bits(),
                .attributes = BornHere(spec.algorithm)};
  Insert(key, seen);
  if (*fault && (*fault)->error) return tl::unexpected<Error>(*(*fault)->error);
  return seen;
}

Result<std::vector<TokenKey>> FakeToken::FindKeys(Deadline deadline) {
  const auto fault = Begin(Call::kFindKeys, deadline);
  if (!fault) return Forward(fault);
  const std::lock_guard lock(mutex_);
  std::vector<TokenKey> keys;
  keys.reserve(keys_.size());
  for (const auto& [id, entry] : keys_) keys.push_back(entry.seen);
  return keys;
}

Result<TokenKey> FakeToken::FindKey(const KeyId& id, Deadline deadline) {
  const auto fault = Begin(Call::kFindKey, deadline);
  if (!fault) return Forward(fault);
  Result<Entry> entry = Lookup(id);
  if (!entry) return Forward(entry);
  return std::move(entry->seen);
}

void FakeToken::Expect(const KeyId& id, const PublicKey& public_key) {
  const std::lock_guard lock(mutex_);
  expected_.insert_or_assign(id, public_key);
}

Result<std::string> FakeToken::Sign(const KeyId& id, const Sha256Digest& digest,
                                    Deadline deadline) {
  return SignAs(Call::kSign, id, deadline,
                [&](const SoftwareKey& key) { return key.Sign(digest); });
}

Result<std::string> FakeToken::SignNote(const KeyId& id, std::span<const std::uint8_t> note,
                                        Deadline deadline) {
  const std::string_view text(reinterpret_cast<const char*>(note.data()), note.size());
  return SignAs(Call::kSignNote, id, deadline,
                [&](const SoftwareKey& key) { return key.SignNote(text); });
}

Result<std::string> FakeToken::SignAs(Call call, const KeyId& id, Deadline deadline,
                                      const SignWith& sign_with) {
  const auto fault = Begin(call, deadline);
  if (!fault) return Forward(fault);
  const Result<Entry> entry = Lookup(id);
  if (!entry) return Forward(entry);
  if ((entry->seen.purpose == KeyPurpose::kAudit) != (call == Call::kSignNote)) {
    return dkimkeeper::Fail(Code::kFailedPrecondition, reason::kWrongPurpose,
                            "The fake's key is for something else.");
  }
  if (entry->seen.rsa_bits != 0 && entry->seen.rsa_bits < kMinRsaBits) {
    return dkimkeeper::Fail(Code::kFailedPrecondition, reason::kKeyTooSmall,
                            "The fake's key is too small.");
  }
  {
    const std::lock_guard lock(mutex_);
    const PublicKey& expected = expected_.try_emplace(id, entry->seen.public_key).first->second;
    if (expected != entry->seen.public_key) {
      return dkimkeeper::Fail(Code::kFailedPrecondition, reason::kKeyChanged,
                              "The fake's key is another one than before.");
    }
  }
  std::string signature = sign_with(entry->key);
  if (*fault && (*fault)->corrupt) signature.back() = static_cast<char>(signature.back() ^ 1);
  if (*fault && (*fault)->error) return tl::unexpected<Error>(*(*fault)->error);
  return signature;
}

Outcome FakeToken::DestroyPermanently(const KeyId& id, Deadline deadline) {
  const auto fault = Begin(Call::kDestroyPermanently, deadline);
  if (!fault) return Forward(fault);
  const std::lock_guard lock(mutex_);
  keys_.erase(id);
  expected_.erase(id);
  if (*fault && (*fault)->error) return tl::unexpected<Error>(*(*fault)->error);
  return {};
}

Outcome FakeToken::RemoveRemains(const KeyId& /*id*/, Deadline deadline) {
  const auto fault = Begin(Call::kRemoveRemains, deadline);
  if (!fault) return Forward(fault);
  if (*fault && (*fault)->error) return tl::unexpected<Error>(*(*fault)->error);
  return {};  // a pair is made whole here, or not at all
}

Outcome FakeToken::CheckHealth(Deadline deadline) {
  const auto fault = Begin(Call::kCheckHealth, deadline);
  if (!fault) return Forward(fault);
  const std::string label = "health:" + name_;
  const std::lock_guard lock(mutex_);
  const bool there = std::any_of(keys_.begin(), keys_.end(), [&](const auto& entry) {
    return entry.second.seen.label == label;
  });
  if (there) return {};
  const SoftwareKey key = SoftwareKey::Ed25519();
  const KeyId id = KeyId::Random();
  keys_.insert_or_assign(id, Entry{key,
                                   {.id = id,
                                    .label = label,
                                    .purpose = KeyPurpose::kHealth,
                                    .public_key = key.public_key(),
                                    .attributes = BornHere(Algorithm::kEd25519Sha256)}});
  return {};
}

void FakeToken::SetReadyWorkers(unsigned ready) {
  const std::lock_guard lock(mutex_);
  ready_workers_ = ready;
}

void FakeToken::SetAlgorithms(std::vector<Algorithm> algorithms) {
  const std::lock_guard lock(mutex_);
  algorithms_ = std::move(algorithms);
}

void FakeToken::AllowLogin() {
  const std::lock_guard lock(mutex_);
  ++logins_allowed_;
}

unsigned FakeToken::logins_allowed() const {
  const std::lock_guard lock(mutex_);
  return logins_allowed_;
}

TokenInfo FakeToken::Info() const {
  const std::lock_guard lock(mutex_);
  return {.name = name_,
          .label = name_,
          .manufacturer = "DKIM Keeper tests",
          .model = "fake",
          .serial = "0",
          .algorithms = algorithms_,
          .sessions = 1,
          .ready_workers = ready_workers_};
}

}  // namespace dkimkeeper
