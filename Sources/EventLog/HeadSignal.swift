import Glibc

/// Wakes those who wait for the log to grow, within this process.
///
/// A condition of the operating system, because Swift's `Mutex` has none that waits for a time.
final class HeadSignal: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var head: UInt64 = 0

  init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // A clock that somebody sets must not lengthen a wait.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// The log has grown to `position`.
  func publish(_ position: UInt64) {
    pthread_mutex_lock(mutex)
    head = max(head, position)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Waits until this process has appended beyond `position`, or the time is over.
  func wait(beyond position: UInt64, milliseconds: Int64) {
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    let nanoseconds = deadline.tv_nsec + Int(milliseconds % 1000) * 1_000_000
    deadline.tv_sec += Int(milliseconds / 1000) + nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    pthread_mutex_lock(mutex)
    while head <= position {
      if pthread_cond_timedwait(condition, mutex, &deadline) != 0 { break }
    }
    pthread_mutex_unlock(mutex)
  }
}
