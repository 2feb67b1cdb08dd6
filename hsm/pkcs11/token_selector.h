// Which token of a module: by label, by serial number, or both.
#ifndef HSM_PKCS11_TOKEN_SELECTOR_H_
#define HSM_PKCS11_TOKEN_SELECTOR_H_

#include <string>

namespace dkimkeeper::pkcs11 {

// An empty member matches every token. Labels need not be unique; serial numbers are.
struct TokenSelector {
  std::string label = {};
  std::string serial = {};
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_TOKEN_SELECTOR_H_
