#include "server/store/migrations.h"

#include <array>

namespace dkimkeeper {
namespace {

// Types that SQLite and PostgreSQL both take: TEXT, and BIGINT for numbers, flags (0, 1) and times
// (milliseconds since 1970, UTC). Identifiers are hexadecimal and keys base64: there is no column
// type for bytes that both have.
constexpr std::array<std::string_view, 9> kVersion1{
    R"(CREATE TABLE store_state (
         id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
         schema_version BIGINT NOT NULL,
         generation BIGINT NOT NULL))",
    R"(INSERT INTO store_state (id, schema_version, generation) VALUES (1, 0, 0))",
    R"(CREATE TABLE domains (
         domain TEXT NOT NULL PRIMARY KEY,
         allow_underscore BIGINT NOT NULL CHECK (allow_underscore IN (0, 1)),
         fail_policy TEXT NOT NULL CHECK (fail_policy IN ('tempfail', 'unsigned')),
         created_at BIGINT NOT NULL))",
    R"(CREATE TABLE senders (
         domain TEXT NOT NULL REFERENCES domains (domain) ON DELETE CASCADE,
         sender TEXT NOT NULL,
         PRIMARY KEY (domain, sender)))",
    // No reference to domains: the row of a destroyed key outlives its domain.
    R"(CREATE TABLE keys (
         domain TEXT NOT NULL,
         selector TEXT NOT NULL,
         sender TEXT NOT NULL,
         algorithm TEXT NOT NULL,
         rsa_bits BIGINT NOT NULL,
         origin TEXT NOT NULL CHECK (origin IN ('generated', 'imported')),
         key_id TEXT NOT NULL,
         token TEXT NOT NULL,
         public_key TEXT,
         created_at BIGINT NOT NULL,
         published_at BIGINT,
         activated_at BIGINT,
         retired_at BIGINT,
         signs_until BIGINT,
         revoked_at BIGINT,
         destroying_at BIGINT,
         destroyed_at BIGINT,
         quarantined_at BIGINT,
         compromised BIGINT NOT NULL CHECK (compromised IN (0, 1)),
         override_reason TEXT NOT NULL,
         override_by TEXT NOT NULL,
         PRIMARY KEY (domain, selector)))",
    R"(CREATE TABLE key_lacks (
         domain TEXT NOT NULL,
         selector TEXT NOT NULL,
         position BIGINT NOT NULL,
         attribute TEXT NOT NULL,
         PRIMARY KEY (domain, selector, position),
         FOREIGN KEY (domain, selector) REFERENCES keys (domain, selector) ON DELETE CASCADE))",
    R"(CREATE TABLE grants (
         identity TEXT NOT NULL,
         verb TEXT NOT NULL,
         domain TEXT NOT NULL,
         sender TEXT NOT NULL,
         PRIMARY KEY (identity, verb, domain, sender)))",
    R"(CREATE TABLE requests (
         caller TEXT NOT NULL,
         request_id TEXT NOT NULL,
         fingerprint TEXT NOT NULL,
         subject TEXT NOT NULL,
         recorded_at BIGINT NOT NULL,
         PRIMARY KEY (caller, request_id)))",
    R"(CREATE INDEX requests_by_time ON requests (recorded_at))",
};

// Several tokens: where new keys are made, and what is remembered of each token. No choice is the
// empty name.
constexpr std::array<std::string_view, 5> kVersion2{
    R"(ALTER TABLE domains ADD COLUMN token TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE domains ADD COLUMN standby_token TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE senders ADD COLUMN token TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE senders ADD COLUMN standby_token TEXT NOT NULL DEFAULT '')",
    R"(CREATE TABLE tokens (
         name TEXT NOT NULL PRIMARY KEY,
         backed_up_at BIGINT,
         compromised_at BIGINT))",
};

