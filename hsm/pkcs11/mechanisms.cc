#include "hsm/pkcs11/mechanisms.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

Attempt<std::vector<CK_MECHANISM_TYPE>> List(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot) {
  CK_ULONG count = 0;
  CK_RV rv = calls.C_GetMechanismList(slot, nullptr, &count);
  if (rv != CKR_OK) return TokenSaid(rv, "C_GetMechanismList", Phase::kStartUp);
  std::vector<CK_MECHANISM_TYPE> list(count);
  rv = calls.C_GetMechanismList(slot, list.data(), &count);
  if (rv != CKR_OK) return TokenSaid(rv, "C_GetMechanismList", Phase::kStartUp);
  list.resize(count);
  return list;
}

// The token's details of a mechanism that can do all of `flags`; nothing otherwise.
std::optional<CK_MECHANISM_INFO> Details(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot,
                                         const std::vector<CK_MECHANISM_TYPE>& list,
                                         CK_MECHANISM_TYPE mechanism, CK_FLAGS flags) {
  if (std::find(list.begin(), list.end(), mechanism) == list.end()) return std::nullopt;
  CK_MECHANISM_INFO info = {};
  if (calls.C_GetMechanismInfo(slot, mechanism, &info) != CKR_OK) return std::nullopt;
  if ((info.flags & flags) != flags) return std::nullopt;
  return info;
}

tl::unexpected<Error> Unsupported(std::string what) {
  return Fail(Code::kFailedPrecondition, reason::kAlgorithmUnsupported,
              "The token cannot generate " + std::move(what) +
                  ": choose an algorithm that it lists, or another token.");
}

}  // namespace

std::string MechanismName(CK_MECHANISM_TYPE mechanism) {
  switch (mechanism) {
    case CKM_RSA_PKCS:
      return "CKM_RSA_PKCS";
    case CKM_SHA256_RSA_PKCS:
      return "CKM_SHA256_RSA_PKCS";
    case CKM_RSA_PKCS_PSS:
      return "CKM_RSA_PKCS_PSS";
    case CKM_EDDSA:
      return "CKM_EDDSA";
    default:
      break;
  }
  std::ostringstream text;
  text << "0x" << std::hex << mechanism;
  return text.str();
}

Attempt<Mechanisms> Mechanisms::Read(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot) {
  const auto list = List(calls, slot);
  if (!list) return PassOn(list);
  Mechanisms mechanisms;
  if (Details(calls, slot, *list, CKM_RSA_PKCS, CKF_SIGN)) {
    mechanisms.algorithms_.push_back(Algorithm::kRsaSha256);
  }
  if (Details(calls, slot, *list, CKM_EDDSA, CKF_SIGN)) {
    mechanisms.algorithms_.push_back(Algorithm::kEd25519Sha256);
  }
  const auto rsa = Details(calls, slot, *list, CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR);
  if (rsa) {
    mechanisms.generates_rsa_ = true;
    mechanisms.min_rsa_bits_ = rsa->ulMinKeySize;
    mechanisms.max_rsa_bits_ = rsa->ulMaxKeySize;
  }
  mechanisms.generates_ed25519_ =
      Details(calls, slot, *list, CKM_EC_EDWARDS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR).has_value();
  return mechanisms;
}

bool Mechanisms::Signs(Algorithm algorithm) const {
  return std::find(algorithms_.begin(), algorithms_.end(), algorithm) != algorithms_.end();
}

Outcome Mechanisms::CheckGeneration(Algorithm algorithm, unsigned rsa_bits) const {
  if (algorithm == Algorithm::kEd25519Sha256) {
    if (generates_ed25519_ && Signs(algorithm)) return {};
    return Unsupported("Ed25519 keys");
  }
  if (rsa_bits != 2048 && rsa_bits != 3072 && rsa_bits != 4096) {
    return Fail(Code::kInvalidArgument, reason::kBadKeySize,
                "An RSA key has 2048, 3072 or 4096 bits, not " + std::to_string(rsa_bits) + ".");
  }
  if (!generates_rsa_ || !Signs(algorithm)) return Unsupported("RSA keys");
  if (rsa_bits < min_rsa_bits_ || rsa_bits > max_rsa_bits_) {
    return Unsupported("RSA keys of " + std::to_string(rsa_bits) + " bits");
  }
  return {};
}

}  // namespace dkimkeeper::pkcs11
