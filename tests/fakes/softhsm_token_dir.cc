#include "tests/fakes/softhsm_token_dir.h"

#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <vector>

#include "tests/fakes/run_program.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

void RunOrThrow(const std::vector<std::string>& arguments) {
  const ProgramResult result = RunProgram(arguments);
  if (result.exit_status == 0) return;
  throw std::runtime_error(arguments[0] + " failed (is softhsm2 installed?): " + result.output);
}

void WriteFile(const fs::path& path, std::string_view content, mode_t mode) {
  std::ofstream(path, std::ios::trunc) << content;
  if (chmod(path.c_str(), mode) != 0) throw std::runtime_error("chmod " + path.string());
}

fs::path MakeDirectory() {
  std::string pattern = fs::temp_directory_path() / "keeper-softhsm-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
  return pattern;
}

std::string RandomPin() {
  std::random_device random;
  std::string pin;
  for (int i = 0; i < 3; ++i) pin += std::to_string(100000 + random() % 900000);
  return pin;
}

}  // namespace

SoftHsmTokenDir::SoftHsmTokenDir(std::string_view label)
    : directory_(MakeDirectory()), label_(label), pin_(RandomPin()) {
  fs::create_directory(token_directory());
  WriteFile(config_file(),
            "directories.tokendir = " + token_directory().string() +
                "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n",
            0600);
  WriteFile(pin_file(), pin_ + "\n", 0600);
  setenv("SOFTHSM2_CONF", config_file().c_str(), 1);
  AddToken(label_);
}

SoftHsmTokenDir::~SoftHsmTokenDir() {
  unsetenv("SOFTHSM2_CONF");
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

fs::path SoftHsmTokenDir::module_path() {
  constexpr std::array kPlaces = {
      "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
      "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"};
  for (const char* place : kPlaces) {
    if (fs::exists(place)) return place;
  }
  throw std::runtime_error("libsofthsm2.so not found: install the package softhsm2");
}

void SoftHsmTokenDir::AddToken(std::string_view label) {
  RunOrThrow({"softhsm2-util", "--init-token", "--free", "--label", std::string(label), "--pin",
              pin_, "--so-pin", pin_});
}

void SoftHsmTokenDir::ImportKey(const fs::path& pkcs8_pem, std::string_view id_hex,
                                std::string_view key_label) {
  RunOrThrow({"softhsm2-util", "--import", pkcs8_pem.string(), "--token", label_, "--label",
              std::string(key_label), "--id", std::string(id_hex), "--pin", pin_, "--force"});
}

void SoftHsmTokenDir::WritePinFile(std::string_view content) {
  WriteFile(pin_file(), content, 0600);
}

void SoftHsmTokenDir::HideTokens() {
  fs::rename(token_directory(), directory_ / "hidden");
  fs::create_directory(token_directory());
}

void SoftHsmTokenDir::RestoreTokens() {
  fs::remove_all(token_directory());
  fs::rename(directory_ / "hidden", token_directory());
}

}  // namespace dkimkeeper