// Rotation: policies, the stages of a key's record in DNS, selectors of pools that are used anew,
// and several daemons on one store.
constexpr std::array<std::string_view, 32> kVersion3{
    R"(ALTER TABLE store_state ADD COLUMN waits_from BIGINT)",
    R"(ALTER TABLE domains ADD COLUMN paused_at BIGINT)",
    R"(ALTER TABLE domains ADD COLUMN waits_from BIGINT)",
    R"(ALTER TABLE domains ADD COLUMN removing_at BIGINT)",
    R"(ALTER TABLE domains ADD COLUMN delegation_label TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE senders ADD COLUMN removing_at BIGINT)",
    R"(CREATE TABLE settings (
         domain TEXT NOT NULL REFERENCES domains (domain) ON DELETE CASCADE,
         sender TEXT NOT NULL,
         name TEXT NOT NULL,
         value TEXT NOT NULL,
         PRIMARY KEY (domain, sender, name)))",
    R"(ALTER TABLE keys ADD COLUMN publisher TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE keys ADD COLUMN shown_begun_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN shown_asked_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN shown_proven_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN withdrawn_begun_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN withdrawn_asked_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN withdrawn_proven_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN removed_begun_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN removed_asked_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN removed_proven_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN record_foreign BIGINT NOT NULL DEFAULT 0 CHECK (record_foreign IN (0, 1)))",
    R"(ALTER TABLE keys ADD COLUMN usable_from BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN proof_renewed_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN record_lost_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN rotate_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN stop_generation BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN stopped_at BIGINT)",
    R"(ALTER TABLE keys ADD COLUMN destroy_now BIGINT NOT NULL DEFAULT 0 CHECK (destroy_now IN (0, 1)))",
    R"(CREATE TABLE former_keys (
         domain TEXT NOT NULL,
         selector TEXT NOT NULL,
         sender TEXT NOT NULL,
         algorithm TEXT NOT NULL,
         rsa_bits BIGINT NOT NULL,
         origin TEXT NOT NULL CHECK (origin IN ('generated', 'imported')),
         key_id TEXT NOT NULL,
         token TEXT NOT NULL,
         public_key TEXT,
         created_at BIGINT NOT NULL,
         published_at BIGINT,
         activated_at BIGINT,
         retired_at BIGINT,
         signs_until BIGINT,
         revoked_at BIGINT,
         destroying_at BIGINT,
         destroyed_at BIGINT,
         quarantined_at BIGINT,
         compromised BIGINT NOT NULL CHECK (compromised IN (0, 1)),
         override_reason TEXT NOT NULL,
         override_by TEXT NOT NULL,
         publisher TEXT NOT NULL,
         shown_begun_at BIGINT,
         shown_asked_at BIGINT,
         shown_proven_at BIGINT,
         withdrawn_begun_at BIGINT,
         withdrawn_asked_at BIGINT,
         withdrawn_proven_at BIGINT,
         removed_begun_at BIGINT,
         removed_asked_at BIGINT,
         removed_proven_at BIGINT,
         record_foreign BIGINT NOT NULL CHECK (record_foreign IN (0, 1)),
         usable_from BIGINT,
         proof_renewed_at BIGINT,
         record_lost_at BIGINT,
         rotate_at BIGINT,
         stop_generation BIGINT,
         stopped_at BIGINT,
         destroy_now BIGINT NOT NULL CHECK (destroy_now IN (0, 1)),
         PRIMARY KEY (domain, selector, key_id)))",
    R"(CREATE TABLE former_key_lacks (
         domain TEXT NOT NULL,
         selector TEXT NOT NULL,
         key_id TEXT NOT NULL,
         position BIGINT NOT NULL,
         attribute TEXT NOT NULL,
         PRIMARY KEY (domain, selector, key_id, position),
         FOREIGN KEY (domain, selector, key_id)
           REFERENCES former_keys (domain, selector, key_id) ON DELETE CASCADE))",
    R"(CREATE TABLE reserved_selectors (
         domain TEXT NOT NULL,
         selector TEXT NOT NULL,
         PRIMARY KEY (domain, selector)))",
    R"(CREATE TABLE lease (
         id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
         holder TEXT NOT NULL,
         fence BIGINT NOT NULL,
         held_until BIGINT NOT NULL,
         watched_until BIGINT))",
    R"(INSERT INTO lease (id, holder, fence, held_until) VALUES (1, '', 0, 0))",
    R"(CREATE TABLE daemons (
         name TEXT NOT NULL PRIMARY KEY,
         generation BIGINT NOT NULL,
         heard_at BIGINT NOT NULL))",
    R"(CREATE TABLE checks (
         key_id TEXT NOT NULL PRIMARY KEY,
         checked_at BIGINT NOT NULL,
         findings TEXT NOT NULL))",
};

