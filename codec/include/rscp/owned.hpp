// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace rscp::detail {

/// The one owner of an object whose type only the library's sources know. A std::unique_ptr
/// without <memory>, which alone would be as many lines as all other headers of the codec together.
/// The class that has it as a member needs an out-of-line destructor.
template <class T>
class Owned {
 public:
  Owned() = default;
  Owned(Owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): asks whether there is a size
    static_assert(sizeof(T) > 0, "the type must be complete here");
    delete object_;
  }

  /// Makes the object in place.
  template <class... Arguments>
  static Owned make(Arguments&&... arguments) {
    Owned made;
    made.object_ = new T(std::forward<Arguments>(arguments)...);
    return made;
  }

  explicit operator bool() const { return object_ != nullptr; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }

 private:
  T* object_ = nullptr;
};

}  // namespace rscp::detail
