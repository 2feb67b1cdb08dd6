// What a signature would say, looked at before it is made: the header block of SignHeaders.
#ifndef SERVER_SIGNING_SIGNED_HEADERS_H_
#define SERVER_SIGNING_SIGNED_HEADERS_H_

#include <cstddef>
#include <string_view>

#include "proto/result.h"
#include "server/keys/key_policy.h"
#include "server/keys/timestamp.h"
#include "server/signing/sign_request.h"

namespace dkimkeeper {

inline constexpr std::size_t kLargestHeaderBlock = std::size_t{512} << 10;
inline constexpr std::size_t kMostSignedNames = 1000;
// How far ahead of our clock the caller's may be, and the longest life of a signature.
inline constexpr std::chrono::minutes kMostClockSkew{5};
inline constexpr std::chrono::days kLongestSignatureLife{366};

// What the key's line asks of signatures by it.
struct HeaderTerms {
  FromAlignment from = FromAlignment::kBelow;
  bool strict_identity = false;  // its record has t=s: i= is at d= itself (RFC 6376 §3.6.1)
};

// INVALID_ARGUMENT/BAD_HEADERS: empty, or larger than kLargestHeaderBlock. Before it is hashed.
[[nodiscard]] Outcome CheckHeaderBlockSize(std::string_view block);

// `block` is what is hashed (RFC 6376 §3.7, step 2): canonicalised fields, each ended by CRLF, then
// the canonicalised DKIM-Signature field without one. Pure.
//
// INVALID_ARGUMENT/BAD_TAG_LIST where ParseSignatureField takes no such field: l=, a v= other than
// 1, an i= not at or below d=, an x= not later than t=, a bh= that is no SHA-256, … Else
// /BAD_HEADERS, whose sentence names the tag: d=, s= or a= that was not asked for; i= or From out
// of `terms`; t= or x= too far ahead; b= not last or not empty; a block that is not as c= says;
// fields that are not those of h=; no From or several, or one without exactly one author.
//
// Of a name that stands in h= more often than it has fields, the rest stands for none: whether the
// message has a field of that name above those is not to be seen here.
[[nodiscard]] Outcome CheckSignedHeaders(std::string_view block, const SignRequest& request,
                                         const HeaderTerms& terms, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_SIGNED_HEADERS_H_
