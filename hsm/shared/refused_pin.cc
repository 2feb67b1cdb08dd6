#include "hsm/shared/refused_pin.h"

#include <unistd.h>

#include "hsm/shared/layout.h"

namespace dkimkeeper {
namespace {

struct Record {
  std::uint64_t marked = 0;
  PinStamp stamp;
};

void Write(int file, const Record& record) {
  if (file < 0) return;
  static_cast<void>(!pwrite(file, &record, sizeof record, layout::kRefusedPin));
}

}  // namespace

bool RefusedPin::Is(const PinStamp& stamp) const {
  if (file_ < 0) return false;
  Record record;
  const ssize_t size = pread(file_, &record, sizeof record, layout::kRefusedPin);
  if (size == 0) return false;
  if (size != sizeof record) return true;
  return record.marked != 0 && record.stamp == stamp;
}

void RefusedPin::Mark(const PinStamp& stamp) const { Write(file_, {1, stamp}); }
void RefusedPin::Clear() const { Write(file_, {}); }

}  // namespace dkimkeeper
