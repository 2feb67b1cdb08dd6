// Selectors that nobody has to think of.
#ifndef SERVER_LIFECYCLE_SELECTOR_NAME_H_
#define SERVER_LIFECYCLE_SELECTOR_NAME_H_

#include <cstdint>
#include <span>
#include <string>

#include "server/keys/timestamp.h"

namespace dkimkeeper {

// `20260214-k3f9x`: the day (UTC), for people, and a part from `random`, so that two rotations on
// one day differ. `random` is 5 bytes; each gives one of 32 letters and digits that are hard to
// confuse.
[[nodiscard]] std::string SelectorNameFor(Timestamp now, std::span<const std::uint8_t, 5> random);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_SELECTOR_NAME_H_
