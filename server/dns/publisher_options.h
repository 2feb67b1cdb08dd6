// How records are published: [[publisher]] of the configuration, as plain values.
#ifndef SERVER_DNS_PUBLISHER_OPTIONS_H_
#define SERVER_DNS_PUBLISHER_OPTIONS_H_

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "server/base/server_address.h"

namespace dkimkeeper {

// Paths are absolute; zones and names are lower-case A-labels without a trailing dot; commands are
// argv, not a shell line.

// By dynamic update (RFC 2136), signed (RFC 8945).
struct Rfc2136Options {
  std::vector<ServerAddress> servers;          // asked in this order until one answers; not empty
  std::vector<std::string> zones;              // of these the longest that holds a name; not empty
  std::string tsig_key;                        // its name
  std::string tsig_algorithm = "hmac-sha256";  // or "hmac-sha512"
  std::string tsig_secret_file;                // base64; read anew for each change
  std::chrono::milliseconds time_limit = std::chrono::seconds(10);  // of each exchange
  friend bool operator==(const Rfc2136Options&, const Rfc2136Options&) = default;
};

// Into a file of our own that a name server loads.
struct ZonefileOptions {
  std::string file;
  std::string zone;  // names outside it are refused
  // With a header the file is the whole zone: it begins with what stands there, which holds
  // "{serial}" once, in its SOA. Empty: it is a file to $INCLUDE.
  std::string header_file = {};
  std::vector<std::string> reload = {};  // run after each change; empty: the server looks by itself
  std::chrono::milliseconds time_limit = std::chrono::seconds(30);  // of `reload`
  friend bool operator==(const ZonefileOptions&, const ZonefileOptions&) = default;
};

// By a program of the operator.
struct ExecOptions {
  std::vector<std::string> command;
  std::chrono::milliseconds time_limit = std::chrono::seconds(60);
  friend bool operator==(const ExecOptions&, const ExecOptions&) = default;
};

// Below a zone of ours, where CNAMEs of the domains' owners lead.
struct CnameOptions {
  std::string through;  // the publisher that writes there
  std::string zone;
  friend bool operator==(const CnameOptions&, const CnameOptions&) = default;
};

struct PublisherOptions {
  std::string name;
  std::variant<Rfc2136Options, ZonefileOptions, ExecOptions, CnameOptions> how;
  friend bool operator==(const PublisherOptions&, const PublisherOptions&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_PUBLISHER_OPTIONS_H_
