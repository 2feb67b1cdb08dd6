// Errors as programs in C see them, and the wall that no exception passes.
#ifndef CLIENT_C_ABI_ERROR_H_
#define CLIENT_C_ABI_ERROR_H_

#include "dkimkeeper/dkimkeeper.h"
#include "proto/result.h"

struct dkimkeeper_error {
  dkimkeeper::Error error;
};

namespace dkimkeeper {

// What a function of the C interface returns; a failure goes to `error` where that is not NULL.
[[nodiscard]] dkimkeeper_code Answer(const Outcome& outcome, dkimkeeper_error** error);

// The same for the exception that is being handled: of a library, or for want of memory.
[[nodiscard]] dkimkeeper_code AnswerException(dkimkeeper_error** error) noexcept;

// Runs the body of a function of the C interface: `action` answers an Outcome.
template <typename Action>
[[nodiscard]] dkimkeeper_code Guarded(dkimkeeper_error** error, Action action) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    return Answer(action(), error);
  } catch (...) {
    return AnswerException(error);
  }
}

}  // namespace dkimkeeper

#endif  // CLIENT_C_ABI_ERROR_H_
