// What one try at the token yields: a value, or trouble with the way out of it.
#ifndef HSM_PKCS11_ATTEMPT_H_
#define HSM_PKCS11_ATTEMPT_H_

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "hsm/pkcs11/ckr.h"
#include "proto/result.h"

namespace dkimkeeper::pkcs11 {

struct Trouble {
  Recovery recovery = Recovery::kFail;
  Error error;  // what the caller sees when recovery does not help
  // The session may be dead or hold a half-done operation: do not use it again.
  bool session_suspect = false;
};

template <typename T>
using Attempt = tl::expected<T, Trouble>;

// The token answered `rv`, which is no success of `call` (a literal such as "C_Sign").
[[nodiscard]] inline tl::unexpected<Trouble> TokenSaid(CK_RV rv, std::string_view call,
                                                       Phase phase = Phase::kRunning) {
  Recovery recovery = Treat(rv, phase).recovery;
  // A success of other calls: nobody knows what it means here.
  if (recovery == Recovery::kSuccess) recovery = Recovery::kReplaceThenReinitialise;
  const bool session_is_fine = recovery == Recovery::kRetry ||
                               recovery == Recovery::kFindKeyAgain ||
                               recovery == Recovery::kLogInAgain;
  return tl::unexpected<Trouble>(Trouble{recovery, CkrError(rv, call, phase), !session_is_fine});
}

// Our own refusal: final.
[[nodiscard]] inline tl::unexpected<Trouble> Refuse(Error error) {
  return tl::unexpected<Trouble>(Trouble{Recovery::kFail, std::move(error)});
}
[[nodiscard]] inline tl::unexpected<Trouble> Refuse(Code code, std::string_view reason,
                                                    std::string message) {
  return Refuse(Error{code, std::string(reason), std::move(message)});
}

// Our own finding that asks for a recovery, `error` being what remains if that fails.
[[nodiscard]] inline tl::unexpected<Trouble> AskFor(Recovery recovery, Error error) {
  return tl::unexpected<Trouble>(Trouble{recovery, std::move(error)});
}

// Passes another attempt's trouble on.
template <typename T>
[[nodiscard]] tl::unexpected<Trouble> PassOn(const Attempt<T>& failed) {
  return tl::unexpected<Trouble>(failed.error());
}

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_ATTEMPT_H_
