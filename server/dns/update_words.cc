#include "server/dns/update_words.h"

#include <string_view>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

enum TsigError : unsigned { kBadSig = 16, kBadKey = 17, kBadTime = 18, kBadTrunc = 22 };

enum Rcode : unsigned {
  kNoError = 0,
  kFormErr = 1,
  kServFail = 2,
  kNotImp = 4,
  kRefused = 5,
  kYxDomain = 6,
  kYxRrset = 7,
  kNxRrset = 8,
  kNotAuth = 9,
  kNotZone = 10,
};

Error With(Code code, std::string_view reason, const UpdateAsked& asked, const std::string& what) {
  return {.code = code,
          .reason = std::string(reason),
          .message =
              "the name server " + asked.server + ", asked to change " + asked.name + ", " + what};
}

Error No(const UpdateAsked& asked, const std::string& what) {
  return With(Code::kFailedPrecondition, reason::kPublishRefused, asked, what);
}

Error Changed(const UpdateAsked& asked, const std::string& what) {
  return With(Code::kFailedPrecondition, reason::kRecordChanged, asked,
              what +
                  "; nothing was changed: look at `dkimkeeper dns check`, then remove or restore "
                  "what stands there");
}

Error Away(const UpdateAsked& asked, const std::string& what) {
  return With(Code::kUnavailable, reason::kPublisherAway, asked, what);
}

Error RefusedKey(unsigned tsig_error, const UpdateAsked& asked) {
  switch (tsig_error) {
    case kBadSig:
      return No(asked,
                "says that the signature is wrong (BADSIG); write the secret that the "
                "server has for the key " +
                    asked.key + " into " + asked.secret_file);
    case kBadKey:
      return No(asked,
                "does not know the key " + asked.key + " with " + asked.algorithm +
                    " (BADKEY), or not for this name; give both sides the same name and algorithm, "
                    "and in Knot DNS an acl with action update that covers the name");
    case kBadTime:
      return No(asked, "has another time than this host (BADTIME); set both clocks, by NTP");
    case kBadTrunc:
      return No(asked, "wants a longer signature than " + asked.algorithm +
                           " gives (BADTRUNC); use hmac-sha512 on both sides");
    default:
      return No(asked, "refuses the signature with TSIG error " + std::to_string(tsig_error) +
                           "; look into its log");
  }
}

}  // namespace

Error RefusalOf(unsigned rcode, unsigned tsig_error, const UpdateAsked& asked) {
  if (tsig_error != 0) return RefusedKey(tsig_error, asked);
  switch (rcode) {
    case kNoError:
      return Away(asked, "answered without the signature of the key " + asked.key +
                             ", and is not believed; look whether the key is configured there, and "
                             "whether something stands in between");
    case kFormErr:
      return No(asked, "does not understand the message (FORMERR); look into its log");
    case kServFail:
      return Away(asked,
                  "failed by itself (SERVFAIL); look into its log: its disk may be full, or "
                  "the zone not loaded");
    case kNotImp:
      return No(asked, "takes no updates (NOTIMP); use a server that does, or another publisher");
    case kRefused:
      return No(asked, "does not let the key " + asked.key +
                           " do that (REFUSED); allow TXT records below the zone " + asked.zone +
                           " to it: update-policy or allow-update in BIND, an acl with action "
                           "update in Knot");
    case kYxDomain:
      return Changed(asked,
                     "says that the name is in use (YXDOMAIN), by a CNAME or by other "
                     "records");
    case kYxRrset:
      return Changed(asked, "says that there is a TXT record already (YXRRSET)");
    case kNxRrset:
      return Changed(asked,
                     "says that the record is not any more what it was a moment ago "
                     "(NXRRSET)");
    case kNotAuth:
      return No(asked, "is not the primary server of the zone " + asked.zone +
                           " (NOTAUTH), or knows no key " + asked.key +
                           "; name the primary in `servers`, and the zone as it is there");
    case kNotZone:
      return No(asked, "says that the name is outside the zone " + asked.zone +
                           " (NOTZONE); name the zone that holds it in `zones`");
    default:
      return No(asked, "answered with code " + std::to_string(rcode) + "; look into its log");
  }
}

}  // namespace dkimkeeper
