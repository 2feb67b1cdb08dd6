#include "hsm/pkcs11/open_pkcs11_token.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "hsm/pkcs11/pkcs11_token.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using pkcs11::Pkcs11Token;

constexpr std::chrono::milliseconds kFirstPause{20};
constexpr std::chrono::milliseconds kLongestPause{500};

Outcome Check(const Pkcs11Options& options) {
  if (options.name.empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption, "A token needs a name.");
  }
  if (options.token.label.empty() && options.token.serial.empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "Token " + options.name + " needs a `label` or a `serial`.");
  }
  return {};
}

// False when there is no time left, or the program is asked to stop.
bool Pause(Deadline until, Deadline end, const std::stop_token& stop) {
  if (until >= end) return false;
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_until(lock, stop, until, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

Result<std::unique_ptr<Token>> OpenPkcs11Token(const Pkcs11Options& options) {
  if (Outcome good = Check(options); !good) return Forward(good);
  const Deadline end = std::chrono::steady_clock::now() + options.start_up_time;
  std::chrono::milliseconds pause = kFirstPause;
  for (;;) {
    Result<std::unique_ptr<Token>> token = Pkcs11Token::Open(options, nullptr);
    if (token || token.error().code != Code::kUnavailable) return token;
    if (!Pause(std::chrono::steady_clock::now() + pause, end, options.stop)) return token;
    pause = std::min(2 * pause, kLongestPause);
  }
}

}  // namespace dkimkeeper
