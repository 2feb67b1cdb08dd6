// The PIN that the token refused, as all worker processes of the token know it.
#ifndef HSM_SHARED_REFUSED_PIN_H_
#define HSM_SHARED_REFUSED_PIN_H_

#include <compare>
#include <cstdint>

namespace dkimkeeper {

// Which state of which file a PIN was read from; equal stamps mean the same PIN.
struct PinStamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t changed_ns = 0;
  friend auto operator<=>(const PinStamp&, const PinStamp&) = default;
};

// One wrong PIN is tried once, by one worker; tokens lock after a few. It is marked in the file
// that the workers share, and stays marked while they come and go: who holds ProcessLock's kStartUp
// looks here before C_Login. Whoever starts workers calls Clear when an operator says that the same
// PIN may be tried again. A value; `file` must outlive this.
class RefusedPin {
 public:
  // No other process: nothing is ever marked.
  RefusedPin() = default;
  explicit RefusedPin(int file) : file_(file) {}

  // A file that cannot be read marks everything.
  [[nodiscard]] bool Is(const PinStamp& stamp) const;
  void Mark(const PinStamp& stamp) const;
  void Clear() const;

 private:
  int file_ = -1;
};

}  // namespace dkimkeeper

#endif  // HSM_SHARED_REFUSED_PIN_H_
