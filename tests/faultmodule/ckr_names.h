// CK_RV by name, the other way round than hsm/pkcs11/ckr.h, which this module is there to test.
#ifndef TESTS_FAULTMODULE_CKR_NAMES_H_
#define TESTS_FAULTMODULE_CKR_NAMES_H_

#include <p11-kit/pkcs11.h>

#include <optional>
#include <string_view>

namespace dkimkeeper::faultmodule {

// "CKR_DEVICE_ERROR" or "0x80000042".
[[nodiscard]] std::optional<CK_RV> CkrOf(std::string_view text);

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_CKR_NAMES_H_
