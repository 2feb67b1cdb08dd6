#include "client/dkim/body_hash.h"

#include <cstddef>

namespace dkimkeeper {

void BodyHash::Require(Canonicalization canonicalization) {
  std::optional<Lane>& lane = lanes_.at(static_cast<std::size_t>(canonicalization));
  if (!lane) lane.emplace(canonicalization);
}

void BodyHash::Feed(const LinePiece& piece) {
  for (std::optional<Lane>& lane : lanes_) {
    if (!lane) continue;
    lane->canonicalizer.Text(piece.text);
    if (piece.ends_line) lane->canonicalizer.LineEnd();
  }
}

Outcome BodyHash::Append(std::string_view chunk) {
  while (!chunk.empty()) {
    const Result<LinePiece> piece = lines_.Next(chunk);
    if (!piece) return Forward(piece);
    Feed(*piece);
  }
  return {};
}

Outcome BodyHash::Finish() {
  const Result<LinePiece> piece = lines_.Finish();
  if (!piece) return Forward(piece);
  Feed(*piece);
  for (std::optional<Lane>& lane : lanes_) {
    if (!lane) continue;
    lane->canonicalizer.Finish();
    const Result<Sha256Digest> digest = lane->hash.Finish();
    if (!digest) return Forward(digest);
    lane->digest = *digest;
  }
  return {};
}

Sha256Digest BodyHash::DigestOf(Canonicalization canonicalization) const {
  return lanes_.at(static_cast<std::size_t>(canonicalization)).value().digest.value();
}

}  // namespace dkimkeeper
