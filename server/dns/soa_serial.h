// The serial number of a zone.
#ifndef SERVER_DNS_SOA_SERIAL_H_
#define SERVER_DNS_SOA_SERIAL_H_

#include <chrono>
#include <cstdint>

namespace dkimkeeper {

using SoaSerial = std::uint32_t;

// Whether `later` is greater in the serial number arithmetic of RFC 1982 §3.2.
[[nodiscard]] bool IsLaterSerial(SoaSerial later, SoaSerial earlier);

// The serial after `current`: YYYYMMDD00 of `today` (RFC 1912 §2.2) if that is later, else one
// more, however the clock is set. After 4294 there is no such date in 32 bits: one more.
[[nodiscard]] SoaSerial NextSerial(SoaSerial current, std::chrono::sys_days today);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_SOA_SERIAL_H_