// Which list of keys each agent works with, and the hand-over windows that this shortened.
constexpr std::array<std::string_view, 3> kVersion4{
    R"(ALTER TABLE keys ADD COLUMN handed_over_at BIGINT)",
    R"(ALTER TABLE former_keys ADD COLUMN handed_over_at BIGINT)",
    R"(CREATE TABLE agent_acknowledgements (
         identity TEXT NOT NULL PRIMARY KEY,
         generation BIGINT NOT NULL,
         seen_at BIGINT NOT NULL))",
};

// What the audit logs were when their trees were signed last.
constexpr std::array<std::string_view, 1> kVersion5{
    R"(CREATE TABLE audit_checkpoints (
         origin TEXT NOT NULL PRIMARY KEY,
         size BIGINT NOT NULL,
         signed_at BIGINT NOT NULL,
         note TEXT NOT NULL))",
};

// Limits of grants, and groups. No algorithm and no network is no limit, as is the number 0.
constexpr std::array<std::string_view, 7> kVersion6{
    R"(ALTER TABLE grants ADD COLUMN algorithms TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE grants ADD COLUMN networks TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE grants ADD COLUMN valid_from BIGINT)",
    R"(ALTER TABLE grants ADD COLUMN valid_until BIGINT)",
    R"(ALTER TABLE grants ADD COLUMN per_second BIGINT NOT NULL DEFAULT 0)",
    R"(ALTER TABLE grants ADD COLUMN per_day BIGINT NOT NULL DEFAULT 0)",
    // A member is an identity, which has a colon, or a domain.
    R"(CREATE TABLE group_members (
         group_name TEXT NOT NULL,
         member TEXT NOT NULL,
         PRIMARY KEY (group_name, member)))",
};

// Grants that let headers be signed, and no digest.
constexpr std::array<std::string_view, 1> kVersion7{
    R"(ALTER TABLE grants ADD COLUMN headers_required BIGINT NOT NULL DEFAULT 0
         CHECK (headers_required IN (0, 1)))",
};

// What waits for a second person, and which acts do.
constexpr std::array<std::string_view, 2> kVersion8{
    R"(CREATE TABLE approval_requests (
         id TEXT NOT NULL PRIMARY KEY,
         act TEXT NOT NULL,
         method TEXT NOT NULL,
         parameters TEXT NOT NULL,
         domain TEXT NOT NULL,
         sender TEXT NOT NULL,
         requester TEXT NOT NULL,
         address TEXT NOT NULL,
         requested_at BIGINT NOT NULL,
         expires_at BIGINT NOT NULL,
         approved BIGINT,
         decided_by TEXT,
         decided_at BIGINT,
         outcome TEXT NOT NULL))",
    R"(CREATE TABLE approval_rule (
         act TEXT NOT NULL PRIMARY KEY))",
};

constexpr std::array<Migration, 8> kMigrations{Migration{1, kVersion1}, Migration{2, kVersion2},
                                               Migration{3, kVersion3}, Migration{4, kVersion4},
                                               Migration{5, kVersion5}, Migration{6, kVersion6},
                                               Migration{7, kVersion7}, Migration{8, kVersion8}};

}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }

}  // namespace dkimkeeper
