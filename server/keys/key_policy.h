// How the keys of a line live: what holds once the configuration, the domain and the sender have
// had their say (server/keys/policy_settings.h).
#ifndef SERVER_KEYS_KEY_POLICY_H_
#define SERVER_KEYS_KEY_POLICY_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "proto/dkim/algorithm.h"
#include "proto/dkim/selector.h"

namespace dkimkeeper {

enum class RotationMode : std::uint8_t {
  kAuto,    // the service takes each step when it is due
  kManual,  // it only says what is due
};

// What happens when the record of the ACTIVE key vanished or changed.
enum class OnRecordLost : std::uint8_t {
  kAlarm,
  kSwitch,  // and the standby takes over, if its own record is proven at that moment
};

// What counts as proof of a record.
enum class ProofBy : std::uint8_t {
  kServers,    // every authoritative server, then the recursive resolvers
  kResolvers,  // at least two recursive resolvers: weaker, for hosts without direct DNS
};

// Which From a signature may stand for, where the server looks (SignHeaders).
enum class FromAlignment : std::uint8_t {
  kEqual,  // its domain is d=
  kBelow,  // or below it
};

// A value. Durations are not negative.
struct KeyPolicy {
  RotationMode mode = RotationMode::kAuto;
  // A line is kept for each; never empty, never Ed25519 alone by default (RFC 8463 §5).
  std::vector<Algorithm> algorithms = {Algorithm::kRsaSha256};
  unsigned rsa_bits = 2048;
  std::chrono::milliseconds rotation_period = std::chrono::days(180);
  // The next key is made and published so long before its turn; ignored with `standby`.
  std::chrono::milliseconds publish_ahead = std::chrono::days(14);
  bool standby = true;  // the next key is made and published right after each activation
  std::chrono::milliseconds handover_window = std::chrono::hours(1);
  std::chrono::milliseconds drain = std::chrono::days(7);
  std::chrono::milliseconds revoked_retention = std::chrono::days(30);
  std::string selector_template = "{date}-{random}";
  // Where CNAMEs of the customer point to selectors that were declared once: at least four for an
  // algorithm, different ones for each (RFC 8463 §6). Empty: selectors are made up.
  std::map<Algorithm, std::vector<Selector>> selector_pools = {};
  std::string publisher;  // by its name in the configuration; empty: by hand
  std::chrono::seconds record_ttl{3600};
  bool record_strict = false;      // t=s
  bool record_testing = false;     // t=y
  bool record_email_only = false;  // s=email
  std::string record_note;         // n=
  FromAlignment from_alignment = FromAlignment::kBelow;
  ProofBy proof = ProofBy::kServers;
  bool proof_udp = false;  // ask a server that refuses TCP over UDP
  // A server that did not answer for so long does not hold up a proof, unless it is the last one;
  // 0: it does for ever.
  std::chrono::milliseconds waive_unreachable{0};
  std::chrono::milliseconds watch_interval = std::chrono::hours(1);  // of proven records
  OnRecordLost on_record_lost = OnRecordLost::kAlarm;

  friend bool operator==(const KeyPolicy&, const KeyPolicy&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_KEY_POLICY_H_
