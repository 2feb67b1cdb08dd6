// How to reach a token.
#ifndef HSM_PKCS11_PKCS11_OPTIONS_H_
#define HSM_PKCS11_PKCS11_OPTIONS_H_

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

#include "hsm/pkcs11/pin_reference.h"
#include "hsm/pkcs11/token_selector.h"

namespace dkimkeeper {

struct Pkcs11Options {
  // Ours, for the operator; also in the label of the token's health key, `health:<name>`.
  std::string name;
  // The PKCS#11 library.
  std::filesystem::path module_path;
  // At least one of label and serial.
  pkcs11::TokenSelector token;
  pkcs11::PinReference pin;
  // The most sessions that sign at once; fewer where the token has fewer.
  unsigned sessions = 8;
  // How long Open tries again what may pass: other processes that start on the same token, a token
  // that is not there yet. Ended early by `stop`.
  std::chrono::milliseconds start_up_time{10'000};
  std::stop_token stop = {};
  // The shortest time between two logins, and between two re-initialisations of the module.
  std::chrono::milliseconds login_interval{1'000};
  std::chrono::milliseconds reinitialise_interval{5'000};
  // A file that all processes share which work with this token, open for reading and writing
  // (hsm/shared); it must outlive the token. -1: there is no other process.
  int shared_file = -1;
};

}  // namespace dkimkeeper

#endif  // HSM_PKCS11_PKCS11_OPTIONS_H_
