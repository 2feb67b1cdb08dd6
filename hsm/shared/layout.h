// Where things lie in the file that the worker processes of one token share: made by whoever starts
// them, so that it outlives each of them. A byte that was never written is zero.
#ifndef HSM_SHARED_LAYOUT_H_
#define HSM_SHARED_LAYOUT_H_

#include <sys/types.h>

namespace dkimkeeper::layout {

// The bytes before it are ProcessLock's places: locked, never written.
inline constexpr off_t kRefusedPin = 64;
inline constexpr off_t kLedger = 4096;

}  // namespace dkimkeeper::layout

#endif  // HSM_SHARED_LAYOUT_H_
