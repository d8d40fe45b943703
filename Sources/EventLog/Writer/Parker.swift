import Glibc

/// Where one thread sleeps until another one wakes it. A wake that comes first is kept.
final class Parker: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func park() {
    // A signal may interrupt the wait.
    while sem_wait(semaphore) != 0 {}
  }

  func unpark() { sem_post(semaphore) }
}

/// A thread of the operating system's own, outside of Swift's pool for tasks.
enum SystemThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread, which must be joined. `purpose` is for the error, to read after "of".
  static func start(
    for purpose: String, _ run: @escaping @Sendable () -> Void
  ) throws(LedgerError) -> pthread_t {
    var thread = pthread_t()
    let body = Unmanaged.passRetained(Body(run))
    let code = pthread_create(
      &thread, nil,
      { argument in
        // pthread_create hands over the argument that it was given, which is never nil.
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      body.release()
      throw .system(operation: "start the thread of", path: purpose, errno: code)
    }
    return thread
  }
}
