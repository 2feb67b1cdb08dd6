// Reads a segment of the audit log, and says exactly what is wrong with it, and where.
#ifndef PROTO_AUDIT_SEGMENT_READER_H_
#define PROTO_AUDIT_SEGMENT_READER_H_

#include <cstdint>
#include <istream>
#include <string>
#include <variant>

#include "proto/audit/record.h"
#include "proto/audit/segment.h"
#include "proto/audit/tree_hash.h"

namespace dkimkeeper {

// A whole record, as its checksum says.
struct SegmentRecord {
  AuditRecord record;
  TreeHash leaf;
  std::uint64_t offset = 0;  // of its frame in the file
};

// The file ends.
enum class SegmentEnd : std::uint8_t {
  kWhole,  // after a frame
  kTorn,  // within a frame, or with zeros: in the newest segment a write that a crash cut short, or
          // that is under way
};

enum class DamageKind : std::uint8_t {
  kUnreadable,  // the operating system does not give the octets
  kHeader,      // of the segment; nothing of it can be read
  kLength,      // of a frame; nothing after it can be read
  kChecksum,    // the record is not what was written; the next one is read all the same
  kRecord,      // whole, but no record
  kSequence,    // a record is missing, there twice, or elsewhere
};

struct Damage {
  DamageKind kind = DamageKind::kHeader;
  std::uint64_t offset = 0;    // of the first octet concerned
  std::uint64_t sequence = 0;  // of the record that should stand there
  std::string what;            // a clause: "the checksum of record 17 does not match"
  friend bool operator==(const Damage&, const Damage&) = default;
};

// One pass from the front, a frame in memory at a time. Not thread-safe; `in` must outlive this, is
// opened binary, can seek and stands at its start.
class SegmentReader {
 public:
  explicit SegmentReader(std::istream& in) : in_(in) {}

  // Before anything else. kHeader; kTorn where the file is too short for one.
  [[nodiscard]] std::variant<SegmentHeader, SegmentEnd, Damage> ReadHeader();

  // The next record. After an end, call again when the file may have grown; after damage, as
  // DamageKind says. After kLength the answer stays the same.
  [[nodiscard]] std::variant<SegmentRecord, SegmentEnd, Damage> Next();

  // Where the next frame begins: what a writer that goes on cuts the file to after kTorn.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  // The sequence that the next record should have.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

 private:
  [[nodiscard]] std::string Read(std::size_t size);
  [[nodiscard]] bool OnlyZerosFollow();
  [[nodiscard]] std::variant<SegmentRecord, SegmentEnd, Damage> Short();
  [[nodiscard]] Damage BadLength();
  [[nodiscard]] std::variant<SegmentRecord, SegmentEnd, Damage> Judge(std::string_view record,
                                                                      std::string_view check);

  std::istream& in_;
  std::uint64_t offset_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_SEGMENT_READER_H_
