// What is wrong with a record's value, and where, for the one who has to repair it.
#ifndef SERVER_DNS_RECORD_FAULT_H_
#define SERVER_DNS_RECORD_FAULT_H_

#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/public_key.h"
#include "server/dns/txt_strings.h"

namespace dkimkeeper {

// Of a value that is no key record: the mistake behind it where it shows, else `parse_error`.
[[nodiscard]] std::string DescribeMalformed(const TxtStrings& strings, const PublicKey& wanted,
                                            std::string parse_error);

// Of a record with `found` where `wanted` belongs: "p= differs from octet 17 on, …".
[[nodiscard]] std::string DescribeOtherKey(const PublicKey& found, const PublicKey& wanted);

// Of several TXT records where one belongs.
[[nodiscard]] std::string DescribeSeveral(const std::vector<TxtStrings>& records,
                                          const PublicKey& wanted);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RECORD_FAULT_H_
