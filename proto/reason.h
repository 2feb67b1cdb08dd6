// The stable, machine-readable reasons that errors carry. Names are never changed or reused:
// programs compare them. Each is listed with its code in DESIGN.md.
#ifndef PROTO_REASON_H_
#define PROTO_REASON_H_

#include <string_view>

namespace dkimkeeper::reason {

// INVALID_ARGUMENT
inline constexpr std::string_view kBadDomain = "BAD_DOMAIN";
inline constexpr std::string_view kBadSelector = "BAD_SELECTOR";
inline constexpr std::string_view kBadSender = "BAD_SENDER";
inline constexpr std::string_view kBadAlgorithm = "BAD_ALGORITHM";
inline constexpr std::string_view kBadKeySize = "BAD_KEY_SIZE";
inline constexpr std::string_view kBadDigest = "BAD_DIGEST";
inline constexpr std::string_view kBadKeyId = "BAD_KEY_ID";
inline constexpr std::string_view kBadIdentity = "BAD_IDENTITY";
inline constexpr std::string_view kBadVerb = "BAD_VERB";
inline constexpr std::string_view kBadScope = "BAD_SCOPE";
inline constexpr std::string_view kBadGroup = "BAD_GROUP";
inline constexpr std::string_view kBadLimit = "BAD_LIMIT";
inline constexpr std::string_view kBadNote = "BAD_NOTE";
inline constexpr std::string_view kBadRequestId = "BAD_REQUEST_ID";
inline constexpr std::string_view kRequestIdReused = "REQUEST_ID_REUSED";
inline constexpr std::string_view kBadPage = "BAD_PAGE";
inline constexpr std::string_view kBadBatch = "BAD_BATCH";
inline constexpr std::string_view kBadTagList = "BAD_TAG_LIST";
inline constexpr std::string_view kBadKeyRecord = "BAD_KEY_RECORD";
inline constexpr std::string_view kBadMessage = "BAD_MESSAGE";
inline constexpr std::string_view kBadMailbox = "BAD_MAILBOX";
inline constexpr std::string_view kBadBase64 = "BAD_BASE64";
inline constexpr std::string_view kBadConfig = "BAD_CONFIG";
inline constexpr std::string_view kBadOption = "BAD_OPTION";
inline constexpr std::string_view kBadFrame = "BAD_FRAME";
inline constexpr std::string_view kBadPolicy = "BAD_POLICY";
inline constexpr std::string_view kBadDocument = "BAD_DOCUMENT";
inline constexpr std::string_view kBadHeaders = "BAD_HEADERS";
inline constexpr std::string_view kBadReference = "BAD_REFERENCE";

// UNAUTHENTICATED, PERMISSION_DENIED
inline constexpr std::string_view kNoIdentity = "NO_IDENTITY";
inline constexpr std::string_view kCertificateExpired = "CERTIFICATE_EXPIRED";
inline constexpr std::string_view kCertificateRevoked = "CERTIFICATE_REVOKED";
inline constexpr std::string_view kCrlMissing = "CRL_MISSING";
inline constexpr std::string_view kWrongIssuer = "WRONG_ISSUER";
inline constexpr std::string_view kNoGrant = "NO_GRANT";
inline constexpr std::string_view kHeadersRequired = "HEADERS_REQUIRED";

// NOT_FOUND, ALREADY_EXISTS
inline constexpr std::string_view kDomainUnknown = "DOMAIN_UNKNOWN";
inline constexpr std::string_view kSenderUnknown = "SENDER_UNKNOWN";
inline constexpr std::string_view kKeyUnknown = "KEY_UNKNOWN";
inline constexpr std::string_view kGrantUnknown = "GRANT_UNKNOWN";
inline constexpr std::string_view kGroupUnknown = "GROUP_UNKNOWN";
inline constexpr std::string_view kMemberUnknown = "MEMBER_UNKNOWN";
inline constexpr std::string_view kTokenKeyUnknown = "TOKEN_KEY_UNKNOWN";
inline constexpr std::string_view kRecordUnknown = "RECORD_UNKNOWN";
inline constexpr std::string_view kTokenUnknown = "TOKEN_UNKNOWN";
inline constexpr std::string_view kCheckUnknown = "CHECK_UNKNOWN";
inline constexpr std::string_view kPublisherUnknown = "PUBLISHER_UNKNOWN";
inline constexpr std::string_view kDomainExists = "DOMAIN_EXISTS";
inline constexpr std::string_view kSenderExists = "SENDER_EXISTS";
inline constexpr std::string_view kSelectorExists = "SELECTOR_EXISTS";
inline constexpr std::string_view kKeyExists = "KEY_EXISTS";

// FAILED_PRECONDITION
inline constexpr std::string_view kSelectorNotActive = "SELECTOR_NOT_ACTIVE";
inline constexpr std::string_view kNoActiveKey = "NO_ACTIVE_KEY";
inline constexpr std::string_view kWrongState = "WRONG_STATE";
inline constexpr std::string_view kDnsProofMissing = "DNS_PROOF_MISSING";
inline constexpr std::string_view kOverrideDisabled = "OVERRIDE_DISABLED";
inline constexpr std::string_view kLastActiveKey = "LAST_ACTIVE_KEY";
inline constexpr std::string_view kDomainInUse = "DOMAIN_IN_USE";
inline constexpr std::string_view kSenderInUse = "SENDER_IN_USE";
inline constexpr std::string_view kGroupInUse = "GROUP_IN_USE";
inline constexpr std::string_view kAlgorithmUnsupported = "ALGORITHM_UNSUPPORTED";
inline constexpr std::string_view kKeyExtractable = "KEY_EXTRACTABLE";
inline constexpr std::string_view kKeyTooSmall = "KEY_TOO_SMALL";
inline constexpr std::string_view kKeyNotBornHere = "KEY_NOT_BORN_HERE";
inline constexpr std::string_view kWrongPurpose = "WRONG_PURPOSE";
inline constexpr std::string_view kKeyQuarantined = "KEY_QUARANTINED";
inline constexpr std::string_view kKeyChanged = "KEY_CHANGED";
inline constexpr std::string_view kPinRefused = "PIN_REFUSED";
inline constexpr std::string_view kModuleMissing = "MODULE_MISSING";
inline constexpr std::string_view kTokenNotFound = "TOKEN_NOT_FOUND";
inline constexpr std::string_view kTokenAmbiguous = "TOKEN_AMBIGUOUS";
inline constexpr std::string_view kTokenRefused = "TOKEN_REFUSED";
inline constexpr std::string_view kTokenCompromised = "TOKEN_COMPROMISED";
inline constexpr std::string_view kBackupMissing = "BACKUP_MISSING";
inline constexpr std::string_view kRecordChanged = "RECORD_CHANGED";
inline constexpr std::string_view kPublishRefused = "PUBLISH_REFUSED";
inline constexpr std::string_view kPoolExhausted = "POOL_EXHAUSTED";
inline constexpr std::string_view kDomainPaused = "DOMAIN_PAUSED";
inline constexpr std::string_view kNoSuccessor = "NO_SUCCESSOR";
inline constexpr std::string_view kStoreTooNew = "STORE_TOO_NEW";
inline constexpr std::string_view kStoreNotEmpty = "STORE_NOT_EMPTY";
inline constexpr std::string_view kBadCertificate = "BAD_CERTIFICATE";

// RESOURCE_EXHAUSTED, UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED
inline constexpr std::string_view kQueueFull = "QUEUE_FULL";
inline constexpr std::string_view kOverShare = "OVER_SHARE";
inline constexpr std::string_view kQuota = "QUOTA";
inline constexpr std::string_view kTokenFull = "TOKEN_FULL";
inline constexpr std::string_view kSessionsBusy = "SESSIONS_BUSY";
inline constexpr std::string_view kDestroyLimit = "DESTROY_LIMIT";
inline constexpr std::string_view kStorageFull = "STORAGE_FULL";
inline constexpr std::string_view kTokenAway = "TOKEN_AWAY";
inline constexpr std::string_view kStoreAway = "STORE_AWAY";
inline constexpr std::string_view kAuditUnwritable = "AUDIT_UNWRITABLE";
inline constexpr std::string_view kPublisherAway = "PUBLISHER_AWAY";
inline constexpr std::string_view kLeaseHeld = "LEASE_HELD";
inline constexpr std::string_view kServerAway = "SERVER_AWAY";
inline constexpr std::string_view kAgentAway = "AGENT_AWAY";
inline constexpr std::string_view kShuttingDown = "SHUTTING_DOWN";
inline constexpr std::string_view kDeadline = "DEADLINE";
inline constexpr std::string_view kChangedSinceRead = "CHANGED_SINCE_READ";

// INTERNAL
inline constexpr std::string_view kPoisoned = "POISONED";
inline constexpr std::string_view kBadSignature = "BAD_SIGNATURE";
inline constexpr std::string_view kAuditDamaged = "AUDIT_DAMAGED";
inline constexpr std::string_view kStoreDamaged = "STORE_DAMAGED";
inline constexpr std::string_view kInternal = "INTERNAL";

}  // namespace dkimkeeper::reason

#endif  // PROTO_REASON_H_
