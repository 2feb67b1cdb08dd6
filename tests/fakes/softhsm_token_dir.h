// A throwaway SoftHSM token for one test.
#ifndef TESTS_FAKES_SOFTHSM_TOKEN_DIR_H_
#define TESTS_FAKES_SOFTHSM_TOKEN_DIR_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace dkimkeeper {

// A directory (mode 0700, under TMPDIR or /tmp) with a softhsm2.conf, one initialised token and its
// PIN file (mode 0600). The constructor points SOFTHSM2_CONF of this process at it, the destructor
// unsets it and removes everything.
//
//   const SoftHsmTokenDir softhsm;                  // or softhsm("label")
//   options.module_path = softhsm.module_path();
//   options.token.label = softhsm.label();
//   options.pin = PinReference::File(softhsm.pin_file());
//
// Lifetime: SoftHSM reads SOFTHSM2_CONF at C_Initialize, so create it before the module is loaded
// and keep it until the module is unloaded; one at a time in a process. Not thread-safe. Throws
// std::runtime_error with the tool's output when SoftHSM is missing or refuses: a test must not be
// skipped in silence.
class SoftHsmTokenDir {
 public:
  explicit SoftHsmTokenDir(std::string_view label = "keeper-test");
  SoftHsmTokenDir(const SoftHsmTokenDir&) = delete;
  SoftHsmTokenDir& operator=(const SoftHsmTokenDir&) = delete;
  ~SoftHsmTokenDir();

  // libsofthsm2.so of this machine.
  [[nodiscard]] static std::filesystem::path module_path();

  [[nodiscard]] const std::string& label() const { return label_; }
  // User PIN, random for each directory.
  [[nodiscard]] const std::string& pin() const { return pin_; }
  [[nodiscard]] std::filesystem::path pin_file() const { return directory_ / "pin"; }
  [[nodiscard]] std::filesystem::path config_file() const { return directory_ / "softhsm2.conf"; }
  // Where the token's files are; everything else of a test may live in directory() too.
  [[nodiscard]] std::filesystem::path token_directory() const { return directory_ / "tokens"; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  // One more token with the same PIN; labels need not be unique. Before the module is loaded.
  void AddToken(std::string_view label);

  // `softhsm2-util --import`: a PKCS#8 PEM file becomes a key pair that is not born in the token.
  // `id_hex` is the CKA_ID in hexadecimal and may be taken already. A loaded module sees it at its
  // next C_FindObjects.
  void ImportKey(const std::filesystem::path& pkcs8_pem, std::string_view id_hex,
                 std::string_view key_label);

  // Writes another PIN file content, mode kept.
  void WritePinFile(std::string_view content);

  // Takes the token's files away and brings them back, as a disk that vanishes.
  void HideTokens();
  void RestoreTokens();

 private:
  std::filesystem::path directory_;
  std::string label_;
  std::string pin_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_SOFTHSM_TOKEN_DIR_H_
