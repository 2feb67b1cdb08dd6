// A store as version 1 of the schema left it, kept for ever: whatever the schema becomes, this must
// still open.
#ifndef TESTS_UNIT_SERVER_STORE_VERSION1_STORE_H_
#define TESTS_UNIT_SERVER_STORE_VERSION1_STORE_H_

namespace dkimkeeper {

inline constexpr char kVersion1Store[] = R"(
BEGIN;
CREATE TABLE store_state (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  schema_version BIGINT NOT NULL,
  generation BIGINT NOT NULL);
INSERT INTO store_state VALUES (1, 1, 41);

CREATE TABLE domains (
  domain TEXT NOT NULL PRIMARY KEY,
  allow_underscore BIGINT NOT NULL CHECK (allow_underscore IN (0, 1)),
  fail_policy TEXT NOT NULL CHECK (fail_policy IN ('tempfail', 'unsigned')),
  created_at BIGINT NOT NULL);
INSERT INTO domains VALUES ('example.com', 1, 'unsigned', 1767225600000);

CREATE TABLE senders (
  domain TEXT NOT NULL REFERENCES domains (domain) ON DELETE CASCADE,
  sender TEXT NOT NULL,
  PRIMARY KEY (domain, sender));
INSERT INTO senders VALUES ('example.com', 'default'), ('example.com', 'newsletter');

CREATE TABLE keys (
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
  PRIMARY KEY (domain, selector));
INSERT INTO keys VALUES ('example.com', 's_1', 'newsletter', 'rsa-sha256', 2048, 'imported',
  '00112233445566778899aabbccddeeff', 'main', 'cHVibGlj', 1767225600000, NULL, 1767225600000,
  NULL, NULL, NULL, NULL, NULL, NULL, 0, 'first day', 'dns:ops.example.com');

CREATE TABLE key_lacks (
  domain TEXT NOT NULL,
  selector TEXT NOT NULL,
  position BIGINT NOT NULL,
  attribute TEXT NOT NULL,
  PRIMARY KEY (domain, selector, position),
  FOREIGN KEY (domain, selector) REFERENCES keys (domain, selector) ON DELETE CASCADE);
INSERT INTO key_lacks VALUES ('example.com', 's_1', 0, 'CKA_LOCAL is false'),
  ('example.com', 's_1', 1, 'CKA_SENSITIVE is false');

CREATE TABLE grants (
  identity TEXT NOT NULL,
  verb TEXT NOT NULL,
  domain TEXT NOT NULL,
  sender TEXT NOT NULL,
  PRIMARY KEY (identity, verb, domain, sender));
INSERT INTO grants VALUES ('dns:mx1.example.com', 'sign', 'example.com', 'newsletter'),
  ('uri:spiffe://example.com/ops', 'administer', '*', '*');

CREATE TABLE requests (
  caller TEXT NOT NULL,
  request_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  subject TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (caller, request_id));
INSERT INTO requests VALUES ('dns:ops.example.com', 'r1', '00ff', 'example.com/s_1',
  1767225600000);
CREATE INDEX requests_by_time ON requests (recorded_at);
COMMIT;
)";

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_STORE_VERSION1_STORE_H_
