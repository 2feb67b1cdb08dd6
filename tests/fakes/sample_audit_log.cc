#include "tests/fakes/sample_audit_log.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <utility>

#include "proto/audit/segment.h"

namespace dkimkeeper {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

const unsigned char* Octets(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Key LoadKey(const std::string& seed) {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Octets(seed), seed.size()),
          EVP_PKEY_free};
}

VerifierKey PublicHalf(const std::string& origin, const std::string& seed) {
  std::string octets(VerifierKey::kSize, '\0');
  std::size_t size = octets.size();
  const Key key = LoadKey(seed);
  if (EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(octets.data()),
                                  &size) != 1)
    std::abort();
  return *VerifierKey::Make(origin, octets);
}

std::string Ed25519(const std::string& seed, const std::string& text) {
  const Key key = LoadKey(seed);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Octets(text), text.size()) != 1)
    std::abort();
  return signature;
}

}  // namespace

SampleAuditLog::SampleAuditLog(std::filesystem::path folder, std::string origin, char seed)
    : folder_(std::move(folder)),
      origin_(std::move(origin)),
      seed_(32, seed),
      key_(PublicHalf(origin_, seed_)) {
  std::filesystem::create_directories(folder_);
  Write(std::string(kVerifierKeyFile), key_.ToString() + "\n");
  StartSegment();
}

void SampleAuditLog::Write(const std::string& name, std::string_view octets) const {
  std::ofstream file(folder_ / name, std::ios::binary | std::ios::app);
  file << octets << std::flush;
  if (!file.good()) std::abort();
}

void SampleAuditLog::Append(AuditRecord record) {
  record.sequence = tree_.size();
  const Frame frame = EncodeFrame(EncodeRecord(record));
  tree_.Append(frame.leaf);
  Write(segment_, frame.octets);
}

void SampleAuditLog::AppendSignatures(unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    const std::string number = std::to_string(size());
    const auto second = std::chrono::seconds(kBegin + static_cast<std::int64_t>(size()));
    Append({.at = AuditRecord::Time(second),
            .identity = "dns:mx" + std::to_string(size() % 3) + ".example",
            .act = "sign",
            .domain = "example.com",
            .sender = "default",
            .selector = "s1",
            .algorithm = "rsa-sha256",
            .digest = *Sha256Digest::FromBytes(OctetsOf(Sha256("message " + number))),
            .claimed = "queue " + number,
            .result = "ok",
            .latency_microseconds = 900});
  }
}

void SampleAuditLog::StartSegment() {
  segment_ = SegmentFileName(tree_.size());
  Write(segment_, EncodeSegmentHeader({.origin = origin_, .before = tree_}));
}

void SampleAuditLog::AppendCheckpoint() {
  Write(std::string(kCheckpointsFile), CheckpointEntry(SignCheckpoint()));
}

SignedNote SampleAuditLog::SignCheckpoint() const {
  return Sign({.origin = origin_, .size = tree_.size(), .root = tree_.Root()});
}

SignedNote SampleAuditLog::Sign(const Checkpoint& checkpoint) const {
  SignedNote note{checkpoint.ToString(), {}};
  AttachSignature(note, key_, Ed25519(seed_, note.text));
  return note;
}

}  // namespace dkimkeeper
