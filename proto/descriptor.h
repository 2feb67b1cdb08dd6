// An open file descriptor that somebody owns.
#ifndef PROTO_DESCRIPTOR_H_
#define PROTO_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace dkimkeeper {

// Closes it; moves, does not copy. -1: none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) (void)::close(number_);
  }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool IsOpen() const { return number_ >= 0; }
  // The caller closes it.
  [[nodiscard]] int Release() { return std::exchange(number_, -1); }
  void Close() { *this = Descriptor(); }

 private:
  int number_ = -1;
};

}  // namespace dkimkeeper

#endif  // PROTO_DESCRIPTOR_H_
