// References and keys that the tests of client/reference share.
#ifndef TESTS_UNIT_CLIENT_REFERENCE_SAMPLE_REFERENCES_H_
#define TESTS_UNIT_CLIENT_REFERENCE_SAMPLE_REFERENCES_H_

#include <string>

#include "client/reference/packets.h"
#include "client/reference/reference_body.h"
#include "proto/dkim/hex.h"

namespace dkimkeeper {

inline Reference SampleReference() { return *Reference::Parse("dkimkeeper:example.com/s1"); }

// The key of RFC 8463 appendix A.2.
inline PublicKey SampleEd25519Key() {
  return {Algorithm::kEd25519Sha256,
          *DecodeHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")};
}

// An envelope without an RSA key in it: for what looks no further.
inline PublicKey SampleRsaEnvelope(std::size_t bits = 200) {
  std::string contents = *DecodeHex("300d06092a864886f70d0101010500");
  contents += std::string("\x03") + static_cast<char>(bits - 17) + std::string(bits - 17, 'k');
  return {Algorithm::kRsaSha256,
          std::string("\x30\x81") + static_cast<char>(contents.size()) + contents};
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_REFERENCE_SAMPLE_REFERENCES_H_
