// How version 2 of the schema came from version 1, with values of its own, kept for ever.
#ifndef TESTS_UNIT_SERVER_STORE_VERSION2_STORE_H_
#define TESTS_UNIT_SERVER_STORE_VERSION2_STORE_H_

namespace dkimkeeper {

// To be run on kVersion1Store.
inline constexpr char kFrom1To2[] = R"(
BEGIN;
ALTER TABLE domains ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE domains ADD COLUMN standby_token TEXT NOT NULL DEFAULT '';
ALTER TABLE senders ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE senders ADD COLUMN standby_token TEXT NOT NULL DEFAULT '';
CREATE TABLE tokens (
  name TEXT NOT NULL PRIMARY KEY,
  backed_up_at BIGINT,
  compromised_at BIGINT);
UPDATE domains SET token = 'cold', standby_token = 'hot';
INSERT INTO tokens VALUES ('cold', 1767225600000, NULL);
UPDATE store_state SET schema_version = 2;
COMMIT;
)";

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_STORE_VERSION2_STORE_H_
