// What TXT records say of a key.
#ifndef TESTS_PROPERTY_RECORD_MEANING_H_
#define TESTS_PROPERTY_RECORD_MEANING_H_

#include <optional>
#include <string>

#include "proto/dkim/public_key.h"
#include "server/dns/record_check.h"
#include "tests/property/dns_world.h"

namespace dkimkeeper::sim {

// The one key that a receiver finds there; nothing: none, or no key that is any good.
[[nodiscard]] std::optional<PublicKey> KeyIn(const Records& records);

// How a server's records look to somebody with a wish.
[[nodiscard]] RecordFinding FindingOf(const Records& records, RecordWish wish,
                                      const PublicKey& key);

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_RECORD_MEANING_H_
