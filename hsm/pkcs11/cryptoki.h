// PKCS#11 2.40 as p11-kit spells it: the types CK_…, the functions C_…, the codes CKR_….
// No header outside hsm/pkcs11 includes this one.
#ifndef HSM_PKCS11_CRYPTOKI_H_
#define HSM_PKCS11_CRYPTOKI_H_

#include <p11-kit/pkcs11.h>

#endif  // HSM_PKCS11_CRYPTOKI_H_
