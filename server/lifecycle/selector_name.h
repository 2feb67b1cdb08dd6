// Selectors that nobody has to think of.
#ifndef SERVER_LIFECYCLE_SELECTOR_NAME_H_
#define SERVER_LIFECYCLE_SELECTOR_NAME_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proto/dkim/algorithm.h"
#include "proto/dkim/sender.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// One of 32 letters and digits that are hard to confuse for each byte: `k3f9x` for five.
[[nodiscard]] std::string LettersFrom(std::span<const std::uint8_t> random);

// `pattern`, a selector_template, filled in: `20260214-k3f9x` of `{date}-{random}`. The day is UTC;
// `random` keeps two rotations on one day apart. Empty for a pattern that is none.
[[nodiscard]] std::string SelectorNameFor(std::string_view pattern, const Sender& sender,
                                          Algorithm algorithm, Timestamp now,
                                          std::string_view random);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_SELECTOR_NAME_H_
