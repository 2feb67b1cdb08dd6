// OpenSSL's RSA calls, as a module in this process finds them.
#ifndef HSM_PROGRAM_RSA_CALLS_H_
#define HSM_PROGRAM_RSA_CALLS_H_

namespace dkimkeeper {

// From now on a module that signs with RSA_private_encrypt(3) of the shared libcrypto, as SoftHSM
// does, finds ours instead: RsaBlindings, one for each thread. This program exports RSA_blinding_on
// and RSA_private_encrypt, and the dynamic linker takes a program's names first (ELF gABI, Symbol
// resolution). Until this is called, and for all that is not PKCS#1 v1.5 or that RsaBlindings
// cannot do, they do what OpenSSL's do. A module with a libcrypto or hardware of its own meets none
// of it. Thread-safe.
void KeepRsaBlindings();

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_RSA_CALLS_H_
