#include "server/tls/peer_rules.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "proto/reason.h"
#include "server/tls/x509_time.h"

namespace dkimkeeper {
namespace {

// So many callers are remembered; then all are read anew.
constexpr std::size_t kMostPeers = 4096;

tl::unexpected<Error> Refuse(std::string_view reason, std::string message) {
  return Fail(Code::kUnauthenticated, reason, std::move(message));
}

}  // namespace

Outcome PeerRules::Check(std::string_view pem, const std::string& identity, TimePoint now) const {
  const auto peer = PeerOf(pem);
  if (!peer) return Forward(peer);
  if (now < (*peer)->begins || now > (*peer)->ends) {
    return Refuse(reason::kCertificateExpired,
                  "the client certificate is not in its dates (" +
                      X509Date(X509_get0_notBefore((*peer)->certificate.get())) + " to " +
                      X509Date(X509_get0_notAfter((*peer)->certificate.get())) +
                      "); have it issued anew");
  }
  for (std::size_t i = 0; i < pins_.size(); ++i) {
    if (!pins_[i].IsAbout(identity) || (*peer)->issued_by[i]) continue;
    return Refuse(reason::kWrongIssuer,
                  "the client certificate of " + identity +
                      " is not from the issuer that is pinned to this identity; have it issued "
                      "there, or change [[tls.pin]]");
  }
  return CheckRevocation(**peer, now);
}

void PeerRules::NoteTime(TimePoint now) {
  const auto passed = [from = std::exchange(noted_at_, now), now](TimePoint end) {
    return from <= end && end < now;
  };
  const auto revocation = revocation_.Get();
  bool any = std::ranges::any_of(revocation->files, [&](const Lists& file) {
    return std::ranges::any_of(
        *file, [&](const RevocationList& list) { return passed(list.next_update()); });
  });
  {
    const std::shared_lock lock(mutex_);
    any = any ||
          std::ranges::any_of(peers_, [&](const auto& peer) { return passed(peer.second->ends); });
  }
  if (any) revocation_.Publish(revocation);
}

Outcome PeerRules::CheckRevocation(const Peer& peer, TimePoint now) const {
  const auto revocation = revocation_.Get();
  if (!revocation->configured) return {};
  X509* const certificate = peer.certificate.get();
  bool current = false;
  for (const Lists& file : revocation->files) {
    for (const RevocationList& list : *file) {
      if (!list.IsOfIssuerOf(certificate)) continue;
      // In an old list, too: a revocation is not taken back (RFC 5280 §5.3.1, a hold apart).
      if (list.Revokes(certificate)) {
        return Refuse(reason::kCertificateRevoked,
                      "the client certificate was revoked; have another one issued");
      }
      current = current || now < list.next_update();
    }
  }
  if (current) return {};
  return Refuse(reason::kCrlMissing,
                "no current revocation list of this client certificate's issuer is there; the "
                "server's operator puts a new one where [tls] revocation_lists says");
}

Result<PeerRules::PeerPtr> PeerRules::PeerOf(std::string_view pem) const {
  std::string text(pem);
  {
    const std::shared_lock lock(mutex_);
    const auto known = peers_.find(text);
    if (known != peers_.end()) return known->second;
  }
  auto peer = Parse(pem);
  if (!peer) return peer;
  const std::lock_guard lock(mutex_);
  if (peers_.size() >= kMostPeers) peers_.clear();
  return peers_.emplace(std::move(text), *std::move(peer)).first->second;
}

Result<PeerRules::PeerPtr> PeerRules::Parse(std::string_view pem) const {
  auto certificates = ParseCertificates(pem);
  if (!certificates) {
    return Refuse(reason::kBadCertificate,
                  "the client certificate " + certificates.error().message);
  }
  auto peer = std::make_shared<Peer>();
  peer->certificate = std::move(certificates->front());
  peer->begins = X509Time(X509_get0_notBefore(peer->certificate.get()));
  peer->ends = X509Time(X509_get0_notAfter(peer->certificate.get()));
  for (const PinnedIssuer& pin : pins_) {
    peer->issued_by.push_back(pin.Issued(peer->certificate.get()));
  }
  return PeerPtr(std::move(peer));
}

}  // namespace dkimkeeper
